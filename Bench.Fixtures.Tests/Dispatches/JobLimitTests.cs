using System.Runtime.Versioning;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>What ends a job that does not end itself, and what is asked of one that does.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class JobLimitTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_over_its_limit_ends_with_124()
    {
        lab.Settings["Dispatch:MaxRuntime"] = "2s";
        lab.UseAgent("while true; do echo at work; sleep 0.1; done");

        await lab.StartAsync("bd-1");
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal(
            (DispatchOutcomeStates.Failed, DispatchReasons.MaxRuntimeExceeded, 124, "model"), (outcome.State, outcome.ReasonCode, outcome.ExitCode, outcome.FailureCategory));
        Assert.Equal((FailureReasons.Timeout, 0), (lab.Record("bd-1").FailureReason, lab.Record("bd-1").RetryCount));
        Assert.Equal(DispatchExitCodes.EndedBadly, await lab.RunAsync("check", "--beads", "bd-1"));
        Assert.Equal(0, lab.ProcessesOf("bd-1"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_silent_job_is_told_by_check_and_ends_with_124()
    {
        lab.Settings["Dispatch:Stall"] = "20s";

        // Waits without any work: the loop of a waiting agent is a sign of life.
        lab.UseAgent($"echo $$ > {AgentScript.Quoted(lab.Runs.At("agent.pid"))}; exec sleep 100000");
        await lab.StartAsync("bd-1");
        await lab.AgentAsync();

        const string ThirtyMs = "0.0005";
        while (await lab.RunAsync("check", "--beads", "bd-1", "--stall-minutes", ThirtyMs, "--json") == 0)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var check = System.Text.Json.JsonDocument.Parse(lab.Output).RootElement;
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchStates.Stalled, DispatchReasons.NoOutputNoProgress), (check.GetProperty("state").GetString(), check.GetProperty("reason_code").GetString()));
        Assert.Equal((DispatchOutcomeStates.Failed, DispatchReasons.ExtendedStall, 124), (outcome.State, outcome.ReasonCode, outcome.ExitCode));
        Assert.True(lab.Record("bd-1").Attempts[^1].Stalled);

        // It asked no model: the machine's load decides whose that is.
        Assert.Contains(lab.Record("bd-1").FailureReason, new[] { FailureReasons.AgentNotStarted, FailureReasons.HostOverloaded });
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_talks_and_changes_nothing_in_its_work_tree_ends_with_124()
    {
        using var git = await TreeAsync();
        lab.Settings["Dispatch:NoMutation"] = "1500ms";
        lab.UseAgent("while true; do echo thinking; sleep 0.1; done");

        await lab.StartAsync("bd-1", "--worktree", git.Main);
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Failed, DispatchReasons.NoMutationTimeout, 124), (outcome.State, outcome.ReasonCode, outcome.ExitCode));
        Assert.Equal((0, null), (outcome.Mutations, outcome.ReportedCommit));
        Assert.Equal(JobStatuses.Cancelled, lab.Record("bd-1").Status);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Changes_in_the_work_tree_put_the_limit_off_and_are_counted()
    {
        using var git = await TreeAsync();
        git.Write("main/dirty", "before the job\n");
        lab.Settings["Dispatch:NoMutation"] = "15s";

        // Longer than the limit, which leaves time for the agent's start and end; a change every 2 s.
        lab.UseAgent("for i in 1 2 3 4 5 6 7 8 9 10; do echo $i > new$i; sleep 2; done", "text", "READY");

        await lab.StartAsync("bd-1", "--worktree", git.Main);
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Success, 10, null), (outcome.State, outcome.Mutations, outcome.ReportedCommit));
        Assert.True(File.Exists(git.At("main/new10")));
        var check = await lab.JsonAsync(0, "check", "--beads", "bd-1");
        Assert.Equal((DispatchStates.ExitedOk, 10), (check.GetProperty("state").GetString(), check.GetProperty("mutation_count").GetInt32()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_work_tree_that_git_cannot_read_is_not_one_without_changes()
    {
        using var git = await TreeAsync();

        // The limit counts from before the agent's start; the agent goes on for longer than it.
        lab.Settings["Dispatch:NoMutation"] = "10s";
        lab.UseAgent("rm -rf .git; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo thinking; sleep 1; done", "text", "READY");

        await lab.StartAsync("bd-1", "--worktree", git.Main);
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchReasons.ProcessExitWithRc, 0, null), (outcome.ReasonCode, outcome.ExitCode, outcome.Mutations));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Success_without_a_change_in_a_given_work_tree_is_told_apart()
    {
        using var git = await TreeAsync();

        await lab.StartAsync("bd-1", "--worktree", git.Main);
        await lab.EndAsync("bd-1");

        var check = await lab.JsonAsync(0, "check", "--beads", "bd-1");
        Assert.Equal((DispatchStates.NoOpSuccess, DispatchReasons.ExitZeroNoMutations), (check.GetProperty("state").GetString(), check.GetProperty("reason_code").GetString()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_that_was_required_and_not_made_ends_with_44()
    {
        using var git = await TreeAsync();
        lab.UseAgent("echo text > new", "text", "READY");

        await lab.StartAsync("bd-1", "--worktree", git.Main, "--require-commit-artifact");
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Failed, DispatchReasons.NoCommitArtifact, 44, 1), (outcome.State, outcome.ReasonCode, outcome.ExitCode, outcome.Mutations));
        Assert.Equal(JobStatuses.Passed, lab.Record("bd-1").Status);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_that_was_made_is_reported()
    {
        using var git = await TreeAsync();
        var before = await git.GitAsync("main", "rev-parse", "HEAD");
        lab.UseAgent("echo text > new; git add new; git commit -qm new", "text", "READY");

        await lab.StartAsync("bd-1", "--worktree", git.Main, "--require-commit-artifact");
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Success, 0, 1), (outcome.State, outcome.ExitCode, outcome.Mutations));
        Assert.Equal(await git.GitAsync("main", "rev-parse", "HEAD"), outcome.ReportedCommit);
        Assert.Equal(before, lab.Entry("bd-1").Job.StartHeadCommit);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("exit 7", 7, DispatchReasons.ProcessExitWithRc, FailureReasons.RuntimeNonzero)]
    [InlineData("kill -9 $$", 137, DispatchReasons.ProcessExitWithRc, FailureReasons.RuntimeNonzero)]
    [InlineData("", 1, FailureReasons.EmptyAnswer, FailureReasons.EmptyAnswer)]
    public async Task An_agent_that_fails_gives_its_exit_code_and_the_records_reason(string end, int exitCode, string reason, string recorded)
    {
        lab.UseAgent(end, "line", "  ");

        await lab.StartAsync("bd-1");
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Failed, exitCode, reason, "model"), (outcome.State, outcome.ExitCode, outcome.ReasonCode, outcome.FailureCategory));
        Assert.Equal(recorded, lab.Record("bd-1").FailureReason);
        Assert.StartsWith($"model/{recorded}: ", outcome.Details, StringComparison.Ordinal);
    }

    private static async Task<GitLab> TreeAsync()
    {
        var git = await new GitLab().InitAsync();
        await git.CommitAsync("first");
        return git;
    }
}
