using System.Text.Json.Serialization;

namespace Bench.Fixtures.Dispatches;

/// <summary>All jobs at a glance: what <c>dispatch status --json</c> prints. See docs/formats/dispatch.md.</summary>
public sealed record DispatchStatus
{
#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/dispatch.md
    public int SchemaVersion { get; init; } = DispatchJob.CurrentSchemaVersion;
    [JsonConverter(typeof(UtcStamp))]
    public required DateTimeOffset GeneratedAt { get; init; }
    public required IReadOnlyList<DispatchStatusRow> Jobs { get; init; }
#pragma warning restore CS1591

    /// <summary>The jobs, those dispatched last first.</summary>
    /// <param name="entries">The jobs.</param>
    /// <param name="recent">How many at most; null for all.</param>
    /// <param name="now">The time.</param>
    /// <param name="stall">Without any progress for so long a job is stalled.</param>
    public static DispatchStatus Of(IEnumerable<DispatchEntry> entries, int? recent, DateTimeOffset now, TimeSpan stall) => new()
    {
        GeneratedAt = now,
        Jobs = [.. entries.OrderByDescending(entry => entry.Job.CreatedAt).ThenBy(entry => entry.Job.Beads, StringComparer.Ordinal).Take(recent ?? int.MaxValue).Select(entry => RowOf(entry, now, stall))],
    };

    private static DispatchStatusRow RowOf(DispatchEntry entry, DateTimeOffset now, TimeSpan stall)
    {
        var report = DispatchReport.Of(entry, now, stall);
        return new()
        {
            Beads = report.Beads,
            Provider = report.Provider,
            Pid = entry.Outcome is null ? entry.Job.Pid : null,
            State = report.State,
            ReasonCode = report.ReasonCode,
            Elapsed = report.DurationSec,
            LogBytes = report.LogBytes,
            MutationCount = report.Mutations,
            RetryCount = report.Retries,
            Host = report.Host,
            Cwd = report.Cwd,
            Worktree = report.Worktree,
            RunInstance = report.RunInstance,
            Outcome = report.OutcomeState,
        };
    }
}

/// <summary>One job of <see cref="DispatchStatus"/>.</summary>
public sealed record DispatchStatusRow
{
#pragma warning disable CS1591
    public required string Beads { get; init; }
    public required string Provider { get; init; }
    public int? Pid { get; init; }
    public required string State { get; init; }
    public required string ReasonCode { get; init; }
    public double? Elapsed { get; init; }
    public long? LogBytes { get; init; }
    public int? MutationCount { get; init; }
    public required int RetryCount { get; init; }
    public required string Host { get; init; }
    public required string Cwd { get; init; }
    public string? Worktree { get; init; }
    public required string RunInstance { get; init; }
    public string? Outcome { get; init; }
#pragma warning restore CS1591
}
