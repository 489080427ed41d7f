namespace Bench.Fixtures.Statistics;

/// <summary>
/// Holm's adjustment of p values for a family of comparisons: ascending, the i-th of m is multiplied by <c>m − i + 1</c>, never below the one
/// before it and never above 1. The chance of any false alarm in the family then stays below the level.
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6 (1979), https://www.jstor.org/stable/4615733.
/// </summary>
public static class Holm
{
    /// <summary>The adjusted values in the order given. None: empty; one: unchanged.</summary>
    /// <param name="values">p values, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not between 0 and 1.</exception>
    public static double[] Adjust(params ReadOnlySpan<double> values)
    {
        var adjusted = values.ToArray();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            if (!(values[i] >= 0 && values[i] <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(values), values[i], "A p value lies between 0 and 1.");
            }
        }

        Array.Sort(values.ToArray(), order);
        var least = 0.0;
        for (var i = 0; i < order.Length; i++)
        {
            least = Math.Max(least, Math.Min(1, (order.Length - i) * values[order[i]]));
            adjusted[order[i]] = least;
        }

        return adjusted;
    }
}
