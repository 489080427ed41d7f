namespace Bench.Fixtures.Statistics;

/// <summary>Guards what is handed in as observed: a result that is no number would only be noticed far from its cause.</summary>
internal static class Observed
{
    // Beyond it squares overflow, and no measure of a run is near it.
    private const double Greatest = 1e150;

    /// <summary>A number.</summary>
    /// <exception cref="ArgumentException">It is not finite, or too great to be squared.</exception>
    public static double Check(double value) => Math.Abs(value) <= Greatest
        ? value
        : throw new ArgumentException(FormattableString.Invariant($"'{value}' is no number that anything can be computed from. Leave out what was not measured."));

    /// <summary>Numbers in any order.</summary>
    /// <exception cref="ArgumentException">One is not finite, or too great to be squared.</exception>
    public static void Check(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            Check(value);
        }
    }

    /// <summary>Numbers, none less than the one before it.</summary>
    /// <exception cref="ArgumentException">One is not finite, too great to be squared, or out of order.</exception>
    public static void CheckAscending(ReadOnlySpan<double> values)
    {
        var last = double.NegativeInfinity;
        foreach (var value in values)
        {
            if (Check(value) < last)
            {
                throw new ArgumentException(FormattableString.Invariant($"'{value}' stands behind '{last}': the values have to be in ascending order. Sort them first."));
            }

            last = value;
        }
    }

    /// <summary>A share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public static double CheckShare(double share, string name) => share is >= 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(name, share, "A share lies between 0 and 1.");
}
