namespace Bench.Fixtures.Statistics;

/// <summary>A confidence interval; both ends belong to it.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether the value lies in the interval.</summary>
    public bool Contains(double value) => Low <= value && value <= High;
}

/// <summary>A number with its uncertainty.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Interval">The confidence interval; null when there are too few observations for one.</param>
/// <param name="N">Number of independent observations behind it.</param>
public readonly record struct Estimate(double Value, Interval? Interval, int N);
