namespace Bench.Fixtures.Statistics;

/// <summary>
/// Newcombe's interval for the difference of two success rates on the same prompts (his method 10): each rate's Wilson interval,
/// combined like the sides of a triangle whose angle is the correlation of the pairs.
/// Source: Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data",
/// Stat. Med. 17 (1998), https://doi.org/10.1002/(SICI)1097-0258(19981130)17:22%3C2635::AID-SIM954%3E3.0.CO;2-C.
/// </summary>
public static class PairedDifference
{
    /// <summary>
    /// The first lane's rate minus the second's, with its interval. n = 0: null; n = 1 and 2: an interval that excludes nearly nothing.
    /// </summary>
    /// <param name="counts">The outcomes, by pair.</param>
    /// <param name="level">Confidence level.</param>
    public static Estimate? Of(PairedCounts counts, double level = Confidence.Default)
    {
        var n = counts.N;
        if (counts.Difference is not { } difference)
        {
            return null;
        }

        var (first, firstLow, firstHigh) = Rate(counts.Both + counts.OnlyFirst, n, level);
        var (second, secondLow, secondHigh) = Rate(counts.Both + counts.OnlySecond, n, level);
        var phi = Correlation(counts);
        var below = Third(first - firstLow, secondHigh - second, phi);
        var above = Third(firstHigh - first, second - secondLow, phi);
        return new Estimate(difference, new Interval(Math.Max(-1, difference - below), Math.Min(1, difference + above)), n);
    }

    private static (double Rate, double Low, double High) Rate(int successes, int n, double level)
    {
        var interval = Wilson.Of(successes, n, level)!.Value;
        return ((double)successes / n, interval.Low, interval.High);
    }

    /// <summary>The pairs' correlation; a positive one is corrected for continuity, and without variation it counts as none.</summary>
    private static double Correlation(PairedCounts c)
    {
        var spread = (double)(c.Both + c.OnlyFirst) * (c.OnlySecond + c.Neither) * (c.Both + c.OnlySecond) * (c.OnlyFirst + c.Neither);
        var agreement = (double)c.Both * c.Neither - (double)c.OnlyFirst * c.OnlySecond;
        var corrected = agreement > 0 ? Math.Max(0, agreement - c.N / 2.0) : agreement;
        return spread == 0 ? 0 : corrected / Math.Sqrt(spread);
    }

    private static double Third(double a, double b, double phi) => Math.Sqrt(Math.Max(0, a * a - 2 * phi * a * b + b * b));
}
