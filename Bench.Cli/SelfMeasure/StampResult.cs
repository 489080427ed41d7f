using System.Globalization;
using Bench.Fixtures.Statistics;

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
/// <param name="P99Milliseconds">99th percentile; null with fewer agents than <see cref="LeastN"/>, where it would be nearly the maximum.</param>
/// <param name="MinMilliseconds">Least; below zero would mean that the clocks do not compare.</param>
/// <param name="MaxMilliseconds">Most.</param>
internal sealed record StampError(int Samples, double P50Milliseconds, double? P99Milliseconds, double MinMilliseconds, double MaxMilliseconds)
{
    /// <summary>The least number of agents that a 99th percentile can be said of.</summary>
    internal static int LeastN => QuantileInterval.LeastN(0.99);

    /// <summary>e.g. <c>p50 0.063 ms  p99 0.956 ms  n 400</c> or <c>p50 0.063 ms  max 0.956 ms (n too small for p99)  n 200</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {P50Milliseconds:0.000} ms  {Tail}  n {Samples}");

    internal static StampError Of(IReadOnlyCollection<double> errors) =>
        new(errors.Count, Percentiles.Median(errors), errors.Count < LeastN ? null : Percentiles.At(errors, 0.99), errors.Min(), errors.Max());

    private string Tail => P99Milliseconds is { } p99
        ? string.Create(CultureInfo.InvariantCulture, $"p99 {p99:0.000} ms")
        : string.Create(CultureInfo.InvariantCulture, $"max {MaxMilliseconds:0.000} ms (n too small for p99)");
}
