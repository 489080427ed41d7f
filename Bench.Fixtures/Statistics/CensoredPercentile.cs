namespace Bench.Fixtures.Statistics;

/// <summary>A number, or a lower bound of it.</summary>
/// <param name="Value">The number.</param>
/// <param name="IsAtLeast">The true number is <paramref name="Value"/> or more.</param>
public readonly record struct CensoredValue(double Value, bool IsAtLeast);

/// <summary>An interval whose upper end may be unknown.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end; null when a limit ended the values there, so that nothing bounds the quantile from above.</param>
public readonly record struct CensoredInterval(double Low, double? High);

/// <summary>
/// Percentiles of values some of which are only known to be "at least x", such as the latency of a job that its limit ended.
/// Each such value stands at its limit, which can only lower an order statistic: the result is a number while all values up to the
/// percentile are exact, and else a lower bound. Limits may differ. Dropping such values would make the slowest lane look fast.
/// Without them the results are those of <see cref="Percentiles"/> and <see cref="QuantileInterval"/>.
/// Source: Klein, Moeschberger, "Survival Analysis", section 3.2 (right censoring), https://doi.org/10.1007/b97377.
/// </summary>
public static class CensoredPercentile
{
    /// <summary>The percentile by linear interpolation. n = 0: null; n = 1: the value or its bound.</summary>
    /// <param name="exact">Known values in ascending order.</param>
    /// <param name="atLeast">Limits of the values that are only known to be at least so great, in ascending order.</param>
    /// <param name="p">From 0 to 1.</param>
    /// <exception cref="ArgumentException">A value is not finite or out of order, or <paramref name="p"/> is not between 0 and 1.</exception>
    public static CensoredValue? Of(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast, double p)
    {
        Observed.CheckAscending(exact);
        Observed.CheckAscending(atLeast);
        var n = exact.Length + atLeast.Length;
        var (lower, upper, share) = Percentiles.Position(n, p);
        if (n == 0)
        {
            return null;
        }

        var low = Select(exact, atLeast, lower);
        var value = low + share * (Select(exact, atLeast, upper) - low);
        return new CensoredValue(value, upper >= FirstCensored(exact, atLeast));
    }

    /// <summary>The order-statistic interval of a quantile; null when there are fewer values than <see cref="QuantileInterval.LeastN"/>.</summary>
    /// <param name="exact">Known values in ascending order.</param>
    /// <param name="atLeast">Limits of the values that are only known to be at least so great, in ascending order.</param>
    /// <param name="q">The quantile, between 0 and 1, both excluded.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentException">A value is not finite or out of order, or the quantile or level is out of range.</exception>
    public static CensoredInterval? IntervalOf(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast, double q, double level = Confidence.Default)
    {
        Observed.CheckAscending(exact);
        Observed.CheckAscending(atLeast);
        if (QuantileInterval.Ranks(exact.Length + atLeast.Length, q, level) is not var (lower, upper))
        {
            return null;
        }

        var isBounded = upper - 1 < FirstCensored(exact, atLeast);
        return new CensoredInterval(Select(exact, atLeast, lower - 1), isBounded ? Select(exact, atLeast, upper - 1) : null);
    }

    /// <summary>The place, from 0, of the least limit among all values in ascending order; a known value goes before an equal limit.</summary>
    private static int FirstCensored(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast)
    {
        if (atLeast.IsEmpty)
        {
            return int.MaxValue;
        }

        var (low, high) = (0, exact.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = exact[middle] <= atLeast[0] ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The value at a place, from 0, of both lists merged.</summary>
    private static double Select(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int place)
    {
        // How many of the first place + 1 values come from the left: the least count whose next left value is not needed.
        var (low, high) = (Math.Max(0, place + 1 - right.Length), Math.Min(place + 1, left.Length));
        while (low < high)
        {
            var fromLeft = (low + high) / 2;
            var fromRight = place + 1 - fromLeft;
            (low, high) = left[fromLeft] < right[fromRight - 1] ? (fromLeft + 1, high) : (low, fromLeft);
        }

        var lastRight = place - low;
        return low == 0 ? right[lastRight] : lastRight < 0 ? left[low - 1] : Math.Max(left[low - 1], right[lastRight]);
    }
}
