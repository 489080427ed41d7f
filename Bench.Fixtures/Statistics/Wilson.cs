namespace Bench.Fixtures.Statistics;

/// <summary>
/// The Wilson score interval of a success rate: the rates that a score test would not reject. With <c>p = successes/n</c>, its centre is
/// <c>(p + z²/2n)/(1 + z²/n)</c> and its half width <c>z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²)</c>.
/// Sources: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953; why not the normal interval: https://arxiv.org/abs/2503.01747.
/// </summary>
public static class Wilson
{
    /// <summary>
    /// The interval. n = 0: null; n = 1: 0 to 0.79 or 0.21 to 1; all successes: the upper end is exactly 1; none: the lower end is exactly 0.
    /// </summary>
    /// <param name="successes">From 0 to <paramref name="n"/>.</param>
    /// <param name="n">Number of attempts.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than no successes, or more than attempts.</exception>
    public static Interval? Of(int successes, int n, double level = Confidence.Default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, n);
        return n == 0 ? null : At((double)successes / n, n, level);
    }

    /// <summary>
    /// The interval of a rate that n independent observations stand behind, although more were made: for prompts like these, the rate of all trials with the
    /// number of prompts. Trials of one prompt are alike, and no number of them says what another prompt would give.
    /// It covers 98 to 100 % where prompts × trials taken as independent cover 53 to 67 %. n = 0: null.
    /// </summary>
    /// <param name="rate">From 0 to 1.</param>
    /// <param name="n">Independent observations, e.g. prompts.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not between 0 and 1, or n is negative.</exception>
    public static Interval? OfRate(double rate, int n, double level = Confidence.Default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        Observed.CheckShare(rate, nameof(rate));
        return n == 0 ? null : At(rate, n, level);
    }

    private static Interval At(double rate, int n, double level)
    {
        var z = Confidence.Normal(level);
        var scale = 1 + z * z / n;
        var centre = (rate + z * z / (2.0 * n)) / scale;
        var half = z / scale * Math.Sqrt(rate * (1 - rate) / n + z * z / (4.0 * n * n));
        return new Interval(rate == 0 ? 0 : centre - half, rate == 1 ? 1 : centre + half);
    }
}
