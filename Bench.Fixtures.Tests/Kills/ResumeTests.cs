using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Kills;

/// <summary>A run that was killed goes on where it was, and ends as one that was not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class ResumeTests
{
    private const int LimitMs = 300_000;
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task A_killed_dry_run_ends_as_an_undisturbed_one_byte_for_byte()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var disturbed = new KillLab();
        using var undisturbed = new KillLab();
        (string, string)[] settings = [("RunId", "same"), ("Trials", "200")];

        disturbed.StartDryRun(settings);
        await disturbed.UntilAsync(() => disturbed.Jobs(JournalEvents.JobFinished).Count > 0, "a job had its record");
        KillLab.Signal(disturbed.TopId, SigKill);
        await disturbed.EndAsync();
        var killed = RunFinalizer.Finalize(disturbed.Run!, cancellationToken: Token);
        disturbed.StartDryRun([.. settings[1..], ("Resume", "same")]);
        await disturbed.EndAsync();
        undisturbed.StartDryRun(settings);
        await undisturbed.EndAsync();

        Assert.Equal(RunStatuses.Crashed, killed.Status);
        Assert.NotEmpty(killed.LostJobs);
        Assert.Equal(4000, killed.RecordCount + killed.LostJobs.Count);
        Assert.Contains($"The run is resumed: {killed.RecordCount} of 4000 jobs have their record, {killed.LostJobs.Count} run now.", disturbed.Output, StringComparison.Ordinal);
        Assert.Equal(Derived(undisturbed.Run!), Derived(disturbed.Run!));
    }

    [Theory(Timeout = LimitMs)]
    [InlineData(SigKill)]
    [InlineData(SigTerm)]
    public async Task Only_jobs_without_a_final_record_run_again_and_interrupted_logs_are_kept_apart(int signal)
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var lab = new KillLab();
        string[] prompts = ["quick_1", "slow_2", "slow_3", "slow_4"];
        lab.StartExecutable(prompts);
        await lab.UntilAsync(() => lab.Jobs(JournalEvents.JobFinished).Count == 1 && lab.HasLogs("slow_2") && lab.HasLogs("slow_3"), "the jobs were in flight");
        KillLab.Signal(lab.TopId, signal);
        var killedWith = await lab.EndAsync();
        await lab.UntilAsync(() => lab.Left() == 0, "no process was left", mayEnd: true);
        var quick = File.ReadAllBytes(lab.Run!.JobRecord("cc_glm_headless__quick_1"));

        lab.Release();
        lab.StartExecutable(prompts, ("Resume", lab.Run.Root));
        var code = await lab.EndAsync();

        Assert.NotEqual(0, killedWith);
        Assert.True(code == 0, lab.Output);
        Assert.Equal(quick, File.ReadAllBytes(lab.Run.JobRecord("cc_glm_headless__quick_1")));
        var summary = SummaryJson.Deserialize(File.ReadAllBytes(lab.Run.SummaryJson));
        Assert.Equal((RunStatuses.Completed, 4, 4), (summary.Status, summary.RecordCount, summary.Outcomes.Passed));
        Assert.Equal(
            ["cc_glm_headless__slow_2__attempt0.stderr.log", "cc_glm_headless__slow_2__attempt0.stdout.log", "cc_glm_headless__slow_3__attempt0.stderr.log", "cc_glm_headless__slow_3__attempt0.stdout.log"],
            Directory.GetFiles(lab.Run.Interrupted(1)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, lab.Left());
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_changed_plan_is_refused_with_all_that_differs()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first", ["Workflows"] = "cc_glm_headless" } };
        await lab.RunAsync(Token);
        var before = File.ReadAllBytes(lab.RunFolder.Manifest);
        lab.Settings.Remove("RunId");
        lab.Settings["Resume"] = "first";
        lab.Settings["Seed"] = "7";
        lab.Settings["Parallel"] = "3";
        lab.Settings["Workflows"] = "cc_glm_headless,gemini_run_headless";

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("Seed is '7' and was '0'.", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parallel", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'gemini_run_headless__", problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(lab.RunFolder.Manifest));
    }

    [Fact(Timeout = LimitMs)]
    public async Task The_settings_of_the_first_start_hold_and_what_may_differ_is_recorded_as_a_change()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first", ["Workflows"] = "cc_glm_headless", ["Seed"] = "7", ["Trials"] = "2", ["Parallel"] = "2" } };
        var first = await lab.RunAsync(Token);
        lab.Settings.Clear();
        (lab.Settings["Resume"], lab.Settings["Parallel"], lab.Settings["Timeout"]) = ("first", "3", "77s");

        var again = await lab.RunAsync(Token);

        Assert.Equal(first.Select(RecordJson.Serialize), again.Select(RecordJson.Serialize));
        var manifest = Manifest.Parse(File.ReadAllBytes(lab.RunFolder.Manifest));
        Assert.Equal(("dry-run", 7, 2, 3, 77), (manifest.Profile, manifest.Seed, manifest.Trials, manifest.Parallel, manifest.TimeoutSec));
        Assert.Equal([("Parallel", "3", "2"), ("Timeout", "77s", "300s")], manifest.Changes.Select(change => (change.Key, change.Value, change.Was)));
        Assert.Contains("Parallel is '3' from here on and was '2'.", File.ReadAllText(lab.RunFolder.Journal), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task Another_script_is_refused_and_with_another_price_table_all_records_are_priced_again()
    {
        using var lab = new RunLab { Settings = { ["RunId"] = "priced-" + Guid.NewGuid().ToString("N"), ["Workflows"] = "cc_glm_headless" } };
        lab.Settings["PromptsFile"] = lab.Write("p.json", """{ "version": 1, "name": "n", "prompts": [ { "id": "a_1", "category": "c", "title": "t", "prompt": "one" } ] }""");
        lab.Settings["PricesFile"] = lab.Write("prices.json", """{ "version": "1", "models": { "glm-5": { "input": 1, "output": 2 } } }""");
        var script = lab.Write("scripted/a_1.json", """{ "schema_version": 1, "prompt_id": "a_1", "turns": [ { "text": "PONG" } ] }""");
        AgentScript.UseAsPlainScript(lab, "", "text", "PONG");
        var first = Assert.Single(await lab.RunAsync(Token));
        lab.Settings["Resume"] = lab.Settings["RunId"];
        lab.Settings.Remove("RunId");

        lab.Write("scripted/a_1.json", File.ReadAllText(script) + "\n");
        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));
        lab.Write("scripted/a_1.json", File.ReadAllText(script).TrimEnd('\n'));
        lab.Write("prices.json", """{ "version": "2", "models": { "glm-5": { "input": 10, "output": 20 } } }""");
        var again = Assert.Single(await lab.RunAsync(Token));

        Assert.Contains($"'{script}' (scripted_answer) has another content", problem.Message, StringComparison.Ordinal);
        Assert.Equal(first.CostUsd * 10, again.CostUsd);
        Assert.NotEqual(0, again.CostUsd);
        Assert.Equal(again.CostUsd, RunSummarizer.Read(lab.RunFolder, Token).Lanes.Single().CostUsd.Sum);
        Assert.Contains("all 1 records were priced again, 1 of them", File.ReadAllText(lab.RunFolder.Journal), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task Another_prompt_text_is_another_plan()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first" } };
        lab.Settings["PromptsFile"] = lab.Write("p.json", """{ "version": 1, "name": "n", "prompts": [ { "id": "a_1", "category": "c", "title": "t", "prompt": "one" } ] }""");
        await lab.RunAsync(Token);
        lab.Settings.Remove("RunId");
        lab.Settings["Resume"] = "first";
        lab.Write("p.json", """{ "version": 1, "name": "n", "prompts": [ { "id": "a_1", "category": "c", "title": "t", "prompt": "two" } ] }""");

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("p.json' has another content", problem.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_complete_run_is_resumed_without_running_a_job()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first" } };
        var first = await lab.RunAsync(Token);
        var derived = Derived(lab.RunFolder);
        lab.Settings.Remove("RunId");
        lab.Settings["Resume"] = "first";

        var again = await lab.RunAsync(Token);

        Assert.Equal(first.Select(RecordJson.Serialize), again.Select(RecordJson.Serialize));
        Assert.Equal(derived, Derived(lab.RunFolder));
        Assert.Contains(
            FormattableString.Invariant($"The run is resumed, and there is nothing left to run: {first.Count} of {first.Count} jobs have a result."), await File.ReadAllTextAsync(lab.RunFolder.Journal, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_refused_with_the_nearest_name()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["Resume"] = "bench-2" } };
        Directory.CreateDirectory(lab.At("runs", "bench-1"));

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("Did you mean 'bench-1'?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_run_id_beside_it_is_refused()
    {
        using var lab = new RunLab { Settings = { ["Resume"] = "one", ["RunId"] = "two" } };

        var problem = Assert.Throws<BenchUsageException>(lab.Inputs);

        Assert.Contains("Resume names the run 'one' and RunId is 'two'", problem.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_run_that_somebody_writes_is_not_resumed()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first" } };
        await lab.RunAsync(Token);
        lab.Settings.Remove("RunId");
        lab.Settings["Resume"] = "first";
        using var owner = RunOwnership.Take(lab.RunFolder);

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("is being written by another process", problem.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_run_that_is_alive_is_not_finished_by_others()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first" } };
        await lab.RunAsync(Token);
        var running = File.ReadAllText(lab.RunFolder.Manifest).Replace("\"status\": \"completed\"", "\"status\": \"running\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(lab.RunFolder.Manifest, running, Token);
        using var screen = new StringWriter();

        using (RunOwnership.Take(lab.RunFolder))
        {
            RunEnding.Print(lab.RunFolder, screen, limit: TimeSpan.Zero);
        }

        Assert.Contains("is still being written", screen.ToString(), StringComparison.Ordinal);
        Assert.Equal(running, await File.ReadAllTextAsync(lab.RunFolder.Manifest, Token));
    }

    private static string Derived(RunFolder run) => string.Join(
        "\n\n", new[] { run.RunResults, run.Results, run.Records, run.SummaryJson, run.SummaryMarkdown }.Select(file => Stamps().Replace(File.ReadAllText(file), "$1<stamp>")));

    [GeneratedRegex("""("(?:generated_at|job_started_at|job_completed_at|attempt_started_at|attempt_completed_at|queue_wait_ms|backoff_ms)": ?|Generated: |queue wait[^|]*\|)[^,\n}]*""")]
    private static partial Regex Stamps();
}
