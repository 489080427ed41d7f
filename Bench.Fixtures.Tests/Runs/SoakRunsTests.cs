using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Workflows;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole soaks through the ordinary engine.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class SoakRunsTests
{
    private const int LimitMs = 300_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task All_three_real_agents_answer_every_job_of_two_rounds()
    {
        using var lab = new RunLab { Settings = { ["Soak:Rounds"] = "2", ["PromptsFile"] = SoakLab.PromptsFile, ["Timeout"] = "240s", ["StallThreshold"] = "200s" } };

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.Equal((record.JobId, "passed"), (record.JobId, record.OutcomeName)));
        var report = SoakArtifacts.Refresh(lab.RunFolder, Token)!;
        Assert.Equal((SoakStatuses.Passed, 12, 12), (report.Status, report.TotalJobs, report.TotalPassed));
        Assert.Equal([("opencode", 4), ("cc-glm", 4), ("gemini", 4)], report.ProviderSummary.Select(entry => (entry.Key, entry.Value.Proof.N)));
        Assert.All(report.Rounds.SelectMany(round => round.Jobs), job => Assert.Equal(job.JobSpec.SuccessHint, job.Stdout.Trim()));
        Assert.Empty(lab.Problems);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_round_begins_when_every_job_of_the_one_before_has_ended()
    {
        using var lab = new SoakLab();

        var report = await lab.RunAsync(Token);

        Assert.Equal((SoakStatuses.Passed, 4), (report.Status, report.TotalPassed));
        var events = File.ReadLines(lab.Folder.Journal).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event").GetString() is "job_started" or "job_finished")
            .Select(line => (Event: line.GetProperty("event").GetString()!, IsSecond: line.GetProperty("job_id").GetString()!.EndsWith("__t2", StringComparison.Ordinal))).ToList();
        Assert.Equal([.. Enumerable.Repeat(false, 4), .. Enumerable.Repeat(true, 4)], events.Select(entry => entry.IsSecond));
        Assert.Equal(["job_started", "job_started", "job_finished", "job_finished"], events.Take(4).Select(entry => entry.Event));
    }

    [Fact(Timeout = LimitMs)]
    public async Task One_wrong_answer_in_round_2_fails_the_soak_and_is_a_failure_of_the_model()
    {
        using var lab = new SoakLab();
        lab.Answer("*echo_ok__t2) echo 'NOT OK, says the author';;");

        var report = await lab.RunAsync(Token);

        Assert.Equal((SoakStatuses.Failed, 3, 1), (report.Status, report.TotalPassed, report.TotalFailed));
        var offender = Assert.Single(report.Offenders);
        Assert.Equal((2, "cc-glm", "echo_ok", FailureReasons.CheckFailed, "model"), (offender.RoundNum, offender.Provider, offender.PromptId, offender.ReasonCode, offender.Fault));
        Assert.Equal(("Return exactly: OK", "OK", "NOT OK, says the author"), (offender.Asked, offender.Expected, offender.Answered));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(lab.Folder.Root)!, offender.Record!)));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_job_that_its_limit_ended_is_in_the_soaks_latency_as_at_least_that()
    {
        using var lab = new SoakLab();
        lab.Lab.Settings["Timeout"] = "20s";
        lab.Lab.Settings["MaxRetries"] = "0";

        // It says something first: one that has not begun may be the fault of a crowded machine, and in no latency.
        lab.Answer("*echo_ok) echo THINKING; sleep 600;;");

        var report = await lab.RunAsync(Token);

        var late = Assert.Single(report.Rounds[0].Jobs, job => job.Status == "timeout");
        Assert.Equal((true, false), (late.LatencyIsAtLeast, late.Success));
        Assert.InRange(late.LatencyMs!.Value, 20_000, LimitMs);
        Assert.Equal((2, 1, true, (double)late.LatencyMs.Value), (report.Latency.N, report.Latency.Censored, report.Latency.MaxIsAtLeast, Math.Round(report.Latency.MaxMs!.Value)));
        Assert.Equal((2, 1, true), (report.ProviderSummary["cc-glm"].Latency.N, report.ProviderSummary["cc-glm"].Latency.Censored, report.ProviderSummary["cc-glm"].Latency.P50.IsAtLeast));
        Assert.Contains($"| {late.ReasonCode} | ≥ {late.LatencyMs} |", await File.ReadAllTextAsync(SoakArtifacts.MarkdownPath(lab.Folder), Token), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task Rounds_after_the_decision_are_not_run_and_not_lost()
    {
        using var lab = new SoakLab();
        lab.Answer("*echo_ready) echo STEADY;;");

        var report = await lab.RunAsync(Token);

        Assert.Equal((SoakStatuses.Failed, 1, 2), (report.Status, report.RoundsTried, report.TotalJobs));
        Assert.Equal(("not_run", "2 clean rounds in a row could no longer be reached"), (report.Rounds[1].Status, report.Rounds[1].Reason));
        var summary = RunSummarizer.Read(lab.Folder, Token);
        Assert.Equal((RunStatuses.Completed, 2, 2, 0), (summary.Status, summary.Outcomes.Planned, summary.Outcomes.Attempted, summary.LostJobs.Count));
        var manifest = Manifest.Parse(File.ReadAllBytes(lab.Folder.Manifest));
        Assert.Equal([null, null, report.Rounds[1].Reason, report.Rounds[1].Reason], manifest.Jobs.Select(job => job.NotRun));
        Assert.Empty(lab.Problems);
    }

    [Fact(Timeout = LimitMs)]
    public async Task More_rounds_may_be_tried_until_enough_in_a_row_are_clean()
    {
        using var lab = new SoakLab { Lab = { Settings = { ["Soak:MaxRounds"] = "4" } } };
        lab.Answer("*echo_ready) echo STEADY;;");

        var report = await lab.RunAsync(Token);

        Assert.Equal((SoakStatuses.Passed, 3, 2), (report.Status, report.RoundsTried, report.ConsecutiveClean));
        Assert.Equal(["failed", "clean", "clean", "not_run"], report.Rounds.Select(round => round.Status));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_job_of_a_round_that_was_not_run_has_no_record_but_a_reason()
    {
        using var lab = new SoakLab();
        lab.Answer("*echo_ready) echo STEADY;;");
        var inputs = lab.Lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], TimeProvider.System, Token);

        run.Start();
        var notRun = await Assert.ThrowsAsync<JobNotRunException>(() => run.ResultAsync("cc_glm_headless__echo_ok__t2"));

        Assert.Equal("round 2 was not run: 2 clean rounds in a row could no longer be reached.", notRun.Message);
        Assert.Null(run.DurationOf("cc_glm_headless__echo_ok__t2"));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_selection_of_a_later_round_alone_is_run_and_leaves_no_verdict()
    {
        using var lab = new SoakLab();
        var inputs = lab.Lab.Inputs();
        var selected = inputs.Plan.Jobs.Where(job => job.Trial == 2).Select(job => job.JobId).ToList();
        await using var run = await BenchRun.OpenAsync(inputs, selected, TimeProvider.System, Token);

        run.Start();
        var records = await Task.WhenAll(selected.Select(run.ResultAsync)).WaitAsync(Token);
        await run.Soak!.DecidedAsync();
        await run.CloseAsync();

        Assert.All(records, record => Assert.Equal((2, true), (record.Trial, record.Success)));
        var artifact = Artifact(new RunFolder(run.Folder));
        Assert.Equal((SoakStatuses.Partial, false), (artifact.Status, artifact.Passed));
        Assert.Equal(["not_run", "clean"], artifact.Rounds);
    }

    [Fact(Timeout = LimitMs)]
    public async Task What_nobody_foresaw_between_two_rounds_ends_every_job_and_fails_the_run()
    {
        using var lab = new SoakLab();
        lab.Answer($"*echo_ready) while ! test -e {AgentScript.Quoted(lab.Lab.At("released"))}; do sleep 0.05; done; echo READY;;");
        var inputs = lab.Lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], TimeProvider.System, Token);
        run.Start();
        var first = await run.ResultAsync("cc_glm_headless__echo_ok").WaitAsync(Token);

        // The report of the round reads all records.
        File.WriteAllText(new RunFolder(run.Folder).JobRecord(first.JobId), "no JSON");
        lab.Lab.Write("released", "");
        var left = await Task.WhenAll(inputs.Plan.Jobs.Where(job => job.Trial == 2).Select(job => run.ResultAsync(job.JobId))).WaitAsync(Token);
        await Task.WhenAll(run.Soak!.RoundAsync(1), run.Soak.RoundAsync(2), run.Soak.DecidedAsync()).WaitAsync(Token);
        File.WriteAllBytes(new RunFolder(run.Folder).JobRecord(first.JobId), RecordJson.Serialize(first));
        var problems = await run.CloseAsync();

        Assert.All(left, record => Assert.Equal((JobStatuses.Failed, "harness", FailureReasons.ParserError), (record.Status, record.FailureCategory, record.FailureReason)));
        Assert.All(left, record => Assert.Contains("is an invalid JSON literal", record.FailureEvidence, StringComparison.Ordinal));
        Assert.Contains("harness/parser_error", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Equal((SoakStatuses.Failed, false), (Artifact(new RunFolder(run.Folder)).Status, Artifact(new RunFolder(run.Folder)).Passed));
    }

    [Fact(Timeout = LimitMs)]
    public async Task The_artifacts_are_there_and_not_passed_before_the_first_job_and_while_a_round_goes_on()
    {
        using var lab = new SoakLab();
        lab.Answer($"*) while ! test -e {AgentScript.Quoted(lab.Lab.At("released"))}; do sleep 0.05; done; case \"$BENCH_JOB_ID\" in *echo_ok*) echo OK;; *) echo READY;; esac;;");
        var inputs = lab.Lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], TimeProvider.System, Token);
        var folder = new RunFolder(run.Folder);

        var opened = Artifact(folder);
        run.Start();
        while (Artifact(folder).Rounds[0] != "running")
        {
            await Task.Delay(20, Token);
        }

        var running = Artifact(folder);
        lab.Lab.Write("released", "");
        await run.Soak!.DecidedAsync();
        await run.CloseAsync();

        Assert.Equal(("running", false, "not_run"), (opened.Status, opened.Passed, opened.Rounds[0]));
        Assert.Equal(("running", false), (running.Status, running.Passed));
        Assert.Equal(("passed", true), (Artifact(folder).Status, Artifact(folder).Passed));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_cancelled_soak_leaves_no_job_without_an_end_and_is_not_passed()
    {
        using var lab = new SoakLab();
        lab.Answer("*) sleep 100;;");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var inputs = lab.Lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], TimeProvider.System, cancel.Token);
        run.Start();
        while (!File.ReadAllText(Path.Combine(run.Folder, "raw", "journal.ndjson")).Contains("job_started", StringComparison.Ordinal))
        {
            await Task.Delay(20, Token);
        }

        await cancel.CancelAsync();
        var records = await Task.WhenAll(inputs.Plan.Jobs.Select(job => run.ResultAsync(job.JobId)));
        await run.CloseAsync();

        Assert.All(records, record => Assert.Equal((record.JobId, JobStatuses.Cancelled), (record.JobId, record.Status)));
        var report = SoakArtifacts.Refresh(new RunFolder(run.Folder), Token)!;
        Assert.Equal((SoakStatuses.Cancelled, false, "not_run"), (report.Status, report.Passed, report.Rounds[1].Status));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_soak_that_was_cancelled_in_round_2_goes_on_there()
    {
        using var lab = new SoakLab();
        lab.Answer($"*__t2) while ! test -e {AgentScript.Quoted(lab.Lab.At("released"))}; do sleep 0.05; done; case \"$BENCH_JOB_ID\" in *echo_ok*) echo OK;; *) echo READY;; esac;;");
        var inputs = lab.Lab.Inputs();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using (var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], TimeProvider.System, cancel.Token))
        {
            run.Start();
            await run.Soak!.RoundAsync(1);
            await cancel.CancelAsync();
            await run.CloseAsync();
            Assert.Equal((SoakStatuses.Cancelled, "clean"), (SoakArtifacts.Refresh(new RunFolder(run.Folder), Token)!.Status, run.Soak.Report!.Rounds[0].Status));
        }

        lab.Lab.Write("released", "");
        lab.Lab.Settings["Resume"] = inputs.Settings.RunId;
        var report = await lab.RunAsync(Token);

        Assert.Equal((SoakStatuses.Passed, 4), (report.Status, report.TotalPassed));
        Assert.Single(File.ReadLines(lab.Folder.Journal), line => line.Contains("\"job_started\"", StringComparison.Ordinal) && line.Contains("\"cc_glm_headless__echo_ok\"", StringComparison.Ordinal));
    }

    [Fact(Timeout = LimitMs)]
    public async Task Agents_that_are_missing_are_all_named_before_any_job_and_any_folder()
    {
        using var lab = new SoakLab { Lab = { Settings = { ["Workflows"] = "opencode_run_headless,cc_glm_headless,gemini_run_headless" } } };
        lab.Lab.AgentsDir = Directory.CreateDirectory(lab.Lab.At("no-agents")).FullName;

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Equal(2, problem.Problems.Count);
        Assert.All(["'opencode'", "'gemini'"], name => Assert.Contains(problem.Problems, text => text.StartsWith($"The soak was not begun. {name} was not found.", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(lab.Lab.OutputDir));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_dry_run_gives_the_same_verdict_and_documents_for_the_same_id_but_for_stamps()
    {
        using var one = new SoakLab { Lab = { Settings = { ["Profile"] = "dry-run", ["RunId"] = "same" } } };
        using var two = new SoakLab { Lab = { Settings = { ["Profile"] = "dry-run", ["RunId"] = "same" } } };

        var first = await one.RunAsync(Token);
        await two.RunAsync(Token);

        Assert.True(first.Passed);
        Assert.Equal(WithoutStamps(SoakArtifacts.JsonPath(one.Folder)), WithoutStamps(SoakArtifacts.JsonPath(two.Folder)));
        Assert.Equal(WithoutStamps(SoakArtifacts.MarkdownPath(one.Folder)), WithoutStamps(SoakArtifacts.MarkdownPath(two.Folder)));
    }

    // The original drew by lot: the same id passed or failed, and most ids failed.
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("dryrun-techlead-001")]
    [InlineData("dryrun-techlead-002")]
    [InlineData("soak-3")]
    public async Task A_dry_run_is_never_failed_by_lot(string runId)
    {
        using var lab = new SoakLab { Lab = { Settings = { ["Profile"] = "dry-run", ["RunId"] = runId, ["Soak:Rounds"] = "20" } } };

        var report = await lab.RunAsync(Token);

        Assert.Equal((SoakStatuses.Passed, 40), (report.Status, report.TotalPassed));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_dx_runner_can_run_the_jobs_in_place_of_the_lanes()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var runner = new FakeDxRunner();
        runner.Cap("gemini", 1);
        using var lab = new SoakLab { Lab = { Settings = { ["Profile"] = "live", ["Soak:Dispatcher"] = runner.Path, ["Workflows"] = "opencode_run_headless,cc_glm_headless,gemini_run_headless" } } };

        var report = await lab.RunAsync(Token);

        Assert.Empty(report.Offenders.Select(offender => offender.Evidence));
        Assert.Equal((SoakStatuses.Passed, 12, runner.Path), (report.Status, report.TotalPassed, report.Dispatcher));
        Assert.Equal(["preflight opencode", "preflight cc-glm", "preflight gemini"], runner.Calls.Take(3));
        Assert.Contains($"start {report.RunId}-r2-gemini-1", runner.Calls);
        await runner.UntilNoneRunsAsync(Token);
    }

    [Fact(Timeout = LimitMs)]
    public async Task Every_provider_that_a_dx_runner_refuses_is_named_before_any_job()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var runner = new FakeDxRunner();
        runner.NotReady("cc-glm", "auth_error");
        runner.NotReady("gemini", "gemini_capacity_exhausted");
        using var lab = new SoakLab { Lab = { Settings = { ["Profile"] = "live", ["Soak:Dispatcher"] = runner.Path, ["Workflows"] = "opencode_run_headless,cc_glm_headless,gemini_run_headless" } } };

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Equal(["The soak was not begun. 'cc-glm' is not ready:", "The soak was not begun. 'gemini' is not ready:"], problem.Problems.Select(text => text[..(text.IndexOf("ready:", StringComparison.Ordinal) + 6)]));
        Assert.DoesNotContain(runner.Calls, call => call.StartsWith("start", StringComparison.Ordinal));
        Assert.False(Directory.Exists(lab.Lab.OutputDir));
    }

    private static (string Status, bool Passed, IReadOnlyList<string> Rounds) Artifact(RunFolder folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SoakArtifacts.JsonPath(folder)));
        var root = document.RootElement;
        return (root.GetProperty("status").GetString()!, root.GetProperty("passed").GetBoolean(), [.. root.GetProperty("rounds").EnumerateArray().Select(round => round.GetProperty("status").GetString()!)]);
    }

    private static string WithoutStamps(string path) => Stamps().Replace(File.ReadAllText(path), "$1<stamp>");

    [GeneratedRegex("""("(?:started_at|completed_at|duration_sec)": |Started:\*\* |Completed:\*\* |Duration:\*\* |pass rate, |Pass rate [\d.]+%, )[^,\n]*""")]
    private static partial Regex Stamps();
}
