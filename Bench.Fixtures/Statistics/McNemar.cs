using MathNet.Numerics.Distributions;

namespace Bench.Fixtures.Statistics;

/// <summary>
/// Tests whether two lanes succeed equally often on the same prompts. Only the pairs in which one lane succeeded alone tell them apart;
/// were the lanes equal, each would be either lane's with chance one half.
/// Source: Fagerland, Lydersen, Laake 2013, https://doi.org/10.1186/1471-2288-13-91, who recommend the mid-p test.
/// </summary>
public static class McNemar
{
    /// <summary>
    /// The two-sided mid-p value: twice the chance of the smaller count or less, minus the chance of exactly that count, both by a binomial
    /// distribution of <c>onlyFirst + onlySecond</c> and one half; for equal counts 1 minus half the latter. No such pairs: 1; one: 0.5; 5 against 0 is the least decisive result at 5% (0.031).
    /// </summary>
    /// <param name="onlyFirst">Pairs in which only the first lane succeeded.</param>
    /// <param name="onlySecond">Pairs in which only the second lane succeeded.</param>
    public static double MidP(int onlyFirst, int onlySecond)
    {
        var (least, n) = Check(onlyFirst, onlySecond);
        if (n == 0)
        {
            return 1;
        }

        var point = Binomial.PMF(0.5, n, least);
        return onlyFirst == onlySecond ? 1 - point / 2 : 2 * Binomial.CDF(0.5, n, least) - point;
    }

    /// <summary>The two-sided exact conditional p value, at most 1: never too small, and often much too great.</summary>
    /// <param name="onlyFirst">Pairs in which only the first lane succeeded.</param>
    /// <param name="onlySecond">Pairs in which only the second lane succeeded.</param>
    public static double ExactP(int onlyFirst, int onlySecond)
    {
        var (least, n) = Check(onlyFirst, onlySecond);
        return n == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, n, least));
    }

    private static (int Least, int N) Check(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(onlySecond, int.MaxValue - onlyFirst);
        return (Math.Min(onlyFirst, onlySecond), onlyFirst + onlySecond);
    }
}
