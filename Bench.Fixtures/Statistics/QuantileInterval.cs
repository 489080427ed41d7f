using MathNet.Numerics.Distributions;

namespace Bench.Fixtures.Statistics;

/// <summary>
/// Distribution-free confidence intervals for a quantile from order statistics: between the l-th and the u-th of n ascending values lies the
/// true q-quantile unless fewer than l or at least u values fall below it, which a binomial distribution counts.
/// Each side errs with at most half of the level's complement.
/// Source: Hahn, Meeker, "Statistical Intervals", section 5.2, https://doi.org/10.1002/9780470316771; https://arxiv.org/abs/2402.19109.
/// </summary>
public static class QuantileInterval
{
    // More than the distribution's rounding, less than any difference that means something.
    private const double Hair = 1e-9;

    /// <summary>
    /// The ranks l and u, counted from 1: l is the greatest rank with <c>B(l − 1; n, q) ≤ (1 − level)/2</c>, u the least one with
    /// <c>B(u − 1; n, q) ≥ (1 + level)/2</c>. Null when n is below <see cref="LeastN"/>.
    /// </summary>
    /// <param name="n">Number of values.</param>
    /// <param name="q">The quantile, between 0 and 1, both excluded.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than no values, or the quantile or level is out of range.</exception>
    public static (int Lower, int Upper)? Ranks(int n, double q, double level = Confidence.Default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var tail = Confidence.Tail(level);
        if (n < LeastN(q, level))
        {
            return null;
        }

        // A chance that equals the tail but for its rounding is no miss: (n, level) = (2, 0.5) and (4, 0.875) at the median.
        var lower = Search(n, rank => Binomial.CDF(q, n, rank) > tail + Hair * tail);
        var upper = Search(n, rank => Binomial.CDF(q, n, rank) >= 1 - tail - Hair * tail) + 1;
        return (Math.Max(1, lower), upper);
    }

    /// <summary>The interval; null when there are fewer values than <see cref="LeastN"/>.</summary>
    /// <param name="sorted">Values in ascending order.</param>
    /// <param name="q">The quantile, between 0 and 1, both excluded.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentException">A value is not finite or out of order, or the quantile or level is out of range.</exception>
    public static Interval? Of(ReadOnlySpan<double> sorted, double q, double level = Confidence.Default)
    {
        Observed.CheckAscending(sorted);
        return Ranks(sorted.Length, q, level) is var (lower, upper) ? new Interval(sorted[lower - 1], sorted[upper - 1]) : null;
    }

    /// <summary>
    /// The least number of values for which a two-sided interval exists: <c>max(q, 1 − q)^n ≤ (1 − level)/2</c>.
    /// At 95%: 6 for the median, 36 for p90, 72 for p95, 368 for p99.
    /// </summary>
    public static int LeastN(double q, double level = Confidence.Default) => LeastPower(q, Confidence.Tail(level), both: true);

    /// <summary>
    /// The least number of values for which the greatest one is an upper bound of the quantile: <c>q^n ≤ 1 − level</c>.
    /// At 95%: 5 for the median, 29 for p90, 59 for p95, 299 for p99.
    /// </summary>
    public static int LeastNOneSided(double q, double level = Confidence.Default) => LeastPower(q, 2 * Confidence.Tail(level), both: false);

    private static int LeastPower(double q, double error, bool both)
    {
        if (!(q > 0 && q < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(q), q, "A quantile lies between 0 and 1, e.g. 0.95.");
        }

        // A hair less than the quotient, so that rounding never turns an exact power into one more.
        return Math.Max(1, (int)Math.Ceiling(Math.Log(error) / Math.Log(both ? Math.Max(q, 1 - q) : q) - Hair));
    }

    /// <summary>The least rank, from 0, for which the condition holds; it holds for all greater ones too.</summary>
    private static int Search(int n, Func<int, bool> holds)
    {
        var (low, high) = (0, n - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
