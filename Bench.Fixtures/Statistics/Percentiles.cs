namespace Bench.Fixtures.Statistics;

/// <summary>
/// Percentiles by linear interpolation between order statistics: rule 7 of Hyndman and Fan, the default of numpy, R and spreadsheets.
/// Source: Hyndman, Fan, "Sample quantiles in statistical packages", Am. Stat. 50 (1996), https://doi.org/10.1080/00031305.1996.10473566.
/// </summary>
public static class Percentiles
{
    /// <summary>
    /// The value at position <c>(n − 1)·p</c>, counted from 0, of the ascending values; between two positions, on the straight line.
    /// n = 0: null; n = 1: the value itself; n = 2: on the line between both.
    /// </summary>
    /// <param name="sorted">Values in ascending order.</param>
    /// <param name="p">From 0 (the least value) to 1 (the greatest); 0.5 is the median.</param>
    /// <exception cref="ArgumentException">A value is not finite or out of order, or <paramref name="p"/> is not between 0 and 1.</exception>
    public static double? Interpolate(ReadOnlySpan<double> sorted, double p)
    {
        Observed.CheckAscending(sorted);
        var (lower, upper, share) = Position(sorted.Length, p);
        if (sorted.IsEmpty)
        {
            return null;
        }

        // Written so that two equal values give that value exactly.
        return sorted[lower] + share * (sorted[upper] - sorted[lower]);
    }

    /// <summary>The two positions, from 0, that a percentile lies between, and how far it is from the lower one.</summary>
    internal static (int Lower, int Upper, double Share) Position(int n, double p)
    {
        if (!(p >= 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A percentile lies between 0 and 1, e.g. 0.95.");
        }

        var position = (n - 1) * p;
        var lower = (int)position;
        var share = position - lower;
        return (lower, share > 0 ? lower + 1 : lower, share);
    }
}
