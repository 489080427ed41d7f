namespace Bench.Fixtures.Dispatches;

/// <summary>How one job stands: what <c>dispatch check --json</c> prints. See docs/formats/dispatch.md.</summary>
public sealed record DispatchCheck
{
#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/dispatch.md
    public int SchemaVersion { get; init; } = DispatchJob.CurrentSchemaVersion;
    public required string Beads { get; init; }
    public string? Provider { get; init; }
    public required string State { get; init; }
    public required string ReasonCode { get; init; }
    public required string NextAction { get; init; }
    public string? Host { get; init; }
    public string? Cwd { get; init; }
    public string? Worktree { get; init; }
    public string? RunInstance { get; init; }
    public string? SelectedModel { get; init; }
    public string? FallbackReason { get; init; }
    public string? Profile { get; init; }
    public int? MutationCount { get; init; }
    public long? LogBytes { get; init; }
    public double? CpuTimeSec { get; init; }
    public double? PidAgeSec { get; init; }
    public double? LogAgeSec { get; init; }
    public string? Model { get; init; }
    public int? QueuePosition { get; init; }
    public string? FailureCategory { get; init; }
    public string? Details { get; init; }
    public string? JobDir { get; init; }
#pragma warning restore CS1591

    /// <summary>The command's exit code.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int ExitCode => State switch
    {
        DispatchStates.Missing => DispatchExitCodes.Failed,
        DispatchStates.Stalled => DispatchExitCodes.Stalled,
        DispatchStates.ExitedErr or DispatchStates.Stopped => DispatchExitCodes.EndedBadly,
        DispatchStates.NoOp => DispatchExitCodes.NoOp,
        _ => 0,
    };

    /// <summary>A job that does not exist.</summary>
    public static DispatchCheck OfMissing(string beads) => new()
    {
        Beads = beads,
        State = DispatchStates.Missing,
        ReasonCode = DispatchReasons.NoMeta,
        NextAction = DispatchAdvice.For(beads, DispatchStates.Missing, DispatchReasons.NoMeta),
    };

    /// <summary>A job as it stands.</summary>
    /// <param name="entry">The job.</param>
    /// <param name="queuePosition">Its place in the queue.</param>
    /// <param name="now">The time.</param>
    /// <param name="stall">Without any progress for so long it is stalled.</param>
    public static DispatchCheck Of(DispatchEntry entry, int? queuePosition, DateTimeOffset now, TimeSpan stall)
    {
        var health = DispatchHealth.Of(entry, now, stall);
        var (job, outcome) = (entry.Job, entry.Outcome);

        // Also while the outcome cannot be written, because somebody else writes the run.
        var verdict = entry.IsDead ? OutcomeVerdict.WorkerDied : null;
        return new()
        {
            Beads = job.Beads,
            Provider = job.Provider,
            State = health.State,
            ReasonCode = health.ReasonCode,
            NextAction = DispatchAdvice.For(job.Beads, health.State, health.ReasonCode),
            Host = job.Host,
            Cwd = job.Cwd,
            Worktree = job.Worktree,
            RunInstance = job.RunInstance,
            SelectedModel = outcome?.SelectedModel,
            FallbackReason = job.FallbackReason,
            Profile = job.Profile,
            MutationCount = outcome is null ? entry.Heartbeat?.MutationCount : outcome.Mutations,
            LogBytes = outcome is null ? JobLogs.BytesOf(entry.Instance) : outcome.LogBytes,
            CpuTimeSec = outcome is null ? entry.Heartbeat?.CpuTimeSec : outcome.CpuTimeSec,
            PidAgeSec = outcome is null ? Seconds(entry.WorkerAge) : outcome.PidAgeSec,
            LogAgeSec = Seconds(now - JobLogs.LastOutputAt(entry.Instance)),
            Model = job.Model,
            QueuePosition = queuePosition,
            FailureCategory = outcome?.FailureCategory ?? verdict?.FailureCategory,
            Details = outcome?.Details ?? verdict?.Details,
            JobDir = entry.Instance.Root,
        };
    }

    private static double? Seconds(TimeSpan? time) => time is { } span ? Math.Round(Math.Max(span.TotalSeconds, 0), 3) : null;
}
