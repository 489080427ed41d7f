namespace Bench.Fixtures.Summaries;

/// <summary>
/// A latency of a lane. Jobs that failed for another reason than a limit are not in it: a crash after two seconds would make the lane
/// look fast. Jobs that a limit ended are in it, because leaving them out would do the same.
/// </summary>
internal sealed class LatencySamples
{
    /// <summary>Of passed jobs.</summary>
    public Samples Passed { get; } = new();

    /// <summary>Known values of jobs that a limit ended later on, e.g. the first output of a job that timed out.</summary>
    public Samples CutOff { get; } = new();

    /// <summary>Lower bounds of jobs that ended before the value was known: each is "at least this".</summary>
    public Samples AtLeast { get; } = new();

    /// <summary>Takes a job in that passed, or that a limit ended.</summary>
    /// <param name="value">The latency, or its lower bound; null when neither is known.</param>
    /// <param name="passed">The job passed.</param>
    /// <param name="isAtLeast">The value is a lower bound.</param>
    public void Add(double? value, bool passed, bool isAtLeast) => (isAtLeast ? AtLeast : passed ? Passed : CutOff).Add(value);

    /// <summary>Takes the other's jobs in.</summary>
    public void Merge(LatencySamples other)
    {
        Passed.Merge(other.Passed);
        CutOff.Merge(other.CutOff);
        AtLeast.Merge(other.AtLeast);
    }

    /// <summary>All known values, ascending.</summary>
    public double[] Exact()
    {
        double[] exact = [.. Passed.Sorted(), .. CutOff.Sorted()];
        if (CutOff.Count > 0)
        {
            Array.Sort(exact);
        }

        return exact;
    }
}
