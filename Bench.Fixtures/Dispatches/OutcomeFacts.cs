namespace Bench.Fixtures.Dispatches;

/// <summary>What is known of an ended job beside the verdict; unknown is null.</summary>
public sealed record OutcomeFacts
{
#pragma warning disable CS1591 // as in the outcome
    public string? SelectedModel { get; init; }
    public int? Mutations { get; init; }
    public string? ReportedCommit { get; init; }
    public long? LogBytes { get; init; }
    public double? CpuTimeSec { get; init; }
    public double? PidAgeSec { get; init; }
#pragma warning restore CS1591

    internal DispatchOutcome OutcomeOf(DispatchJob job, DispatchInstance instance, OutcomeVerdict verdict, DateTimeOffset now) => new()
    {
        Beads = job.Beads,
        Provider = job.Provider,
        RunId = instance.RunId,
        RunInstance = job.RunInstance,
        ExitCode = verdict.ExitCode,
        State = verdict.State,
        ReasonCode = verdict.ReasonCode,
        FailureCategory = verdict.FailureCategory,
        Details = verdict.Details,
        CompletedAt = now,
        DurationSec = job.StartedAt is { } started ? Math.Round((now - started).TotalSeconds, 3) : null,
        Retries = job.Retries,
        SelectedModel = SelectedModel,
        FallbackReason = job.FallbackReason,
        Host = job.Host,
        Cwd = job.Cwd,
        Worktree = job.Worktree,
        Mutations = Mutations,
        ReportedCommit = ReportedCommit,
        LogBytes = LogBytes,
        CpuTimeSec = CpuTimeSec,
        PidAgeSec = PidAgeSec,
    };
}
