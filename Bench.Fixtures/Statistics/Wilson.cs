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
        if (n == 0)
        {
            return null;
        }

        var z = Confidence.Normal(level);
        var rate = (double)successes / n;
        var scale = 1 + z * z / n;
        var centre = (rate + z * z / (2.0 * n)) / scale;
        var half = z / scale * Math.Sqrt(rate * (1 - rate) / n + z * z / (4.0 * n * n));
        return new Interval(successes == 0 ? 0 : centre - half, successes == n ? 1 : centre + half);
    }
}
