namespace Bench.Fixtures.Statistics;

/// <summary>
/// How many observations settle a comparison: <c>n = (z(level) + z(power))² · variance/gap²</c>, rounded up, where the variance is that of one
/// observation's difference: <c>p₁q₁ + p₂q₂</c> for separate samples, less <c>2ρ√(p₁q₁p₂q₂)</c> for pairs. A normal approximation; for the size
/// of the effort, not for a verdict.
/// Source: Miller, "Adding error bars to evals", section 5, https://arxiv.org/abs/2411.00640.
/// </summary>
public static class SampleSize
{
    /// <summary>The usual chance to find a gap that exists.</summary>
    public const double DefaultPower = 0.8;

    /// <summary>
    /// Observations (pairs, or per lane) until a gap would probably be found. Null when the gap is 0, which no number settles;
    /// without variance 1; <see cref="int.MaxValue"/> when there are more.
    /// </summary>
    /// <param name="variance">Variance of one observation's difference.</param>
    /// <param name="gap">The difference to find; its sign does not matter.</param>
    /// <param name="level">Confidence level.</param>
    /// <param name="power">Chance to find it, between 0 and 1.</param>
    /// <exception cref="ArgumentException">The variance is negative, variance or gap are not finite, or level or power are out of range.</exception>
    public static int? ToSettle(double variance, double gap, double level = Confidence.Default, double power = DefaultPower)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Observed.Check(variance));
        if (Observed.Check(gap) == 0)
        {
            return null;
        }

        // Divided twice: the square of the least gaps is 0.
        var n = Math.Ceiling(Factor(level, power) * variance / gap / gap);
        return n >= int.MaxValue ? int.MaxValue : Math.Max(1, (int)n);
    }

    /// <summary>The least gap that n observations would probably find: <c>√((z(level) + z(power))² · variance/n)</c>; null without observations.</summary>
    /// <param name="variance">Variance of one observation's difference.</param>
    /// <param name="n">Observations.</param>
    /// <param name="level">Confidence level.</param>
    /// <param name="power">Chance to find it, between 0 and 1.</param>
    /// <exception cref="ArgumentException">The variance is negative or not finite, n is negative, or level or power are out of range.</exception>
    public static double? LeastGap(double variance, int n, double level = Confidence.Default, double power = DefaultPower)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Observed.Check(variance));
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return n == 0 ? null : Math.Sqrt(Factor(level, power) * variance / n);
    }

    /// <summary>Variance of the difference of two success rates.</summary>
    /// <param name="first">First rate, 0 to 1.</param>
    /// <param name="second">Second rate, 0 to 1.</param>
    /// <param name="correlation">Of the pairs, −1 to 1; 0 for separate samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not between 0 and 1, or the correlation not between −1 and 1.</exception>
    public static double Variance(double first, double second, double correlation = 0)
    {
        Observed.CheckShare(first, nameof(first));
        Observed.CheckShare(second, nameof(second));
        if (correlation is not (>= -1 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(correlation), correlation, "A correlation lies between -1 and 1.");
        }

        var (a, b) = (first * (1 - first), second * (1 - second));
        return a + b - 2 * correlation * Math.Sqrt(a * b);
    }

    private static double Factor(double level, double power)
    {
        if (!(power > 0 && power < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(power), power, "The power of a test lies between 0 and 1, e.g. 0.8.");
        }

        var z = Confidence.Normal(level) + MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, power);
        return z * z;
    }
}
