namespace Bench.Fixtures.Statistics;

/// <summary>Mean and standard deviation in two passes, so that near-equal great values lose no digits.</summary>
internal static class Moments
{
    /// <summary>Arithmetic mean of at least one value.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static double Mean(ReadOnlySpan<double> values) => Sum(values) / values.Length;

    /// <summary>Sum, with the rounding errors added back (Neumaier).</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static double Sum(ReadOnlySpan<double> values)
    {
        Observed.Check(values);
        var (sum, lost) = (0.0, 0.0);
        foreach (var value in values)
        {
            var next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        return sum + lost;
    }

    /// <summary>Sample standard deviation of at least two values.</summary>
    public static double Deviation(ReadOnlySpan<double> values, double mean)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (value - mean) * (value - mean);
        }

        return Math.Sqrt(sum / (values.Length - 1));
    }
}
