namespace Bench.Fixtures.Summaries;

/// <summary>A sum that knows how many of its addends were unknown.</summary>
internal struct Total
{
    /// <summary>Sum of the known addends; null when none was known.</summary>
    public decimal? Sum { get; private set; }

    /// <summary>Addends that were known.</summary>
    public int Known { get; private set; }

    /// <summary>Addends of which a lower bound was known.</summary>
    public int AtLeast { get; private set; }

    /// <summary>Addends that were not.</summary>
    public int Unknown { get; private set; }

    /// <summary>Takes an addend in; null is unknown.</summary>
    /// <param name="value">The addend.</param>
    /// <param name="isAtLeast">It is a lower bound.</param>
    public void Add(decimal? value, bool isAtLeast = false)
    {
        if (value is not { } number)
        {
            Unknown++;
            return;
        }

        _ = isAtLeast ? AtLeast++ : Known++;
        Sum = (Sum ?? 0) + number;
    }

    /// <summary>Takes the other's addends in.</summary>
    public void Merge(in Total other)
    {
        Sum = other.Sum is null ? Sum : (Sum ?? 0) + other.Sum;
        Known += other.Known;
        AtLeast += other.AtLeast;
        Unknown += other.Unknown;
    }
}
