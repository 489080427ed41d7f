using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Dispatches;

/// <summary>A job's last instance as its files and the process table show it now.</summary>
public sealed record DispatchEntry
{
    /// <summary>A worker on another machine that has given no sign for so long, as this machine has watched it, is taken for dead.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromMinutes(5);

    /// <summary>Its files.</summary>
    public required DispatchInstance Instance { get; init; }

    /// <summary>What was asked for.</summary>
    public required DispatchJob Job { get; init; }

    /// <summary>How it ended; null while it has not.</summary>
    public DispatchOutcome? Outcome { get; init; }

    /// <summary>What its worker last saw; null before it looked.</summary>
    public DispatchHeartbeat? Heartbeat { get; init; }

    /// <summary>For how long this machine has seen no other sign of a worker elsewhere; null where nobody has watched it. Clocks of two machines are never compared.</summary>
    public TimeSpan? SilentFor { get; init; }

    /// <summary>It waits for a slot.</summary>
    public bool IsQueued => Outcome is null && Job.Ticket is not null;

    /// <summary>Its worker was started on another machine that shares the folder, or under another name of this one: its processes cannot be seen from here.</summary>
    public bool IsElsewhere => Job.Host != System.Environment.MachineName;

    /// <summary>It has a worker, and no outcome yet: it holds one of its provider's slots.</summary>
    public bool IsInFlight => Outcome is null && Job.Ticket is null && (IsElsewhere ? !IsSilent : Job.Worker?.IsAlive == true);

    /// <summary>Its worker has gone without a word.</summary>
    public bool IsDead => Outcome is null && Job.Ticket is null && !IsInFlight;

    /// <summary>Reads an instance; null when its <c>job.json</c> cannot be read.</summary>
    public static DispatchEntry? Read(DispatchInstance instance) => DispatchJson.TryRead<DispatchJob>(instance.Job) is not { } job ? null : new()
    {
        Instance = instance,
        Job = job,
        Outcome = DispatchJson.TryRead<DispatchOutcome>(instance.Outcome),
        Heartbeat = DispatchJson.TryRead<DispatchHeartbeat>(instance.Heartbeat),
    };

    /// <summary>How long the worker has lived; null when it has gone.</summary>
    internal TimeSpan? WorkerAge => IsElsewhere ? null : Job.Worker?.Age;

    // A worker writes its heartbeat every few seconds until it ends.
    private bool IsSilent => SilentFor >= SilenceLimit;
}
