using System.Text.Json.Serialization;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Dispatches;

/// <summary>One dispatched job, as its <c>job.json</c> keeps it (docs/formats/dispatch.md). Holds no secret: keys come from the worker's environment only.</summary>
public sealed record DispatchJob
{
    /// <summary>The format's version.</summary>
    public const int CurrentSchemaVersion = 1;

#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/dispatch.md
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;
    public required string Beads { get; init; }
    public required string Provider { get; init; }
    public required string RunInstance { get; init; }
    public required int Retries { get; init; }
    public string? ProviderSwitchFrom { get; init; }
    public required string Profile { get; init; }
    public required string Model { get; init; }
    public bool ModelOverrideAllowed { get; init; }
    public string? FallbackReason { get; init; }
    public string LaunchMode { get; init; } = "detached";
    public string? Repo { get; init; }
    public string? Worktree { get; init; }
    public string? StartHeadCommit { get; init; }
    public bool RequireCommitArtifact { get; init; }
    public required string PromptFile { get; init; }
    public required string PromptId { get; init; }
    public required string PromptSha256 { get; init; }
    public required string Version { get; init; }
    public required string Host { get; init; }
    public required string Cwd { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public required DateTimeOffset CreatedAt { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? StartedAt { get; init; }
#pragma warning restore CS1591

    /// <summary>The environment variable that the live profile takes the job's key from; null when it needs none.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>Place in the provider's queue, the lowest is next; null when the job is not queued.</summary>
    public long? Ticket { get; init; }

    /// <summary>The worker; null before it was started.</summary>
    public int? Pid { get; init; }

    /// <summary>When the worker started, in clock ticks since boot: tells it from a later process with its pid.</summary>
    public long? PidStartTicks { get; init; }

    /// <summary>The folder with <c>bench.json</c>.</summary>
    public required string Project { get; init; }

    /// <summary>Every setting that was not at its default when the job was dispatched; the worker takes these, and none from files or environment.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The worker; null before it was started.</summary>
    [JsonIgnore]
    public ProcessIdentity? Worker => Pid is { } pid && PidStartTicks is { } start ? new(pid, start) : null;
}
