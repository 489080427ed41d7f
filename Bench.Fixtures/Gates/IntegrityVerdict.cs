using System.Text.Json.Serialization;

namespace Bench.Fixtures.Gates;

/// <summary>The answer of <see cref="IntegrityGate"/>.</summary>
public sealed record IntegrityVerdict : GateVerdict
{
    /// <inheritdoc />
    [JsonPropertyOrder(-3)]
    public override string Gate => "integrity";

    /// <summary>The root of the work tree; where there is none, the folder that was asked about.</summary>
    public required string Worktree { get; init; }

    /// <summary>The branch, as it was given.</summary>
    public required string Branch { get; init; }

    /// <summary>The reference that was taken for it, e.g. <c>refs/remotes/origin/main</c>; null when there is none.</summary>
    public string? BranchRef { get; init; }

    /// <summary>The hash of its tip; null when there is none.</summary>
    public string? BranchHead { get; init; }

    /// <summary>The hash of the reported commit; as it was given when it names none.</summary>
    public required string ReportedCommit { get; init; }

    /// <inheritdoc />
    protected override int FailureExitCode => RunOrIntegrityFailed;
}
