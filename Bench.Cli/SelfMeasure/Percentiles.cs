namespace Bench.Cli.SelfMeasure;

/// <summary>Percentiles of a measurement, by linear interpolation (Hyndman and Fan's definition 7).</summary>
internal static class Percentiles
{
    /// <summary>The value below which the fraction <paramref name="p"/> of the values lies.</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    internal static double At(IEnumerable<double> values, double p) =>
        Bench.Fixtures.Statistics.Percentiles.Interpolate(values.Order().ToArray(), p) ?? throw new ArgumentException("No values to take a percentile of.", nameof(values));

    /// <summary>The middle.</summary>
    internal static double Median(IEnumerable<double> values) => At(values, 0.5);
}
