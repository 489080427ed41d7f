using MathNet.Numerics;

namespace Bench.Fixtures.Statistics;

/// <summary>
/// What a gate on the share of passed jobs is worth: how likely a lane passes it whose true rate is known, by a binomial distribution. Few jobs let bad lanes
/// through and turn good ones away: at least 90 % of 5 jobs passes a lane at 70 % in 17 % of runs and fails one at 95 % in 23 %.
/// </summary>
public static class GateChance
{
    /// <summary>The least count of n whose share reaches the rate; at least 1. n = 0: 1, which is never reached.</summary>
    /// <param name="n">Jobs.</param>
    /// <param name="minRate">The least share, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative, or the rate is out of range.</exception>
    public static int LeastPassed(int n, double minRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (minRate is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(minRate), minRate, "The least rate of a gate lies above 0 and at most at 1, e.g. 0.9.");
        }

        // By the same division as a gate makes, so that both agree on a share that equals the rate but for its rounding.
        var least = Math.Max(1, (int)Math.Floor(n * minRate) - 1);
        while (least < n && (double)least / n < minRate)
        {
            least++;
        }

        return least;
    }

    /// <summary>The chance that at least <see cref="LeastPassed"/> of n jobs pass, each with the true rate. n = 0: 0.</summary>
    /// <param name="rate">The lane's true rate, 0 to 1.</param>
    /// <param name="n">Jobs, taken as independent.</param>
    /// <param name="minRate">The least share, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative, or a rate is out of range.</exception>
    public static double ToPass(double rate, int n, double minRate)
    {
        Observed.CheckShare(rate, nameof(rate));
        var least = LeastPassed(n, minRate);
        return n == 0 || rate == 0 ? 0 : rate == 1 ? 1 : SpecialFunctions.BetaRegularized(least, n - least + 1, rate);
    }
}
