using System.Text.Json.Serialization;

namespace Bench.Fixtures.Gates;

/// <summary>The answer of <see cref="BaselineGate"/>.</summary>
public sealed record BaselineVerdict : GateVerdict
{
    /// <inheritdoc />
    [JsonPropertyOrder(-3)]
    public override string Gate => "baseline";

    /// <summary>The root of the work tree; where there is none, the folder that was asked about.</summary>
    public required string Worktree { get; init; }

    /// <summary>The revision that the runtime commit must have behind it, as it was given.</summary>
    public required string RequiredBaseline { get; init; }

    /// <summary>Its hash; null when it names no commit.</summary>
    public string? RequiredCommit { get; init; }

    /// <summary>The hash of the commit that ran; null when there is none.</summary>
    public string? RuntimeCommit { get; init; }

    /// <inheritdoc />
    protected override int FailureExitCode => BaselineFailed;
}
