namespace Bench.Cli.Governed;

/// <summary>A governed run, validated.</summary>
internal sealed record GovernedRequest
{
    /// <summary>What is run, and how it is handed on to <c>dotnet test</c>.</summary>
    public required LaunchSettings Launch { get; init; }

    /// <summary>A folder of the work tree that the git gates ask; absolute.</summary>
    public required string Worktree { get; init; }

    /// <summary>What must be behind the runtime commit; null does not ask the baseline gate.</summary>
    public string? RequiredBaseline { get; init; }

    /// <summary>The commit that must be on <see cref="Branch"/>; null does not ask the integrity gate.</summary>
    public string? ReportedCommit { get; init; }

    /// <summary>The branch; null exactly when <see cref="ReportedCommit"/> is.</summary>
    public string? Branch { get; init; }

    /// <summary>What the jobs may change; null does not ask the allowlist gate.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>What every lane must reach; above 0, at most 1.</summary>
    public double MinSuccessRate { get; init; } = 1;

    /// <summary>No lane is tried before the run.</summary>
    public bool SkipPreflight { get; init; }

    /// <summary>Runs what was built before.</summary>
    public bool NoBuild { get; init; }

    /// <summary>The build configuration; null for the SDK's default.</summary>
    public string? Configuration { get; init; }
}
