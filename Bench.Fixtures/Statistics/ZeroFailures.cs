namespace Bench.Fixtures.Statistics;

/// <summary>
/// What a series without a failure proves. Exact; for many attempts near 3/n, the rule of three.
/// Source: Hanley, Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249 (1983), https://doi.org/10.1001/jama.1983.03330370053031.
/// </summary>
public static class ZeroFailures
{
    /// <summary>
    /// The greatest failure rate that n attempts without a failure do not exclude: <c>1 − (1 − level)^(1/n)</c>, one-sided.
    /// n = 0: 1, nothing is excluded; n = 1: 0.95; n = 2: 0.776.
    /// </summary>
    /// <param name="n">Number of attempts, none of which failed.</param>
    /// <param name="level">Confidence level.</param>
    public static double UpperBound(int n, double level = Confidence.Default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return n == 0 ? 1 : 1 - Math.Pow(2 * Confidence.Tail(level), 1.0 / n);
    }

    /// <summary>The chance that n attempts pass without a failure although each fails with the given rate: <c>(1 − rate)^n</c>.</summary>
    /// <param name="rate">True failure rate, 0 to 1.</param>
    /// <param name="n">Number of attempts.</param>
    public static double ChanceToPass(double rate, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (!(rate >= 0 && rate <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A failure rate lies between 0 and 1.");
        }

        return Math.Pow(1 - rate, n);
    }
}
