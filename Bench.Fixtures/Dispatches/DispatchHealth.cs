namespace Bench.Fixtures.Dispatches;

/// <summary>How a job stands, and why: the rules of dx-runner's <c>check</c> on what the worker last saw.</summary>
/// <param name="State">One of <see cref="DispatchStates"/>.</param>
/// <param name="ReasonCode">One of <see cref="DispatchReasons"/>, or a failure reason.</param>
public sealed record DispatchHealth(string State, string ReasonCode)
{
    /// <summary>So long a job may take to its first output before that is worth a word.</summary>
    public static readonly TimeSpan StartupGrace = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(60);

    /// <summary>The health of a job.</summary>
    /// <param name="entry">The job.</param>
    /// <param name="now">The time.</param>
    /// <param name="stall">Without any progress for so long it is stalled.</param>
    public static DispatchHealth Of(DispatchEntry entry, DateTimeOffset now, TimeSpan stall) =>
        entry.Outcome is { } outcome ? OfOutcome(outcome)
        : entry.IsQueued ? new(DispatchStates.Queued, DispatchReasons.WaitingForSlot)
        : entry.IsDead ? new(DispatchStates.ExitedErr, DispatchReasons.ProcessExitedWithoutOutcome)
        : OfRunning(entry, now, stall);

    private static DispatchHealth OfOutcome(DispatchOutcome outcome) => outcome.State switch
    {
        DispatchOutcomeStates.Killed => new(DispatchStates.Stopped, outcome.ReasonCode),
        DispatchOutcomeStates.Success when outcome is { Mutations: 0, ReportedCommit: null } => new(DispatchStates.NoOpSuccess, DispatchReasons.ExitZeroNoMutations),
        DispatchOutcomeStates.Success => new(DispatchStates.ExitedOk, outcome.ReasonCode),
        _ => new(DispatchStates.ExitedErr, outcome.ReasonCode),
    };

    private static DispatchHealth OfRunning(DispatchEntry entry, DateTimeOffset now, TimeSpan stall)
    {
        var started = entry.Job.StartedAt ?? entry.Job.CreatedAt;
        var beat = entry.Heartbeat;

        // By the clock that wrote the stamps: its last one, and what has passed here since.
        now = entry.SilentFor is { } silent ? (beat?.At ?? started) + silent : now;
        if (beat?.Phase == DispatchHeartbeat.Closing)
        {
            return now - (beat.PhaseSince ?? beat.At) >= stall
                ? new(DispatchStates.Stalled, DispatchReasons.FinalizeNoProgress)
                : new(DispatchStates.AwaitingFinalize, DispatchReasons.AwaitingFinalizeMonitorActive);
        }

        // Not what the worker last wrote: one that hangs writes nothing, and its files still tell.
        var output = entry.IsElsewhere ? beat?.LastOutputAt : JobLogs.LastOutputAt(entry.Instance);
        var progress = Latest(started, output, beat?.LastCpuAt, beat?.LastModelAt, beat?.LastMutationAt);
        if (now - progress >= stall)
        {
            return new(DispatchStates.Stalled, output is null ? DispatchReasons.NoOutputNoProgress : DispatchReasons.StaleLogAndNoCpuProgress);
        }

        return output is null
            ? WithoutOutput(entry.Job, beat, now, now - started)
            : new(DispatchStates.Healthy, now - output > Recent && now - beat?.LastCpuAt <= Recent ? DispatchReasons.CpuProgress : DispatchReasons.RecentLogActivity);
    }

    private static DispatchHealth WithoutOutput(DispatchJob job, DispatchHeartbeat? beat, DateTimeOffset now, TimeSpan age)
    {
        var isAtWork = now - Latest(DateTimeOffset.MinValue, beat?.LastCpuAt, beat?.LastModelAt) <= Recent;
        if (beat?.MutationCount > 0)
        {
            return new(DispatchStates.SilentMutation, DispatchReasons.WorktreeChangedNoOutput);
        }

        if (age < StartupGrace)
        {
            return new(
                DispatchStates.Launching,
                isAtWork ? DispatchReasons.CpuProgressNoOutput : beat is null ? DispatchReasons.StartupGraceNoOutput : DispatchReasons.NoOutputWithinGrace);
        }

        return job.Worktree is not null && !isAtWork
            ? new(DispatchStates.NoOp, DispatchReasons.NoHeartbeatNoMutation)
            : new(DispatchStates.WaitingFirstOutput, DispatchReasons.CpuProgressNoOutputPastThreshold);
    }

    private static DateTimeOffset Latest(DateTimeOffset first, params ReadOnlySpan<DateTimeOffset?> others)
    {
        foreach (var other in others)
        {
            first = other > first ? other.Value : first;
        }

        return first;
    }
}
