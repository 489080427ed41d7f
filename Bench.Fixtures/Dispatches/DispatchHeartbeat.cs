using System.Text.Json.Serialization;

namespace Bench.Fixtures.Dispatches;

/// <summary>What the worker last saw of its job; replaced every few seconds while the job runs.</summary>
public sealed record DispatchHeartbeat
{
    /// <summary><see cref="Phase"/>: agents are looked for, the gateway starts.</summary>
    public const string Opening = "opening";

    /// <summary><see cref="Phase"/>: the agent works.</summary>
    public const string Running = "running";

    /// <summary><see cref="Phase"/>: the agent has ended, the run's folder is being closed.</summary>
    public const string Closing = "closing";

#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/dispatch.md
    public int SchemaVersion { get; init; } = DispatchJob.CurrentSchemaVersion;
    [JsonConverter(typeof(UtcStamp))]
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? PhaseSince { get; init; }
    public long? LogBytes { get; init; }
    public double? CpuTimeSec { get; init; }
    public int? MutationCount { get; init; }
    public string? ReportedCommit { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? LastOutputAt { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? LastCpuAt { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? LastModelAt { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? LastMutationAt { get; init; }
#pragma warning restore CS1591
}
