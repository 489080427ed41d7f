namespace Bench.Fixtures.Summaries;

/// <summary>Numbers of one measure: eight bytes each, in no order until they are asked for.</summary>
internal sealed class Samples
{
    private double[] values = [];
    private int count;
    private bool isSorted = true;

    /// <summary>How many there are.</summary>
    public int Count => count;

    /// <summary>Takes a number in; null and what is not finite do not count.</summary>
    public void Add(double? value)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return;
        }

        if (count == values.Length)
        {
            Array.Resize(ref values, Math.Max(4, count * 2));
        }

        values[count++] = number;
        isSorted = false;
    }

    /// <summary>Takes the other's numbers in.</summary>
    public void Merge(Samples other)
    {
        if (count + other.count > values.Length)
        {
            Array.Resize(ref values, count + other.count);
        }

        other.values.AsSpan(0, other.count).CopyTo(values.AsSpan(count));
        count += other.count;
        isSorted = count == 0;
    }

    /// <summary>Ascending. Sums over it do not depend on the order in which the numbers came.</summary>
    public ReadOnlySpan<double> Sorted()
    {
        if (!isSorted)
        {
            values.AsSpan(0, count).Sort();
            isSorted = true;
        }

        return values.AsSpan(0, count);
    }

    /// <summary>Arithmetic mean; null when there is no number.</summary>
    public double? Mean()
    {
        if (count == 0)
        {
            return null;
        }

        var sum = 0.0;
        foreach (var value in Sorted())
        {
            sum += value;
        }

        return sum / count;
    }
}
