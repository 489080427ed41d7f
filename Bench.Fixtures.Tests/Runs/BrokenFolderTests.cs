using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Processes;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>
/// Whole runs of three jobs, one after the other, whose folder breaks while the second job's agent is at work: the first job's record stays,
/// the others fail with the cause, and the run ends by itself.
/// </summary>
public sealed class BrokenFolderTests
{
    private const string First = "cc_glm_headless__first_1";
    private const string Second = "cc_glm_headless__second_1";
    private const string Third = "cc_glm_headless__third_1";

    private static CancellationToken CancelToken => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_full_disk_fails_the_jobs_that_it_meets_and_the_run()
    {
        using var lab = Lab();
        await using var disk = await SmallDisk.MountAsync(lab.OutputDir);

        var records = await RunAsync(lab, disk.FillCommand);

        AssertVerdicts(records, null, "env/disk_full", "env/disk_full");
        Assert.All(records.Skip(1), record => AssertCause(record, lab.RunFolder.Raw));
        AssertProblem(lab, "env/disk_full", "Free some space");
        AssertKept(lab, First);
        AssertLastScreen(lab, "could not be finished", "make room", "dotnet bench summarize");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_was_kept_is_summarized_when_there_is_room_again()
    {
        using var lab = Lab();
        await using var disk = await SmallDisk.MountAsync(lab.OutputDir);
        await RunAsync(lab, disk.FillCommand);
        File.Delete(Path.Combine(lab.OutputDir, "filler"));

        var summary = RunFinalizer.Finalize(lab.RunFolder, status: null, CancelToken);

        Assert.Equal((3, 1), (summary.RecordCount + summary.LostJobs.Count, summary.Lanes.Sum(lane => lane.Outcomes.Passed)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_folder_that_becomes_read_only_fails_the_jobs_that_it_meets_and_the_run()
    {
        using var lab = Lab();
        await using var readOnly = new Undo($"umount '{lab.Raw()}' 2> /dev/null || chmod 755 '{lab.Raw()}'");

        // Root writes wherever the permissions do not let it.
        var records = await RunAsync(lab, $"if [ $(id -u) = 0 ]; then mount --bind '{lab.Raw()}' '{lab.Raw()}' && mount -o remount,bind,ro '{lab.Raw()}'; else chmod 555 '{lab.Raw()}'; fi || echo cannot > '{lab.At("no-right")}'");

        Assert.SkipWhen(File.Exists(lab.At("no-right")), "Needs the right to mount a folder.");
        AssertVerdicts(records, null, "harness/artifact_write_failed", "harness/artifact_write_failed");
        Assert.All(records.Skip(1), record => AssertCause(record, lab.RunFolder.Raw));
        AssertProblem(lab, "harness/artifact_write_failed", "check space and rights");
        AssertKept(lab, First);
        Assert.False(File.Exists(lab.RunFolder.PromptText(Third)));
        AssertLastScreen(lab, "= passed 1 + failed 0 (model) + 0 (env) + 2 (harness)");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_folder_that_is_deleted_fails_the_jobs_behind_it_and_does_not_come_back()
    {
        using var lab = Lab();

        var records = await RunAsync(lab, $"rm -rf '{lab.OutputDir}'");

        AssertVerdicts(records, null, "harness/artifact_write_failed", "harness/artifact_write_failed");
        Assert.All(records.Skip(1), record => AssertCause(record, lab.RunFolder.Raw));
        AssertProblem(lab, "harness/artifact_write_failed", lab.RunFolder.Root);
        Assert.False(Directory.Exists(lab.OutputDir));
        AssertLastScreen(lab, "is gone", "nothing of this run is left");
        Assert.False(Directory.Exists(lab.OutputDir));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(Third + ".json")]
    [InlineData(Third + ".prompt.txt")]
    [InlineData(Third + "__attempt0.stdout.log")]
    [InlineData(Third + "__attempt0.stderr.log")]
    public async Task A_folder_in_a_files_place_fails_its_job_alone(string file)
    {
        using var lab = Lab();

        var records = await RunAsync(lab, $"mkdir '{lab.Raw()}/{file}'");

        AssertVerdicts(records, null, null, "harness/artifact_write_failed");
        AssertCause(records[2], file);
        Assert.Single(records[2].Attempts);
        var summary = RunSummarizer.Read(lab.RunFolder, CancelToken);
        Assert.Equal((3, 0, 2, 1), (summary.RecordCount, summary.LostJobs.Count, summary.Lanes.Single().Outcomes.Passed, summary.Lanes.Single().Outcomes.FailedHarness));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_usage_file_that_cannot_be_written_fails_the_run_and_no_job()
    {
        using var lab = Lab();

        var records = await RunAsync(lab, $"mkdir -p '{lab.RunRoot()}/gateway/usage.jsonl'", inPrompt: "first");

        AssertVerdicts(records, null, null, null);
        AssertProblem(lab, lab.RunFolder.GatewayUsage, "free disk space");
        Assert.Single(lab.Manifest().GetProperty("closing").GetProperty("write_problems").EnumerateArray());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_disk_that_is_full_at_the_start_is_named_before_an_agent_runs()
    {
        using var lab = Lab();
        await using var disk = await SmallDisk.MountAsync(lab.OutputDir);
        await disk.FillAsync();

        await AssertRefusedAsync(lab);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_disk_that_is_full_behind_the_end_takes_nothing_from_the_last_screen()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "full", ["Workflows"] = "cc_glm_headless", ["Prompts"] = "latency_speed_1" } };
        await using var disk = await SmallDisk.MountAsync(lab.OutputDir);
        await lab.RunAsync(CancelToken);
        await disk.FillAsync();

        AssertLastScreen(lab, "attempted 1 = passed 1", "(completed, profile dry-run");
        File.Delete(lab.RunFolder.SummaryMarkdown);
        AssertLastScreen(lab, $"FAILED: the run folder '{lab.RunFolder.Root}' could not be finished: ", "What to do: make room");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_read_only_disk_is_named_before_an_agent_runs()
    {
        using var lab = Lab();
        await using var disk = await SmallDisk.MountAsync(lab.OutputDir);
        await disk.MakeReadOnlyAsync();

        await AssertRefusedAsync(lab);
    }

    private static RunLab Lab()
    {
        var lab = new RunLab
        {
            Settings = { ["RunId"] = "broken-" + Guid.NewGuid().ToString("N"), ["Workflows"] = "cc_glm_headless", ["Parallel"] = "1", ["Timeout"] = "50s", ["StallThreshold"] = "50s" },
        };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "n", "prompts": [
              { "id": "first_1", "category": "c", "title": "t", "prompt": "This is the first." },
              { "id": "second_1", "category": "c", "title": "t", "prompt": "This is the second." },
              { "id": "third_1", "category": "c", "title": "t", "prompt": "This is the third." } ] }
            """);
        foreach (var prompt in new[] { "first_1", "second_1", "third_1" })
        {
            lab.Write($"scripted/{prompt}.json", $$"""{ "schema_version": 1, "prompt_id": "{{prompt}}", "turns": [ { "text": "PONG" } ] }""");
        }

        return lab;
    }

    /// <summary>Runs all jobs; the agent of one of them does the command before it asks its model.</summary>
    private static async Task<IReadOnlyList<JobRecord>> RunAsync(RunLab lab, string command, string inPrompt = "second")
    {
        // A slot bounds the agents: the second one may start before the first one's record and journal line are written.
        var kept = $"grep -q '\"event\":\"{JournalEvents.JobFinished}\",\"job_id\":\"{First}\"' '{lab.Raw()}/journal.ndjson'";
        var untilKept = inPrompt == "second" ? $"until {kept}; do sleep 0.02; done; " : "";
        AgentScript.UseAsPlainScript(lab, $"echo started >> '{lab.At("agents")}'\nif grep -q 'the {inPrompt}' \"$2\"; then {untilKept}{command}; fi", "line", "PONG");
        var records = await lab.RunAsync(CancelToken);
        Assert.Equal([First, Second, Third], records.Select(record => record.JobId));
        Assert.Equal(0, RunLab.ProcessesOf(lab.Settings["RunId"]));
        return records;
    }

    private static async Task AssertRefusedAsync(RunLab lab)
    {
        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => RunAsync(lab, "true"));

        Assert.Contains(lab.RunRoot(), problem.Message, StringComparison.Ordinal);
        Assert.Contains("OutputDir", problem.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(lab.At("agents")));
        Assert.Equal(0, RunLab.ProcessesOf(lab.Settings["RunId"]));
    }

    private static void AssertVerdicts(IReadOnlyList<JobRecord> records, params string?[] failures)
    {
        Assert.Equal(failures, records.Select(record => record.Success ? null : $"{record.FailureCategory}/{record.FailureReason}"));
        Assert.Equal(failures.Select(failure => failure is null ? JobStatuses.Passed : JobStatuses.Failed), records.Select(record => record.Status));
    }

    private static void AssertCause(JobRecord record, string path)
    {
        Assert.Contains(path, record.FailureEvidence, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(record.FailureRule));
        Assert.NotNull(record.EndedBy);
    }

    private static void AssertProblem(RunLab lab, params string[] parts)
    {
        Assert.NotEmpty(lab.Problems);
        Assert.All(parts, part => Assert.Contains(part, string.Join('\n', lab.Problems), StringComparison.Ordinal));
    }

    private static void AssertKept(RunLab lab, string jobId)
    {
        var record = RecordJson.Deserialize(File.ReadAllBytes(lab.RunFolder.JobRecord(jobId)));
        Assert.Equal((jobId, true), (record.JobId, record.Success));
    }

    private static void AssertLastScreen(RunLab lab, params string[] parts)
    {
        using var screen = new StringWriter();
        RunEnding.Print(lab.RunFolder, screen);
        Assert.All(parts, part => Assert.Contains(part, screen.ToString(), StringComparison.Ordinal));
    }

    /// <summary>Does a shell command at the end of a test.</summary>
    private sealed class Undo(string command) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Commands.RunAsync(Commands.Shell(command), CancellationToken.None);
    }
}

/// <summary>Paths of a run that has not begun.</summary>
internal static class RunLabPaths
{
    public static string RunRoot(this RunLab lab) => Path.Combine(lab.OutputDir, lab.Settings["RunId"]);

    public static string Raw(this RunLab lab) => Path.Combine(lab.RunRoot(), "raw");
}
