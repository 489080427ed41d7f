using System.Text.Json.Serialization;

namespace Bench.Fixtures.Gates;

/// <summary>The answer of <see cref="AllowlistGate"/>.</summary>
public sealed record AllowlistVerdict : GateVerdict
{
    /// <inheritdoc />
    [JsonPropertyOrder(-3)]
    public override string Gate => "allowlist";

    /// <summary>The root of the work tree; where there is none, the folder that was asked about.</summary>
    public required string Worktree { get; init; }

    /// <summary>As they were given.</summary>
    public required IReadOnlyList<string> AllowedPatterns { get; init; }

    /// <summary>The commit that the work tree was compared with, committed changes since then included; null for the last commit.</summary>
    public string? BeforeCommit { get; init; }

    /// <summary>Every changed file, sorted; of a renamed one both paths.</summary>
    public required IReadOnlyList<string> ModifiedFiles { get; init; }

    /// <summary>Those that no pattern allows.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    /// <inheritdoc />
    protected override int FailureExitCode => RunOrIntegrityFailed;
}
