using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class ProgressiveOrderTests
{
    private const string First = "phase1_smoke";
    private const string Second = "phase2_6stream";
    private const string Third = "phase3_real_coding_gate";

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_failed_phase_ends_with_2_and_blocks_the_next()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Record = record => record.Trial == 2 && record.PromptId == "latency_speed_1" ? SampleRun.Failed(record.WorkflowId, record.PromptId, 2) with { RunId = record.RunId } : record;

        var exit = await lab.ProgressiveAsync("--all");
        var blocked = await lab.ProgressiveAsync("--phase", Third);

        Assert.True((exit, blocked) == (2, 1), lab.Output + lab.Error);
        Assert.Equal(2, lab.Launches.Count);
        Assert.Equal(First, Text(lab.State(), "last_passed_phase"));
        var failed = History(lab)[1];
        Assert.Equal((false, "success_rate_too_low", 3), (failed.GetProperty("passed").GetBoolean(), Text(failed, "reason_code"), failed.GetProperty("exit_code").GetInt32()));
        Assert.Equal(5.0 / 6, failed.GetProperty("success_rate").GetDouble(), precision: 9);
        Assert.Contains($"Blocked: {Third} comes after {Second}, which has not passed", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_forced_phase_is_history_and_what_did_not_pass_in_its_turn_stays_due()
    {
        using var lab = await GovernedLab.CreateAsync();

        var exit = await lab.ProgressiveAsync("--phase", Third, "--force", "--json");
        var document = JsonDocument.Parse(lab.Output).RootElement;
        lab.Record = record => SampleRun.Failed(record.WorkflowId, record.PromptId, record.Trial) with { RunId = record.RunId };
        var next = await lab.ProgressiveAsync();
        var all = await lab.ProgressiveAsync("--all");
        lab.Record = record => record;
        var whole = await lab.ProgressiveAsync("--all");

        Assert.True((exit, next, all, whole) == (0, 2, 2, 0), lab.Output + lab.Error);
        Assert.True(document.GetProperty("ran")[0].GetProperty("forced").GetBoolean());
        Assert.Equal((false, JsonValueKind.Null, First), (
            document.GetProperty("all_passed").GetBoolean(), document.GetProperty("last_passed_phase").ValueKind, Text(document, "next_phase")));
        Assert.Equal([Third, First, First, First, Second, Third], History(lab).Select(record => Text(record, "phase")));
        Assert.Equal([true, false, false, false, false, false], History(lab).Select(record => record.GetProperty("forced").GetBoolean()));
        Assert.Contains($"All phases have passed for commit {await lab.HeadAsync()}.", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_forced_pass_opens_no_phase_and_keeps_what_had_passed()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.ProgressiveAsync();

        await lab.ProgressiveAsync("--phase", Third, "--force");
        var kept = Text(lab.State(), "last_passed_phase");
        var blocked = await lab.ProgressiveAsync("--phase", Third);
        await lab.ProgressiveAsync("--phase", First);

        Assert.Equal((First, 1, First), (kept, blocked, Text(lab.State(), "last_passed_phase")));
        Assert.Equal([First, Third, First], History(lab).Select(record => Text(record, "phase")));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_earlier_phase_rewinds_whatever_comes_of_it()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.ProgressiveAsync("--all");

        await lab.ProgressiveAsync("--phase", Second);
        var afterPass = Text(lab.State(), "last_passed_phase");
        lab.Probe = new() { ModelAvailable = false };
        var exit = await lab.ProgressiveAsync("--phase", First);

        Assert.Equal((Second, 1), (afterPass, exit));
        Assert.Equal(JsonValueKind.Null, lab.State().GetProperty("last_passed_phase").ValueKind);
        Assert.Equal(("model_unavailable", "model"), (Text(History(lab)[^1], "reason_code"), Text(History(lab)[^1], "taxonomy")));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task For_another_commit_the_first_phase_is_due_again()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.ProgressiveAsync();
        var before = await lab.HeadAsync();
        await lab.Git.CommitAsync("later");

        var blocked = await lab.ProgressiveAsync("--phase", Second);
        var due = await lab.ProgressiveAsync();

        Assert.True((blocked, due) == (1, 0), lab.Output + lab.Error);
        Assert.Equal([First, First], History(lab).Select(record => Text(record, "phase")));
        Assert.Equal((await lab.HeadAsync(), First), (Text(lab.State(), "commit"), Text(lab.State(), "last_passed_phase")));
        Assert.Contains("for another commit the first phase is due again", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_that_is_not_checked_out_is_not_reported_as_what_ran()
    {
        using var lab = await GovernedLab.CreateAsync();
        var before = await lab.HeadAsync();
        await lab.Git.CommitAsync("later");

        var exit = await lab.ProgressiveAsync("--reported-commit", before, "--branch", "main");

        Assert.Equal((64, 0, 0, false), (exit, lab.Probed, lab.Launches.Count, File.Exists(lab.StateFile)));
        Assert.Contains($"The reported commit '{before}' is {before}, but checked out is {await lab.HeadAsync()} in '{lab.Root}/Bench.Tests'", lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_of_another_work_tree_than_that_of_the_tests_is_not_what_runs()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.Git.GitAsync("main", "worktree", "add", "--quiet", "-b", "other", lab.Git.At("other"));
        await lab.Git.CommitAsync("later", name: "other");

        var exit = await lab.ProgressiveAsync("--cwd", lab.Git.At("other"));
        var worked = await lab.ProgressiveAsync("--set", $"WorkTree={lab.Git.At("other")}");

        Assert.True((exit, worked) == (64, 0), lab.Output + lab.Error);
        Assert.Contains($"checked out is {await lab.HeadAsync()} in '{lab.Root}/Bench.Tests'", lab.Error, StringComparison.Ordinal);
        Assert.Equal(await lab.Git.GitAsync("other", "rev-parse", "HEAD"), Text(lab.State(), "commit"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_phase_during_which_another_commit_is_checked_out_does_not_count()
    {
        using var lab = await GovernedLab.CreateAsync();
        var before = await lab.HeadAsync();
        lab.AfterRun = run => lab.Git.CommitAsync("later", run.Name).GetAwaiter().GetResult();

        var exit = await lab.ProgressiveAsync("--all");

        Assert.True(exit == 2, lab.Output + lab.Error);
        var record = Assert.Single(History(lab));
        Assert.Equal((false, "commit_moved", before), (record.GetProperty("passed").GetBoolean(), Text(record, "reason_code"), Text(record, "commit")));
        Assert.Equal(JsonValueKind.Null, lab.State().GetProperty("last_passed_phase").ValueKind);
        Assert.Contains($"{First} does not count, since checked out at its end was {await lab.HeadAsync()} in '{lab.Root}/Bench.Tests' instead of {before}", lab.Output, StringComparison.Ordinal);
    }

    private static List<JsonElement> History(GovernedLab lab) => [.. lab.State().GetProperty("history").EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
