namespace Bench.Cli.SelfMeasure;

/// <summary>How far the first-output stamp lies behind the agent's own stamp of the moment before it printed.</summary>
internal sealed record StampResult
{
    /// <summary>What printed the stamps; null when it was skipped.</summary>
    public required string? Agent { get; init; }

    /// <summary>Why nothing was measured; null when it was.</summary>
    public string? Skipped { get; init; }

    /// <summary>With an idle thread pool; null when skipped.</summary>
    public StampError? Idle { get; init; }

    /// <summary>With <see cref="BlockedThreads"/> blocking work items in the thread pool; null when skipped.</summary>
    public StampError? Blocked { get; init; }

    /// <summary>Work items that blocked the pool.</summary>
    public int BlockedThreads { get; init; }
}

/// <summary>The error's distribution, in milliseconds. The targets are p50 ≤ 0.5 and p99 ≤ 5.</summary>
/// <param name="Samples">How many agents ran.</param>
/// <param name="P50Milliseconds">Median.</param>
/// <param name="P99Milliseconds">99th percentile.</param>
/// <param name="MinMilliseconds">Least; below zero would mean that the clocks do not compare.</param>
/// <param name="MaxMilliseconds">Most.</param>
internal sealed record StampError(int Samples, double P50Milliseconds, double P99Milliseconds, double MinMilliseconds, double MaxMilliseconds)
{
    internal static StampError Of(IReadOnlyCollection<double> errors) =>
        new(errors.Count, Percentiles.Median(errors), Percentiles.At(errors, 0.99), errors.Min(), errors.Max());
}
