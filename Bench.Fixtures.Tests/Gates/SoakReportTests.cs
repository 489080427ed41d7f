using System.Text;
using System.Text.Json;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Gates;

public sealed class SoakReportTests
{
    private const string WrongJob = "cc_glm_headless__echo_ok__t2";

    [Fact]
    public void Two_clean_rounds_pass_with_the_bound_that_they_prove()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean());

        Assert.Equal((SoakStatuses.Passed, true, true, null), (report.Status, report.Passed, report.AllClean, report.Reason));
        Assert.Equal((12, 12, 0, 2, 2), (report.TotalJobs, report.TotalPassed, report.TotalFailed, report.RoundsTried, report.ConsecutiveClean));
        Assert.Equal((12, 0.221), (report.Proof.N, report.Proof.FailureRateUpperBound95));
        Assert.Equal(["opencode", "cc-glm", "gemini"], report.ProviderSummary.Keys);
        Assert.All(report.ProviderSummary.Values, provider => Assert.Equal((4, 0.5272, 0.8145), (provider.Proof.N, provider.Proof.FailureRateUpperBound95, provider.Proof.ChanceToPassAt5Percent)));
        Assert.Empty(report.Offenders);
    }

    [Fact]
    public void Jobs_are_reported_by_provider_and_prompt_whatever_ended_first()
    {
        var shuffled = SoakSample.Clean();
        shuffled = shuffled with { Records = shuffled.Records.Reverse().ToDictionary() };

        var round = SoakReportBuilder.Build(shuffled).Rounds[1];

        Assert.Equal(
            [$"{SoakSample.RunId}-r2-opencode-0", $"{SoakSample.RunId}-r2-opencode-1", $"{SoakSample.RunId}-r2-cc-glm-0", $"{SoakSample.RunId}-r2-cc-glm-1", $"{SoakSample.RunId}-r2-gemini-0", $"{SoakSample.RunId}-r2-gemini-1"],
            round.Jobs.Select(job => job.JobSpec.BeadsId));
        Assert.Equal(["echo_ok", "echo_ready"], round.Jobs.Take(2).Select(job => job.JobSpec.PromptId));
        Assert.Equal([0, 1, 2, 3, 4, 5], round.Jobs.Select(job => job.JobSpec.JobIndex));
    }

    // The original never compared the answer with what was asked.
    [Fact]
    public void One_wrong_answer_in_round_2_fails_and_is_named_with_what_was_asked()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob ? record.Wrong() : record));

        Assert.Equal((SoakStatuses.Failed, false, false), (report.Status, report.Passed, report.AllClean));
        Assert.Equal((0, null), (report.Proof.N, report.Proof.FailureRateUpperBound95));
        var offender = Assert.Single(report.Offenders);
        Assert.Equal((2, "cc-glm", "echo_ok", "check_failed", "model"), (offender.RoundNum, offender.Provider, offender.PromptId, offender.ReasonCode, offender.Fault));
        Assert.Equal(("Return exactly: OK", "OK", "NOT OK, says the author"), (offender.Asked, offender.Expected, offender.Answered));
        Assert.Equal($"{SoakSample.RunId}/raw/{WrongJob}.json", offender.Record);
        var job = report.Rounds[1].Jobs.Single(job => job.JobSpec.JobId == WrongJob);
        Assert.Equal(("exited_ok", "failed", "check_failed", true), (job.Status, job.OutcomeState, job.ReasonCode, job.Completion));
    }

    [Fact]
    public void What_the_answer_must_be_stands_in_a_dry_run_too()
    {
        var clean = SoakSample.Clean(profile: Profile.DryRun).With(record => record with { Checks = [] });
        var hints = new Dictionary<string, string> { ["echo_ok"] = "OK", ["echo_ready"] = "READY" };
        var evidence = clean with { Manifest = clean.Manifest with { Soak = clean.Manifest.Soak! with { Hints = hints } } };

        var jobs = SoakReportBuilder.Build(evidence).Rounds[0].Jobs;

        Assert.All(jobs, job => Assert.Equal(hints[job.JobSpec.PromptId], job.JobSpec.SuccessHint));
    }

    [Fact]
    public void An_unknown_state_is_a_failure()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob ? record with { Status = "awaiting_finalize" } : record));

        Assert.Equal(SoakStatuses.Failed, report.Status);
        var job = report.Rounds[1].Jobs.Single(job => job.JobSpec.JobId == WrongJob);
        Assert.Equal((false, "unknown", "unknown_state", false), (job.Success, job.Status, job.ReasonCode, job.Completion));
    }

    [Fact]
    public void A_job_without_a_record_is_missing_and_fails_its_round()
    {
        var evidence = SoakSample.Clean();
        evidence = evidence with { Records = evidence.Records.Where(entry => entry.Key != WrongJob).ToDictionary() };

        var report = SoakReportBuilder.Build(evidence);

        Assert.Equal(SoakStatuses.Failed, report.Status);
        Assert.Equal(("missing", "no_record"), (report.Rounds[1].Jobs.Single(job => job.JobSpec.JobId == WrongJob).Status, Assert.Single(report.Offenders).ReasonCode));
    }

    [Theory]
    [InlineData("start_failed", "harness", "start_failed")]
    [InlineData("cli_missing", "env", "start_failed")]
    [InlineData("executor_exception", "harness", "exception")]
    [InlineData("auth_error", "env", "exited_err")]
    [InlineData("model_unavailable", "model", "exited_err")]
    public void States_have_the_originals_names_and_reasons_those_of_the_taxonomy(string reason, string category, string status)
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob
            ? record.Wrong() with { Completed = false, FailureReason = reason, FailureCategory = category }
            : record));

        var job = report.Rounds[1].Jobs.Single(job => job.JobSpec.JobId == WrongJob);
        Assert.Equal((status, reason), (job.Status, job.ReasonCode));
        Assert.Equal(category, Assert.Single(report.Offenders).Fault);
    }

    [Fact]
    public void A_timeout_counts_as_at_least_its_limit_and_other_failures_are_in_no_latency()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId switch
        {
            WrongJob => record.Wrong() with { CompletionLatencyMs = 1, TimeToResultMs = 1 },
            "gemini_run_headless__echo_ok__t2" => record.Wrong() with
            {
                Completed = false, Censored = true, CompletionLatencyMs = 300_000, TimeToResultMs = 300_000, FailureReason = "timeout",
                Attempts = [record.Attempts[0] with { Success = false, TimedOut = true, Censored = true }],
            },
            _ => record,
        }));

        Assert.Equal((3, 0), (report.ProviderSummary["cc-glm"].Latency.N, report.ProviderSummary["cc-glm"].Latency.Censored));
        Assert.Equal((4, 1, true), (report.ProviderSummary["gemini"].Latency.N, report.ProviderSummary["gemini"].Latency.Censored, report.ProviderSummary["gemini"].Latency.MaxIsAtLeast));
        var timeout = report.Rounds[1].Jobs.Single(job => job.Status == "timeout");
        Assert.Equal((300_000L, true, false), (timeout.LatencyMs!.Value, timeout.LatencyIsAtLeast, timeout.Completion));
        Assert.Equal("wait_timeout", timeout.ReasonCode);
    }

    [Theory]
    [InlineData("env")]
    [InlineData("harness")]
    public void A_limit_that_was_not_the_providers_fault_is_in_no_latency(string category)
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob
            ? record.Wrong() with { Completed = false, Censored = true, TimeToResultMs = 300_000, FailureCategory = category, FailureReason = "host_overloaded" }
            : record));

        Assert.Equal((11, 0), (report.Latency.N, report.Latency.Censored));
        Assert.Equal((3, 0), (report.ProviderSummary["cc-glm"].Latency.N, report.ProviderSummary["cc-glm"].Latency.Censored));
    }

    [Fact]
    public void Several_lanes_together_have_no_interval_and_a_bound_of_their_mixture()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean(rounds: 40));
        var one = report.ProviderSummary["gemini"];

        Assert.Equal((240, null, null), (report.Latency.N, report.Latency.P50.LowMs, report.Latency.P95.HighMs));
        Assert.NotNull(report.Latency.P95.ValueMs);
        Assert.True(one.Latency.P50.LowMs < one.Latency.P50.HighMs);
        Assert.StartsWith("≤ 1.3 % of this mixture at 95 % (n=240)", SoakNumbers.Bound(report.Proof), StringComparison.Ordinal);
        Assert.StartsWith("≤ 3.7 % at 95 % (n=80)", SoakNumbers.Bound(one.Proof), StringComparison.Ordinal);
        Assert.Matches(@"p95 ms, of this mixture of lanes \| \d+ \|", SoakMarkdown.Render(report));
    }

    [Fact]
    public void A_chance_that_is_nearly_nothing_is_not_shown_as_0()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean(rounds: 100));

        Assert.InRange(report.ProviderSummary["gemini"].Proof.ChanceToPassAt5Percent, 1e-9, 0.00005);
        Assert.Contains("gemini < 0.01 %", string.Join(' ', SoakNumbers.Cautions(report)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_passed_on_its_second_attempt_took_the_time_of_both()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob
            ? record with { Flaky = true, RetryCount = 1, TimeToResultMs = 17_400, CompletionLatencyMs = 1400 }
            : record));

        var flaky = report.Rounds[1].Jobs.Single(job => job.JobSpec.JobId == WrongJob);
        Assert.Equal((17_400L, false), (flaky.LatencyMs!.Value, flaky.LatencyIsAtLeast));
        Assert.Equal((17_400.0, 0), (report.ProviderSummary["cc-glm"].Latency.MaxMs!.Value, report.ProviderSummary["cc-glm"].Latency.Censored));
    }

    // The original took the upper one of two medians: 1798 of 688, 1596, 1798, 1988.
    [Fact]
    public void The_median_is_the_houses_and_a_bare_p95_is_never_given()
    {
        double[] latencies = [688, 1596, 1798, 1988];
        var place = 0;

        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.System == "gemini" ? record with { TimeToResultMs = latencies[place++] } : record));

        var gemini = report.ProviderSummary["gemini"];
        Assert.Equal((1697.0, 1517.5), (gemini.LatencyMsP50!.Value, gemini.LatencyMsMean!.Value));
        Assert.Equal((null, 72, 4), (gemini.Latency.P95.ValueMs, gemini.Latency.P95.NeededN, gemini.Latency.N));
    }

    [Fact]
    public void A_failed_round_begins_the_count_anew_while_rounds_are_left()
    {
        var evidence = SoakSample.Clean(rounds: 2, maxRounds: 4).With(record => record.Trial == 1 && record.JobId == "gemini_run_headless__echo_ok" ? record.Wrong() : record).NotRunFrom(4, "2 clean rounds in a row had been reached before it");

        var report = SoakReportBuilder.Build(evidence);

        Assert.Equal((SoakStatuses.Passed, false, 3, 2, 4), (report.Status, report.AllClean, report.RoundsTried, report.ConsecutiveClean, report.MaxRounds));
        Assert.Equal(["failed", "clean", "clean", "not_run"], report.Rounds.Select(round => round.Status));
        Assert.Equal((18, 17, 1), (report.TotalJobs, report.TotalPassed, report.TotalFailed));

        // Two jobs a round at 5 %: clean by p = 0.9025; of four rounds no two in a row are clean by q⁴ + 4pq³ + 3p²q² = 0.0267.
        Assert.Equal(0.9733, report.ProviderSummary["gemini"].Proof.ChanceToPassAt5Percent);
        Assert.Contains(SoakNumbers.Cautions(report), caution => caution.Contains("Up to 4 rounds were allowed (3 tried)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_soak_that_was_killed_in_round_1_is_not_passed_by_anyone_who_asks()
    {
        var killed = SoakSample.Clean().With(record => record.Trial == 2 ? null : record.JobId == "gemini_run_headless__echo_ok" ? null : record);

        var running = SoakReportBuilder.Build(killed.Ending(RunStatuses.Running) with { Round = 1 });
        var dead = SoakReportBuilder.Build(killed.Ending(RunStatuses.Running) with { IsDead = true });
        var finished = SoakReportBuilder.Build(killed.Ending(RunStatuses.Crashed));

        Assert.Equal([SoakStatuses.Running, SoakStatuses.Crashed, SoakStatuses.Crashed], new[] { running, dead, finished }.Select(report => report.Status));
        Assert.All(new[] { running, dead, finished }, report => Assert.False(report.Passed));
        Assert.Equal(("running", "pending", "not_run"), (running.Rounds[0].Status, running.Rounds[0].Jobs[4].Status, running.Rounds[1].Status));
        Assert.Equal(("failed", "missing", "not_run"), (finished.Rounds[0].Status, finished.Rounds[0].Jobs[4].Status, finished.Rounds[1].Status));
    }

    [Fact]
    public void A_cancelled_soak_is_not_passed()
    {
        var evidence = SoakSample.Clean().With(record => record.Trial == 1 ? record : record with { Success = false, Status = JobStatuses.Cancelled, JobStartedAt = null, Attempts = [] });
        evidence = evidence with { Prompts = evidence.Prompts.Where(entry => !entry.Key.EndsWith("__t2", StringComparison.Ordinal)).ToDictionary() };

        var report = SoakReportBuilder.Build(evidence.Ending(RunStatuses.Cancelled));

        Assert.Equal((SoakStatuses.Cancelled, false), (report.Status, report.Passed));
        Assert.Equal(["clean", "not_run"], report.Rounds.Select(round => round.Status));
    }

    [Fact]
    public void A_test_filter_leaves_no_verdict()
    {
        var whole = SoakSample.Clean();
        var jobs = whole.Manifest.Jobs.Where(job => job.WorkflowId == "gemini_run_headless").ToList();

        var report = SoakReportBuilder.Build(whole with { Manifest = whole.Manifest with { Jobs = jobs } });

        Assert.Equal((SoakStatuses.Partial, false, 4), (report.Status, report.Passed, report.TotalJobs));
        Assert.Contains("There is no verdict", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_round_of_which_no_job_was_selected_is_not_run_and_not_clean()
    {
        var whole = SoakSample.Clean();
        var evidence = whole.With(record => record.Trial == 2 ? record : null);

        var report = SoakReportBuilder.Build(evidence with { Round = 2, Manifest = whole.Manifest with { Jobs = [.. whole.Manifest.Jobs.Where(job => job.Trial == 2)] } });

        Assert.Equal((SoakStatuses.Partial, false, 6, 1), (report.Status, report.Passed, report.TotalJobs, report.RoundsTried));
        Assert.Equal([("not_run", false, null), ("clean", true, 1.0)], report.Rounds.Select(round => (round.Status, round.Passed, round.PassRate)));
        Assert.Equal("none of its jobs was selected", report.Rounds[0].Reason);
        Assert.Contains("Round 1: NOT RUN (none of its jobs was selected)", SoakText.Round(report, report.Rounds[0]), StringComparison.Ordinal);
        using var document = JsonDocument.Parse(SoakArtifacts.Serialize(report));
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("rounds")[0].GetProperty("pass_rate").ValueKind);
    }

    [Fact]
    public void A_run_that_leaked_or_mixed_versions_has_not_passed_although_its_rounds_are_clean()
    {
        var whole = SoakSample.Clean();
        var closing = whole.Manifest.Closing! with { RedactionFindings = ["raw/x.log:1 sk-"], ProcessesLeft = 2 };

        var report = SoakReportBuilder.Build(whole with { Manifest = whole.Manifest with { Closing = closing } });

        Assert.Equal((SoakStatuses.Failed, true), (report.Status, report.AllClean));
        Assert.Equal(2, report.RunProblems.Count);
    }

    [Fact]
    public void A_job_that_passed_after_a_retry_counts_and_shows_it()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob ? record with { RetryCount = 1, Flaky = true } : record));

        Assert.True(report.Passed);
        Assert.Equal(1, report.Rounds[1].Jobs.Single(job => job.JobSpec.JobId == WrongJob).Retries);
        Assert.Contains("[cc-glm] echo_ok: OK (success, 1 retry)", SoakText.Round(report, report.Rounds[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_proves_nothing()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean(profile: Profile.DryRun));

        Assert.Equal((true, true, 0), (report.Passed, report.DryRun, report.Proof.N));
        Assert.Contains("dry run", string.Join(' ', SoakNumbers.Cautions(report)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_markdown_of_a_failed_soak_has_the_originals_sections_and_the_offender()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean().With(record => record.JobId == WrongJob ? record.Wrong("NOT | OK") : record));

        Snapshot.Match(SoakMarkdown.Render(report));
    }

    [Fact]
    public void The_screen_of_a_clean_soak_is_the_originals() =>
        Snapshot.Match(SoakText.Whole(SoakReportBuilder.Build(SoakSample.Clean()), "artifacts/multi-provider-soak/x.json", "artifacts/multi-provider-soak/x.md"));

    [Fact]
    public void The_screen_of_a_failed_soak_names_the_offender_and_the_rounds_not_run()
    {
        var evidence = SoakSample.Clean().With(record => record.Trial == 1 && record.PromptId == "echo_ok" && record.System == "cc-glm" ? record.Wrong() : record).NotRunFrom(2, "2 clean rounds in a row could no longer be reached");

        Snapshot.Match(SoakText.Whole(SoakReportBuilder.Build(evidence), "out/x.json", "out/x.md"));
    }

    [Fact]
    public void The_example_of_the_format_page_is_such_a_report()
    {
        var report = SoakReportBuilder.Build(SoakSample.Clean(rounds: 1).With(record => record.JobId == "cc_glm_headless__echo_ok" ? record.Wrong() : record));

        // One job of six, and one provider of three, are enough to see.
        var part = report with { Rounds = [report.Rounds[0] with { Jobs = [report.Rounds[0].Jobs[2]] }], ProviderSummary = report.ProviderSummary.Take(1).ToDictionary() };
        var json = SoakArtifacts.Serialize(part);
        using var document = JsonDocument.Parse(json);

        Assert.Equal(FormatPage.Fence("soak.md", "json"), Encoding.UTF8.GetString(json));
        Assert.All(FieldsOf(document.RootElement), field => Assert.Contains($"`{field}`", FormatPage.Text("soak.md"), StringComparison.Ordinal));
    }

    private static IEnumerable<string> FieldsOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(field => field.Name != "opencode").SelectMany(field => FieldsOf(field.Value).Prepend(field.Name)).Concat(
            element.EnumerateObject().Where(field => field.Name == "opencode").SelectMany(field => FieldsOf(field.Value))).Distinct(),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(FieldsOf).Distinct(),
        _ => [],
    };
}
