using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Cli.Governed;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class ProgressiveCommandTests
{
    private const string First = "phase1_smoke";
    private const string Second = "phase2_6stream";
    private const string Third = "phase3_real_coding_gate";

    // What comes before it never passed.
    private const string OnlyLast = """
        { "schema_version": 1, "last_passed_phase": "phase2_6stream", "commit": "x", "history": [ { "phase": "phase2_6stream", "commit": "x", "forced": false, "run_id": "r",
          "workflows": [], "prompt_ids": [], "trials": 1, "parallel": 1, "min_success_rate": 1, "passed": true, "exit_code": 0, "reason_code": "report_ok", "generated_at": "" } ] }
        """;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_seeds_command_runs_the_next_phase_that_is_due_until_all_have_passed()
    {
        using var lab = await GovernedLab.CreateAsync();
        var head = await lab.HeadAsync();
        string[] seed = ["--required-baseline", head, "--reported-commit", head, "--branch", "main"];

        int[] exits = [await lab.ProgressiveAsync(seed), await lab.ProgressiveAsync(seed), await lab.ProgressiveAsync(seed), await lab.ProgressiveAsync(seed)];

        Assert.True(exits.All(exit => exit == 0), lab.Output + lab.Error);
        Assert.Equal([First, Second, Third], History(lab).Select(record => Text(record, "phase")));
        Assert.Equal((Third, head), (Text(lab.State(), "last_passed_phase"), Text(lab.State(), "commit")));
        Assert.Contains($"All phases have passed for commit {head}.", lab.Output, StringComparison.Ordinal);
        Assert.All(lab.Runs(), run => Assert.True(GovernanceReport.Read(run)!.Passed));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task All_runs_the_phases_in_their_order_with_what_the_seed_fixes()
    {
        using var lab = await GovernedLab.CreateAsync();

        var exit = await lab.ProgressiveAsync("--all");

        Assert.True(exit == 0, lab.Output + lab.Error);
        var runs = lab.Launches.Select(launch => launch.Governed).ToList();
        Assert.Equal([1, 6, 8], runs.Select(run => run.Launch.Inputs.Plan.Jobs.Count));
        Assert.Equal([1, 6, 6], runs.Select(run => run.Launch.Inputs.Settings.Parallel));
        Assert.Equal([300, 300, 420], runs.Select(run => run.Launch.Inputs.Settings.Timeout.TotalSeconds));
        Assert.Equal([1, 1, 0.9], runs.Select(run => run.MinSuccessRate));
        Assert.All(runs, run => Assert.Equal(1, run.Launch.Inputs.Settings.MaxRetries));
        Assert.All(runs[1].Launch.Inputs.Plan.Jobs, job => Assert.Equal("opencode_run_headless", job.WorkflowId));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Six_streams_are_six_attempts_at_one_moment()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Record = record => record with { Attempts = [record.Attempts[0] with { AttemptStartedAt = SampleRun.Stamp(1), AttemptCompletedAt = SampleRun.Stamp(2) }] };

        await lab.ProgressiveAsync();
        await lab.ProgressiveAsync();

        Assert.Equal([1, 6], History(lab).Select(record => record.GetProperty("peak_in_flight").GetInt32()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_limit_that_would_make_the_streams_wait_is_refused()
    {
        using var lab = await GovernedLab.CreateAsync();

        var first = await lab.ProgressiveAsync("--set", "ProviderLimits=zhipuai-coding-plan=2");
        var second = await lab.ProgressiveAsync("--set", "ProviderLimits=zhipuai-coding-plan=2");

        Assert.Equal((0, 64), (first, second));
        Assert.Contains("ProviderLimits lets 2 jobs of 'zhipuai-coding-plan' be in flight, but phase2_6stream means 6 at once.", lab.Error, StringComparison.Ordinal);
        Assert.Equal(First, Text(lab.State(), "last_passed_phase"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_state_that_cannot_be_written_is_said_and_what_was_run_does_not_count()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = _ =>
        {
            File.Delete(lab.StateFile);
            Directory.CreateDirectory(Path.Combine(lab.StateFile, "in the way"));
        };

        var exit = await lab.ProgressiveAsync();

        Assert.Equal(2, exit);
        Assert.Contains($"The state '{lab.StateFile}' could not be written", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_lane_that_cannot_be_tried_is_not_taken_for_a_state_that_cannot_be_written()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Try = () => throw new IOException("No space left on device");

        var exit = await lab.ProgressiveAsync();

        Assert.Equal((1, "artifact_write_failed"), (exit, Text(Assert.Single(History(lab)), "reason_code")));
        Assert.DoesNotContain("The state", lab.Output.Replace("State: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("preflight", 1)]
    [InlineData("baseline", 4)]
    [InlineData("launch", 5)]
    public async Task A_phase_that_could_not_be_judged_ends_with_its_step(string step, int code)
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Probe = step == "preflight" ? new() { AuthProbeOk = false } : lab.Probe;
        lab.Launch = step == "launch" ? (_, _) => Task.FromResult(new GovernanceLaunch(1, new string('x', 600) + "last", "")) : null;

        var exit = await lab.ProgressiveAsync("--required-baseline", step == "baseline" ? "" : "HEAD");

        Assert.Equal((code, JsonValueKind.Null), (exit, lab.State().GetProperty("last_passed_phase").ValueKind));
        var record = Assert.Single(History(lab));
        Assert.Equal((false, code), (record.GetProperty("passed").GetBoolean(), record.GetProperty("exit_code").GetInt32()));
        Assert.True(step != "launch" || (Text(record.GetProperty("launch"), "stdout")!.Length == 500 && Text(record.GetProperty("launch"), "stdout")!.EndsWith("last", StringComparison.Ordinal)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_phase_that_is_stopped_is_in_the_history_and_stays_due()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Launch = (_, _) => Task.FromResult(new GovernanceLaunch(1, "", ""));
        await lab.ProgressiveAsync();
        var run = Assert.Single(lab.Launches).Governed;
        using var cancel = new CancellationTokenSource();
        var tools = lab.Tools(async (_, _) =>
        {
            await cancel.CancelAsync();
            return new(143, "", "");
        });

        var outcome = await ProgressiveEngine.RunAsync(
            tools, new() { All = true, Revision = "HEAD", Git = lab.Git.Cli(), OutputDir = lab.OutputDir, RunOf = _ => run, Redactor = new([]) }, TextWriter.Null, cancel.Token);

        Assert.Equal((130, First), (outcome.ExitCode, outcome.NextPhase));
        Assert.Equal((130, "cancelled"), (History(lab)[1].GetProperty("exit_code").GetInt32(), Text(History(lab)[1], "reason_code")));
        Assert.Equal("cancelled", lab.EarlyReport().GetProperty("reason_code").GetString());
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("")]
    [InlineData("{ \"schema_version\": 1, \"history\": [")]
    [InlineData("{ \"schema_version\": 9, \"history\": [] }")]
    [InlineData("{ \"schema_version\": 1, \"history\": null }")]
    [InlineData("{ \"schema_version\": 1, \"last_passed_phase\": \"phase9\", \"commit\": \"x\", \"history\": [] }")]
    [InlineData("{ \"schema_version\": 1, \"last_passed_phase\": \"phase2_6stream\", \"commit\": \"x\", \"history\": [] }")]
    [InlineData(OnlyLast)]
    public async Task A_damaged_state_is_an_error_and_stays_as_it_was(string text)
    {
        using var lab = await GovernedLab.CreateAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(lab.StateFile)!);
        await File.WriteAllTextAsync(lab.StateFile, text, TestContext.Current.CancellationToken);

        var exit = await lab.ProgressiveAsync();

        Assert.Equal((64, 0), (exit, lab.Launches.Count));
        Assert.Contains($"'{lab.StateFile}' cannot be used", lab.Error, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(lab.StateFile, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_second_run_on_the_same_state_is_blocked()
    {
        using var lab = await GovernedLab.CreateAsync();
        using var other = ProgressiveStateFile.TryTake(lab.OutputDir);

        var exit = await lab.ProgressiveAsync("--all");

        Assert.Equal((1, 0), (exit, lab.Launches.Count));
        Assert.Contains("Blocked: another progressive run is at work", lab.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("--phase is 'phase4', which does not exist.", "--phase", "phase4")]
    [InlineData("Give one of the two only.", "--phase", First, "--all")]
    [InlineData("--force is given without --phase", "--force")]
    [InlineData("Parallel is given by the phase phase1_smoke", "--set", "Parallel=2")]
    [InlineData("names no commit", "--reported-commit", "gone", "--branch", "main")]
    public async Task A_mistake_ends_with_64_and_leaves_no_state(string expected, params string[] args)
    {
        using var lab = await GovernedLab.CreateAsync();

        var exit = await lab.ProgressiveAsync(args);

        Assert.Equal((64, 0, false), (exit, lab.Launches.Count, File.Exists(lab.StateFile)));
        Assert.Contains(expected, lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task With_json_the_outcome_is_the_one_document()
    {
        using var lab = await GovernedLab.CreateAsync();

        await lab.ProgressiveAsync("--json");

        var document = JsonDocument.Parse(lab.Output).RootElement;
        Assert.Equal((true, First, Second, 1), (
            document.GetProperty("passed").GetBoolean(), Text(document, "last_passed_phase"), Text(document, "next_phase"), document.GetProperty("ran").GetArrayLength()));
    }

    private static List<JsonElement> History(GovernedLab lab) => [.. lab.State().GetProperty("history").EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
