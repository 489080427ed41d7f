namespace Bench.Fixtures.Statistics;

/// <summary>
/// The mean of independent values with Student's interval: <c>mean ± t(n − 1) · s/√n</c>. For paired lanes, of one difference per prompt.
/// Source: Student 1908, https://doi.org/10.2307/2331554.
/// </summary>
public static class StudentMean
{
    /// <summary>The mean. n = 0: null; n = 1: without interval; equal values: an interval without width.</summary>
    /// <param name="values">Finite values in any order.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static Estimate? Of(ReadOnlySpan<double> values, double level = Confidence.Default)
    {
        var n = values.Length;
        if (n == 0)
        {
            return null;
        }

        var mean = Moments.Mean(values);
        var half = n < 2 ? (double?)null : Confidence.Student(level, n - 1) * Moments.Deviation(values, mean) / Math.Sqrt(n);
        return new Estimate(mean, half is { } h ? new Interval(mean - h, mean + h) : null, n);
    }
}
