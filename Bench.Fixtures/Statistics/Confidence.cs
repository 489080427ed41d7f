using MathNet.Numerics.Distributions;

namespace Bench.Fixtures.Statistics;

/// <summary>The confidence level of all intervals, and the quantiles behind it.</summary>
public static class Confidence
{
    /// <summary>95%, two-sided.</summary>
    public const double Default = 0.95;

    /// <summary>The two-sided quantile of the normal distribution: 1.96 for 95%.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public static double Normal(double level) => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, 1 - Tail(level));

    /// <summary>The two-sided quantile of Student's t distribution.</summary>
    /// <param name="level">Confidence level.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1, or there are no degrees of freedom.</exception>
    public static double Student(double level, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        return StudentT.InvCDF(0, 1, degrees, 1 - Tail(level));
    }

    /// <summary>The probability left out on each side.</summary>
    internal static double Tail(double level)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A confidence level lies between 0 and 1, e.g. 0.95.");
        }

        return (1 - level) / 2;
    }
}
