using System.Runtime.Versioning;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>Slots per provider, and who waits for them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class QueueTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = 2 * TestFolder.TimeoutMs)]
    public async Task Twenty_jobs_at_a_cap_of_two_all_end_and_never_are_three_in_flight()
    {
        const int Jobs = 20;
        lab.Settings["Dispatch:Limits"] = "cc-glm=2";
        var slots = lab.Runs.Write("slots/.keep", "")[..^"/.keep".Length];

        // Each agent takes one of two slots while it works; there is no third. Until two were at work at once, nobody ends.
        lab.UseAgent(
            $$"""
            cd {{AgentScript.Quoted(slots)}}
            if mkdir 1; then slot=1; elif mkdir 2; then slot=2; else echo over >> overflow; fi
            until test -e both; do if test -d 1 && test -d 2; then echo two >> both; fi; sleep 0.05; done
            {{DotnetRoot()}}
            {{AgentScript.Quoted(DummyAgent.Path)}} ask text READY < "$2"
            rmdir "$slot"
            exit 0
            """);
        var ids = Enumerable.Range(1, Jobs).Select(number => $"bd-{number:00}").ToList();

        foreach (var id in ids)
        {
            Assert.Equal(0, await lab.StartAsync(id, "--queue"));
        }

        // Nobody asks again: the workers themselves start who waits.
        var outcomes = new List<DispatchOutcome>();
        foreach (var id in ids)
        {
            outcomes.Add(await lab.EndAsync(id));
        }

        Assert.All(outcomes, outcome => Assert.Equal((DispatchOutcomeStates.Success, 0), (outcome.State, outcome.ExitCode)));
        Assert.False(File.Exists(Path.Combine(slots, "overflow")));
        Assert.True(File.Exists(Path.Combine(slots, "both")));
        Assert.Empty(ThreeAtOnce(ids));
        Assert.Equal(ids, ids.OrderBy(id => lab.Entry(id).Job.StartedAt).ThenBy(id => id, StringComparer.Ordinal));
        Assert.Equal(0, lab.Workers());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task At_the_cap_a_start_ends_with_26_and_names_who_holds_the_slot()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");

        var refused = await lab.JsonAsync(DispatchExitCodes.CapExceeded, "start", "--beads", "bd-2", "--provider", "cc-glm", "--prompt-file", lab.Prompt);

        Assert.Equal(DispatchReasons.CapExceeded, refused.GetProperty("reason_code").GetString());
        Assert.Contains("'bd-1'", lab.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.Instance("bd-2").Root));

        // Another provider has slots of its own.
        Assert.Equal(0, await lab.StartOnAsync("gemini", "bd-3", "--set", "Profile=dry-run"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Of_two_starts_at_once_one_gets_the_last_slot()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        using var other = new ManualResetEventSlim();

        var starts = Enumerable.Range(1, 4).Select(number => Task.Run(() =>
        {
            other.Wait(TestContext.Current.CancellationToken);
            return lab.StartAsync($"bd-{number}");
        })).ToList();
        other.Set();
        var exitCodes = await Task.WhenAll(starts);

        Assert.Equal([0, DispatchExitCodes.CapExceeded, DispatchExitCodes.CapExceeded, DispatchExitCodes.CapExceeded], exitCodes.Order());
        await lab.AgentAsync();
        Assert.Equal(1, lab.Workers());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Of_two_starts_of_one_id_at_once_one_is_refused()
    {
        lab.UseWaitingAgent();

        var exitCodes = await Task.WhenAll(Task.Run(() => lab.StartAsync("bd-1")), Task.Run(() => lab.StartAsync("bd-1")));

        Assert.Equal([0, DispatchExitCodes.Failed], exitCodes.Order());
        Assert.False(Directory.Exists(lab.Instance("bd-1", 2).Root));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_queue_whose_worker_was_killed_goes_on_with_the_next_command()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        await lab.StartAsync("bd-2", "--queue");
        await lab.StartAsync("bd-3", "--queue");
        Assert.Contains("bd-3 is queued on cc-glm, place 2; in flight: bd-1.", lab.Output, StringComparison.Ordinal);
        await lab.AgentAsync();
        var waiting = await lab.JsonAsync(0, "check", "--beads", "bd-3");
        Assert.Equal((DispatchStates.Queued, 2), (waiting.GetProperty("state").GetString(), waiting.GetProperty("queue_position").GetInt32()));

        lab.Entry("bd-1").Job.Worker!.Kill();
        await lab.Entry("bd-1").Job.Worker!.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        lab.Release();
        Assert.Equal(0, await lab.RunAsync("status"));

        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-2")).State);
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-3")).State);
        Assert.Equal(DispatchReasons.ProcessExitedWithoutOutcome, lab.Entry("bd-1").Outcome!.ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_queued_job_can_be_stopped_and_never_starts()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        await lab.StartAsync("bd-2", "--queue");

        Assert.Equal(0, await lab.RunAsync("stop", "--beads", "bd-2"));
        lab.Release();
        await lab.EndAsync("bd-1");
        await lab.RunAsync("status");

        var entry = lab.Entry("bd-2");
        Assert.Equal((DispatchReasons.ManualStop, 137, null), (entry.Outcome!.ReasonCode, entry.Outcome.ExitCode, entry.Outcome.DurationSec));
        Assert.Null(entry.Job.Pid);
        Assert.False(Directory.Exists(entry.Instance.Run.Root));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_queued_job_runs_with_the_settings_and_the_prompt_that_it_was_dispatched_with()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        lab.Environment["BENCH__Dispatch__Stall"] = "77s";
        await lab.StartAsync("bd-2", "--queue");
        lab.Environment["BENCH__Dispatch__Stall"] = "1ms";
        lab.Environment["BENCH__Trials"] = "7";
        File.WriteAllText(lab.Prompt, "Say nothing.");

        await lab.RunAsync("stop", "--beads", "bd-1");
        lab.Release();
        await lab.RunAsync("status");
        var outcome = await lab.EndAsync("bd-2");

        Assert.Equal(DispatchOutcomeStates.Success, outcome.State);
        var manifest = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(lab.Instance("bd-2").Run.Manifest)).RootElement;
        Assert.Equal(77, manifest.GetProperty("governance").GetProperty("stall_threshold_sec").GetDouble());
        Assert.Equal("Return exactly: READY\n", File.ReadAllText(lab.Instance("bd-2").Prompt));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_queued_job_is_not_credited_with_what_others_did_to_its_work_tree_while_it_waited()
    {
        using var git = await new GitLab().InitAsync();
        await git.CommitAsync("first");
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        await lab.StartAsync("bd-2", "--queue", "--worktree", git.Main, "--require-commit-artifact");
        var others = await git.CommitAsync("others");
        git.Write("main/untracked", "theirs too\n");

        lab.Release();
        var outcome = await lab.EndAsync("bd-2");

        Assert.Equal((DispatchReasons.NoCommitArtifact, 44, 0, null), (outcome.ReasonCode, outcome.ExitCode, outcome.Mutations, outcome.ReportedCommit));
        Assert.Equal(others, lab.Entry("bd-2").Job.StartHeadCommit);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Nobody_overtakes_the_first_of_the_queue_who_waits_for_its_key()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        await lab.StartAsync("bd-2", "--queue");
        lab.Change("bd-2", job => job["key_variable"] = "QUEUE_TESTS_KEY");
        lab.Release();
        await lab.EndAsync("bd-1");

        var refused = await lab.StartAsync("bd-3");
        var error = lab.Error;
        var queued = await lab.StartAsync("bd-4", "--queue");

        Assert.Equal((DispatchExitCodes.CapExceeded, 0), (refused, queued));
        Assert.Contains("they come first: 'bd-2'. 'bd-2' is started by a command that has QUEUE_TESTS_KEY in its environment.", error, StringComparison.Ordinal);
        Assert.Contains("bd-4 is queued on cc-glm, place 2; in flight: none.", lab.Output, StringComparison.Ordinal);
        lab.Environment["QUEUE_TESTS_KEY"] = "abcdefgh12345678";
        Assert.Equal(0, await lab.RunAsync("status"));
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-2")).State);
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-4")).State);
    }

    private static string DotnetRoot() =>
        Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root ? $"export DOTNET_ROOT={AgentScript.Quoted(root)}" : "";

    // From the books: a job is in flight from its start until its outcome.
    private IEnumerable<string> ThreeAtOnce(List<string> ids) => ids.Where(id =>
    {
        var started = lab.Entry(id).Job.StartedAt;
        return ids.Count(other => lab.Entry(other).Job.StartedAt <= started && lab.Entry(other).Outcome!.CompletedAt > started) > 2;
    });
}
