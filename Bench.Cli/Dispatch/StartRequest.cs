using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>A job as the command line asks for it; nothing is checked yet.</summary>
internal sealed record StartRequest
{
    public required string Beads { get; init; }
    public required string Provider { get; init; }

    /// <summary>Absolute.</summary>
    public required string PromptFile { get; init; }

    /// <summary>Null takes the file's name.</summary>
    public required string? PromptId { get; init; }

    /// <summary>Absolute; null takes the setting's, or an empty tree.</summary>
    public required string? Worktree { get; init; }

    /// <summary>Null takes the policy's.</summary>
    public required string? Model { get; init; }
    public required bool AllowModelOverride { get; init; }
    public required bool RequireCommitArtifact { get; init; }
    public required bool Queue { get; init; }

    /// <summary>The folder with <c>bench.json</c>.</summary>
    public required string Project { get; init; }

    /// <summary>Reads the settings that the command line asks for, with these over all others.</summary>
    public required Func<IReadOnlyList<GivenOption>, BenchSettings> ReadSettings { get; init; }
}
