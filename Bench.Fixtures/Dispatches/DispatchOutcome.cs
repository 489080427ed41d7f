using System.Text.Json.Serialization;

namespace Bench.Fixtures.Dispatches;

/// <summary>How a job ended, as its <c>outcome.json</c> keeps it; written once. See docs/formats/dispatch.md.</summary>
public sealed record DispatchOutcome
{
#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/dispatch.md
    public int SchemaVersion { get; init; } = DispatchJob.CurrentSchemaVersion;
    public required string Beads { get; init; }
    public required string Provider { get; init; }
    public required string RunId { get; init; }
    public required string RunInstance { get; init; }
    public required int? ExitCode { get; init; }
    public required string State { get; init; }
    public required string ReasonCode { get; init; }
    public string? FailureCategory { get; init; }
    public string? Details { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public required DateTimeOffset CompletedAt { get; init; }
    public double? DurationSec { get; init; }
    public required int Retries { get; init; }
    public string? SelectedModel { get; init; }
    public string? FallbackReason { get; init; }
    public required string Host { get; init; }
    public required string Cwd { get; init; }
    public string? Worktree { get; init; }
    public int? Mutations { get; init; }
    public string? ReportedCommit { get; init; }
    public long? LogBytes { get; init; }
    public double? CpuTimeSec { get; init; }
    public double? PidAgeSec { get; init; }
#pragma warning restore CS1591
}
