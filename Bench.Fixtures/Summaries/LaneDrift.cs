namespace Bench.Fixtures.Summaries;

/// <summary>Whether a lane's trials differ by more than chance: the analysis of variance over trials of ln completion latency, passed jobs, prompts taken out.</summary>
public sealed record LaneDrift
{
    /// <summary>The greatest p value that is warned of.</summary>
    public const double Level = 0.01;

    /// <summary>The chance of such differences, or greater ones, when all trials are alike.</summary>
    public required double PValue { get; init; }

    /// <summary><see cref="PValue"/> is below <see cref="Level"/>: the lane's numbers are means of something that moved.</summary>
    public required bool Drifts { get; init; }

    /// <summary>By trial, ascending.</summary>
    public required IReadOnlyList<TrialLevel> Trials { get; init; }
}

/// <summary>How long the jobs of a trial took.</summary>
/// <param name="Trial">The trial, from 1.</param>
/// <param name="N">Its passed jobs.</param>
/// <param name="GeometricMeanMs">Geometric mean of their completion latencies; trials of other prompts do not compare.</param>
public sealed record TrialLevel(int Trial, int N, double GeometricMeanMs);
