namespace Bench.Fixtures.Planning;

/// <summary>What a manifest says about the world; gathered by the caller, since planning knows neither clock nor disk nor processes.</summary>
public sealed record ManifestFacts
{
    /// <summary>Now.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The absolute path that the run was started in.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>The agents of the run's lanes; empty in a dry run.</summary>
    public IReadOnlyList<ManifestAgent> Agents { get; init; } = [];

    /// <summary>The tools' versions.</summary>
    public required ManifestTools Tools { get; init; }

    /// <summary>The recording that answers; null outside the replay profile.</summary>
    public ManifestCassette? Cassette { get; init; }

    /// <summary>The files beside the prompts that decide what jobs do or cost.</summary>
    public IReadOnlyList<ManifestFile> Files { get; init; } = [];

    /// <summary>The run whose failed jobs are run again; null as a rule.</summary>
    public ManifestRerun? RerunOf { get; init; }

    /// <summary>The repository; null outside one.</summary>
    public ManifestRepository? Repository { get; init; }

    /// <summary>Why there is none; null when there is one.</summary>
    public string? RepositoryProblem { get; init; }

    /// <summary>The machine.</summary>
    public required ManifestHost Host { get; init; }

    /// <summary>How attempts are kept apart from the user and from each other, e.g. <c>own work tree, home and environment</c>.</summary>
    public required string Isolation { get; init; }

    /// <summary>What every process of the run carries in its environment as <c>BENCH_RUN_MARK</c>.</summary>
    public required string ProcessMark { get; init; }
}
