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

    /// <summary>
    /// The greatest failure rate that a soak does not exclude which passed: the r at which <c>ChanceOfRun((1 − r)^jobs, required, most) = 1 − level</c>, one-sided, by bisection from above.
    /// More rounds than required are more tries, and prove less; for <c>most = required</c> it is <see cref="UpperBound"/> of all their jobs.
    /// 2 jobs a round, 2 clean ones in a row of at most 2: 0.527; of at most 5: 0.658.
    /// </summary>
    /// <param name="jobs">Jobs of a round; a round is clean when none of them failed. 0: 1, nothing is excluded.</param>
    /// <param name="required">Clean rounds in a row; at least 1.</param>
    /// <param name="most">The most rounds; at least <paramref name="required"/>.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is too small, or the level is not between 0 and 1.</exception>
    public static double UpperBoundOfRun(int jobs, int required, int most, double level = Confidence.Default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(jobs);
        ArgumentOutOfRangeException.ThrowIfLessThan(required, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, required);
        var chance = 2 * Confidence.Tail(level);
        if (jobs == 0)
        {
            return 1;
        }

        // The chance to pass falls from 1 to 0 while the failure rate grows.
        var (low, high) = (0.0, 1.0);
        for (var middle = 0.5; middle > low && middle < high; middle = (low + high) / 2)
        {
            (low, high) = ChanceOfRun(ChanceToPass(middle, jobs), required, most) > chance ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The chance that n attempts pass without a failure although each fails with the given rate: <c>(1 − rate)^n</c>.</summary>
    /// <param name="rate">True failure rate, 0 to 1.</param>
    /// <param name="n">Number of attempts.</param>
    public static double ChanceToPass(double rate, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return Math.Pow(1 - Observed.CheckShare(rate, nameof(rate)), n);
    }

    /// <summary>
    /// The chance that among at most <paramref name="most"/> rounds there are <paramref name="required"/> clean ones in a row, when each is clean with the given chance
    /// independently of the others. Exact, by recursion over the rounds; for <c>most = required</c> it is <c>clean^required</c>, and it grows with <paramref name="most"/>.
    /// Source: Feller, "An Introduction to Probability Theory and Its Applications", volume 1, section XIII.7 (success runs).
    /// </summary>
    /// <param name="clean">Chance of a round to be clean, 0 to 1.</param>
    /// <param name="required">Clean rounds in a row; at least 1.</param>
    /// <param name="most">The most rounds.</param>
    public static double ChanceOfRun(double clean, int required, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(required, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        Observed.CheckShare(clean, nameof(clean));

        // By the number of clean rounds at the end, not having had enough in a row yet.
        var pending = new double[required];
        pending[0] = 1;
        var reached = 0.0;
        for (var round = 0; round < most; round++)
        {
            reached += pending[^1] * clean;
            var broken = pending.Sum() * (1 - clean);
            for (var inARow = required - 1; inARow > 0; inARow--)
            {
                pending[inARow] = pending[inARow - 1] * clean;
            }

            pending[0] = broken;
        }

        return reached;
    }
}
