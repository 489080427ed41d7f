using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Gates;

public sealed class ReportGateTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_whole_run_whose_lanes_passed_everything_passes()
    {
        var verdict = GovernedRun.Judge(GovernedRun.Write(folder));

        Assert.True(verdict.Passed, verdict.Details);
        Assert.Equal((GateReasons.ReportOk, 0, null), (verdict.ReasonCode, verdict.ExitCode, verdict.NextAction));
        Assert.Equal([GovernedRun.Lane, GovernedRun.OtherLane], verdict.Lanes.Select(lane => lane.WorkflowId));
        Assert.All(verdict.Checks, check => Assert.True(check is { Passed: true, ReasonCode: null, Offenders.Count: 0 }, check.Check));
    }

    [Fact]
    public void One_lane_is_not_called_all_lanes()
    {
        var verdict = GovernedRun.Judge(GovernedRun.Write(folder, settings: settings => settings with { Workflows = [GovernedRun.Lane] }));

        Assert.StartsWith("The lane passed at least 100.0% of its jobs, and the run is whole.", verdict.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void One_failed_job_ends_with_3_unless_a_lower_rate_is_enough()
    {
        var run = GovernedRun.Write(folder, records: records => Replaced(records, 0, record => SampleRun.Failed(record.WorkflowId, record.PromptId)));

        var strict = GovernedRun.Judge(run);
        var lax = GovernedRun.Judge(run, minRate: 0.5);

        Assert.Equal((false, GateReasons.SuccessRateTooLow, 3), (strict.Passed, strict.ReasonCode, strict.ExitCode));
        Assert.Contains("1/2", strict.Details, StringComparison.Ordinal);
        Assert.Single(strict.Lanes, lane => !lane.Passed);
        Assert.True(lax.Passed, lax.Details);
    }

    [Fact]
    public void A_lost_job_and_a_cancelled_one_are_named()
    {
        var run = GovernedRun.Write(folder, records: records => Replaced(records.Skip(1), 0, record => SampleRun.Cancelled(record.WorkflowId, record.PromptId)));

        var verdict = GovernedRun.Judge(run, minRate: 0.01);

        Assert.Equal([GateReasons.JobsLost, GateReasons.RecordsIncomplete], Reasons(verdict).Take(2));
        Assert.Equal(GateReasons.JobsLost, verdict.ReasonCode);
        Assert.Contains("never started", verdict.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lane_without_a_record_is_not_green()
    {
        var run = GovernedRun.Write(folder, records: records => records.Where(record => record.WorkflowId == GovernedRun.Lane));

        Assert.Contains(GateReasons.NothingToJudge, Reasons(GovernedRun.Judge(run)));
    }

    [Fact]
    public void A_run_without_any_record_is_not_green()
    {
        Assert.Equal(GateReasons.NothingToJudge, GovernedRun.Judge(GovernedRun.Write(folder, records: _ => [])).ReasonCode);
    }

    [Fact]
    public void A_document_that_somebody_removed_or_added_is_named()
    {
        var run = GovernedRun.Write(folder);
        var removed = SampleRun.Passed(GovernedRun.Lane, "p1").JobId;
        File.Delete(run.JobRecord(removed));
        File.WriteAllBytes(run.JobRecord("cc_glm_headless__old"), RecordJson.SerializeIndented(SampleRun.Passed(GovernedRun.Lane, "old") with { RunId = "another" }));

        var check = CheckOf(GovernedRun.Judge(run), GateReasons.RecordsIncomplete);

        Assert.Contains($"raw/{removed}.json is missing", check.Offenders);
        Assert.Contains(check.Offenders, offender => offender.Contains("'another'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_with_faults_never_passes()
    {
        var run = GovernedRun.Write(folder, settings: settings => settings with { Gateway = settings.Gateway with { FaultPlan = "/bench/faults.json" } });

        var verdict = GovernedRun.Judge(run, minRate: 0.01);

        Assert.Equal((false, GateReasons.FaultsInjected), (verdict.Passed, verdict.ReasonCode));
    }

    [Fact]
    public void A_dry_run_never_passes()
    {
        var run = GovernedRun.Write(folder, settings: settings => settings with { Profile = Profile.DryRun });

        Assert.Equal(GateReasons.DryRun, GovernedRun.Judge(run).ReasonCode);
    }

    [Theory]
    [InlineData(Profile.Embedded, "A scripted model answered")]
    [InlineData(Profile.Replay, "Recorded answers were played back")]
    public void A_run_without_a_real_model_passes_only_when_it_is_asked_for_and_says_what_it_proves(Profile profile, string words)
    {
        var run = GovernedRun.Write(folder, settings: settings => settings with { Profile = profile });

        var refused = GovernedRun.Judge(run, allowScripted: false);
        var asked = GovernedRun.Judge(run);

        Assert.Equal((false, GateReasons.ScriptedModel, 3), (refused.Passed, refused.ReasonCode, refused.ExitCode));
        Assert.Equal([GateReasons.ScriptedModel], Reasons(refused));
        Assert.Contains("--allow-scripted", refused.NextAction, StringComparison.Ordinal);
        Assert.True(asked.Passed, asked.Details);
        Assert.All([refused.Details, refused.Proves!, asked.Details, asked.Proves!], text => Assert.Contains($"{words}: it proves that agents and Bench work, nothing of a model", text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_live_run_needs_no_asking()
    {
        var verdict = GovernedRun.Judge(GovernedRun.Write(folder, settings: settings => settings with { Profile = Profile.Live }), allowScripted: false);

        Assert.True(verdict.Passed, verdict.Details);
        Assert.Null(verdict.Proves);
    }

    [Fact]
    public void The_verdict_says_how_little_a_pass_means()
    {
        var verdict = GovernedRun.Judge(GovernedRun.Write(folder), minRate: 0.9);

        // Two of two passed: Wilson from 34.2 %; 0.9² and 0.7².
        Assert.Contains("is 34.2% on these prompts, 34.2% on prompts like these.", verdict.Details, StringComparison.Ordinal);
        Assert.All(verdict.Lanes, lane => Assert.Equal(new ReportChances { LeastPassed = 2, AtRate = 0.81, WorseRate = 0.7, AtWorseRate = 0.49 }, lane.Chances));
    }

    [Theory]
    [InlineData(RunStatuses.Cancelled)]
    [InlineData(RunStatuses.Crashed)]
    public void A_run_that_did_not_complete_does_not_pass(string status)
    {
        var run = GovernedRun.Write(folder, manifest => manifest with { Status = status });

        Assert.Equal(GateReasons.RunNotCompleted, GovernedRun.Judge(run).ReasonCode);
    }

    [Fact]
    public void A_run_that_was_never_closed_does_not_pass()
    {
        Assert.Equal(GateReasons.RunNotCompleted, GovernedRun.Judge(GovernedRun.Write(folder, manifest => manifest with { Closing = null })).ReasonCode);
    }

    [Theory]
    [InlineData(GateReasons.ProcessesLeft, "2 processes")]
    [InlineData(GateReasons.SecretsFound, "raw/a.log:3 key")]
    [InlineData(GateReasons.VersionsChanged, "claude was 1 and is 2")]
    [InlineData(GateReasons.ArtifactsIncomplete, "a file was not written")]
    public void What_the_run_found_at_its_end_counts(string reason, string offender)
    {
        var run = GovernedRun.Write(folder, manifest => manifest with
        {
            Closing = manifest.Closing! with
            {
                ProcessesLeft = reason == GateReasons.ProcessesLeft ? 2 : 0,
                RedactionFindings = reason == GateReasons.SecretsFound ? [offender] : [],
                ChangedAgents = reason == GateReasons.VersionsChanged ? [offender] : [],
                WriteProblems = reason == GateReasons.ArtifactsIncomplete ? [offender] : [],
            },
        });

        var verdict = GovernedRun.Judge(run);

        Assert.Equal([reason], Reasons(verdict));
        Assert.Contains(offender, verdict.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_was_gone_or_another_at_the_end_counts_by_the_manifests_hashes()
    {
        var run = GovernedRun.Write(folder, manifest => manifest with { Agents = [.. manifest.Agents.Select(agent => agent with { Sha256After = new string('d', 64) })] });

        Assert.Contains("dddddddddddd", CheckOf(GovernedRun.Judge(run), GateReasons.VersionsChanged).Offenders[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_came_into_the_folder_later_is_found_and_not_shown()
    {
        var run = GovernedRun.Write(folder);
        File.WriteAllText(Path.Combine(run.Raw, "note.txt"), "first line\nthe key is a-secret-of-the-tests\n");

        var verdict = GovernedRun.Judge(run);

        Assert.Equal(GateReasons.SecretsFound, verdict.ReasonCode);
        Assert.StartsWith("raw/note.txt:2 ", CheckOf(verdict, GateReasons.SecretsFound).Offenders[0], StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-of-the-tests", verdict.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_was_edited_or_filtered_does_not_have_its_hash()
    {
        var run = GovernedRun.Write(folder, manifest => manifest with { Seed = manifest.Seed + 1 });

        Assert.Equal([GateReasons.PlanHashMismatch], Reasons(GovernedRun.Judge(run)));
    }

    [Fact]
    public void Another_plan_than_the_one_asked_for_does_not_pass()
    {
        var run = GovernedRun.Write(folder);
        var hash = GovernedRun.Manifest().PlanHash;

        Assert.True(GovernedRun.Judge(run, planHash: hash).Passed);
        Assert.Equal(GateReasons.PlanHashMismatch, GovernedRun.Judge(run, planHash: new string('0', 64)).ReasonCode);
    }

    [Fact]
    public void A_summary_that_is_missing_or_not_what_the_records_give_does_not_pass()
    {
        var run = GovernedRun.Write(folder);
        File.AppendAllText(run.SummaryJson, " ");
        var edited = GovernedRun.Judge(run);
        File.Delete(run.SummaryJson);
        var missing = GovernedRun.Judge(run);

        Assert.Equal([GateReasons.SummaryStale], Reasons(edited));
        Assert.Equal([GateReasons.SummaryMissing], Reasons(missing));
    }

    [Fact]
    public void A_folder_without_a_usable_manifest_is_not_green()
    {
        var run = GovernedRun.Write(folder);

        File.WriteAllText(run.Manifest, """{ "run_id": "x", "workflows": [] }""");
        var original = GovernedRun.Judge(run);
        File.WriteAllText(run.Manifest, "not JSON");
        var broken = GovernedRun.Judge(run);
        File.Delete(run.Manifest);
        var missing = GovernedRun.Judge(run);

        Assert.Equal((GateReasons.ManifestUnusable, 3), (original.ReasonCode, original.ExitCode));
        Assert.Equal(GateReasons.ManifestUnusable, broken.ReasonCode);
        Assert.Equal((GateReasons.ManifestMissing, SampleRun.RunId), (missing.ReasonCode, missing.RunId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_rate_that_everything_or_nothing_reaches_is_refused(double rate)
    {
        var run = GovernedRun.Write(folder);

        Assert.Throws<BenchUsageException>(() => GovernedRun.Judge(run, rate));
    }

    private static IEnumerable<string> Reasons(ReportVerdict verdict) => verdict.Checks.Where(check => !check.Passed).Select(check => check.ReasonCode!);

    private static ReportCheck CheckOf(ReportVerdict verdict, string reason) => Assert.Single(verdict.Checks, check => check.ReasonCode == reason);

    private static IEnumerable<JobRecord> Replaced(IEnumerable<JobRecord> records, int place, Func<JobRecord, JobRecord> change) =>
        records.Select((record, i) => i == place ? change(record) with { JobId = record.JobId } : record);
}
