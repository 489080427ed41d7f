using System.Runtime.Versioning;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>The state and reason of a job, from what its files and its worker show.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DispatchHealthTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly TimeSpan Stall = TimeSpan.FromMinutes(20);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Seconds since the start: now, last output, last CPU time, last model traffic; -1 is never.
    [Theory]
    [InlineData(10, -1, -1, -1, "launching", "no_output_within_grace")]
    [InlineData(10, -1, 9, -1, "launching", "cpu_progress_no_output")]
    [InlineData(400, -1, 390, -1, "waiting_first_output", "cpu_progress_no_output_past_threshold")]
    [InlineData(400, -1, -1, -1, "waiting_first_output", "cpu_progress_no_output_past_threshold")]
    [InlineData(400, 390, -1, -1, "healthy", "recent_log_activity")]
    [InlineData(400, 100, 390, -1, "healthy", "cpu_progress")]
    [InlineData(1199, -1, -1, -1, "waiting_first_output", "cpu_progress_no_output_past_threshold")]
    [InlineData(1200, -1, -1, -1, "stalled", "no_output_no_progress_after_threshold")]
    [InlineData(1200, -1, -1, 1, "waiting_first_output", "cpu_progress_no_output_past_threshold")]
    [InlineData(1300, 100, 50, -1, "stalled", "stale_log_and_no_cpu_progress")]
    [InlineData(1300, 100, 101, -1, "healthy", "recent_log_activity")]
    public void A_running_job(int now, int output, int cpu, int model, string state, string reason)
    {
        var entry = Running(output) with
        {
            Heartbeat = new() { At = At(now)!.Value, Phase = DispatchHeartbeat.Running, LastCpuAt = At(cpu), LastModelAt = At(model) },
        };

        Assert.Equal(new DispatchHealth(state, reason), DispatchHealth.Of(entry, At(now)!.Value, Stall));
    }

    [Fact]
    public void A_job_whose_worker_has_not_looked_yet_is_launching() =>
        Assert.Equal(new DispatchHealth("launching", "startup_grace_no_output"), DispatchHealth.Of(Running(-1), At(1)!.Value, Stall));

    [Fact]
    public void A_job_that_changed_its_work_tree_in_silence_is_told_apart()
    {
        var entry = Running(-1) with { Heartbeat = new() { At = Start, Phase = DispatchHeartbeat.Running, MutationCount = 1, LastMutationAt = At(350) } };

        Assert.Equal(new DispatchHealth("silent_mutation", "worktree_changed_no_output"), DispatchHealth.Of(entry, At(400)!.Value, Stall));
    }

    [Fact]
    public void A_job_that_has_done_nothing_in_its_work_tree_is_a_no_op()
    {
        var running = Running(-1);
        var entry = running with { Job = running.Job with { Worktree = "/tree" }, Heartbeat = new() { At = Start, Phase = DispatchHeartbeat.Running, MutationCount = 0 } };

        Assert.Equal(new DispatchHealth("no_op", "no_heartbeat_no_mutation"), DispatchHealth.Of(entry, At(301)!.Value, Stall));
        Assert.Equal(DispatchExitCodes.NoOp, DispatchCheck.Of(entry, null, At(301)!.Value, Stall).ExitCode);
    }

    [Fact]
    public void A_job_whose_run_is_being_closed_awaits_that()
    {
        var entry = Running(5) with { Heartbeat = new() { At = Start, Phase = DispatchHeartbeat.Closing } };

        Assert.Equal(new DispatchHealth("awaiting_finalize", "awaiting_finalize_monitor_active"), DispatchHealth.Of(entry, At(9)!.Value, Stall));
    }

    [Fact]
    public void A_job_whose_run_is_not_closed_for_too_long_is_stalled()
    {
        var entry = Running(5) with { Heartbeat = new() { At = At(1300)!.Value, Phase = DispatchHeartbeat.Closing, PhaseSince = At(99) } };

        Assert.Equal(DispatchStates.AwaitingFinalize, DispatchHealth.Of(entry, At(1298)!.Value, Stall).State);
        Assert.Equal(new DispatchHealth("stalled", "finalize_no_progress"), DispatchHealth.Of(entry, At(1300)!.Value, Stall));
    }

    [Fact]
    public void A_job_whose_worker_is_gone_without_a_word_is_no_running_one()
    {
        var entry = Running(5);

        var dead = entry with { Job = entry.Job with { PidStartTicks = 1 } };

        Assert.Equal(new DispatchHealth("exited_err", "process_exited_without_outcome"), DispatchHealth.Of(dead, At(9)!.Value, Stall));
    }

    [Theory]
    [InlineData("success", "process_exit_with_rc", null, "exited_ok", "process_exit_with_rc", 0)]
    [InlineData("success", "process_exit_with_rc", 0, "no_op_success", "exit_zero_no_mutations", 0)]
    [InlineData("success", "process_exit_with_rc", 3, "exited_ok", "process_exit_with_rc", 0)]
    [InlineData("failed", "extended_stall", 0, "exited_err", "extended_stall", 3)]
    [InlineData("killed", "manual_stop", null, "stopped", "manual_stop", 3)]
    public void A_job_that_is_over(string outcomeState, string outcomeReason, int? mutations, string state, string reason, int exitCode)
    {
        var entry = Running(5);
        var over = entry with { Outcome = OutcomeOf(entry.Job, outcomeState, outcomeReason, mutations) };

        Assert.Equal(new DispatchHealth(state, reason), DispatchHealth.Of(over, At(9)!.Value, Stall));
        Assert.Equal(exitCode, DispatchCheck.Of(over, null, At(9)!.Value, Stall).ExitCode);
    }

    private static DateTimeOffset? At(int seconds) => seconds < 0 ? null : Start + TimeSpan.FromSeconds(seconds);

    private static DispatchOutcome OutcomeOf(DispatchJob job, string state, string reason, int? mutations) => new()
    {
        Beads = job.Beads,
        Provider = job.Provider,
        RunId = job.RunInstance,
        RunInstance = job.RunInstance,
        ExitCode = 0,
        State = state,
        ReasonCode = reason,
        CompletedAt = Start,
        Retries = 0,
        Host = job.Host,
        Cwd = job.Cwd,
        Mutations = mutations,
    };

    // Its worker is this test.
    private DispatchEntry Running(int output)
    {
        var instance = new DispatchFolder(folder.Path).Instance("bd-1", 1);
        if (At(output) is { } written)
        {
            var log = folder.Write(Path.GetRelativePath(folder.Path, instance.Run.StdoutLog("job", 0)), "a line");
            File.SetLastWriteTimeUtc(log, written.UtcDateTime);
        }

        var self = ProcessIdentity.Current!;
        return new()
        {
            Instance = instance,
            Job = SampleJob.Of("bd-1") with { CreatedAt = Start, StartedAt = Start, Pid = self.Pid, PidStartTicks = self.StartTicks, Worktree = null },
        };
    }
}
