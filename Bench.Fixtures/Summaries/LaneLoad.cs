using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>What the jobs of a lane used of the machine, and how loaded it was meanwhile.</summary>
internal sealed class LaneLoad
{
    private Total cpuMs;

    /// <summary>CPU time of passed jobs, in milliseconds.</summary>
    public Samples CpuTime { get; } = new();

    /// <summary>The share of the time in which some program waited for a core, of all jobs that started.</summary>
    public Samples Pressure { get; } = new();

    /// <summary>CPU time of all jobs that started, in milliseconds.</summary>
    public ref readonly Total CpuMs => ref cpuMs;

    /// <summary>The most resident memory of a job; null when it is known of none.</summary>
    public long? PeakMemoryBytes { get; private set; }

    /// <summary>The most attempts of the run in flight at once; null when unknown.</summary>
    public int? JobsInFlight { get; private set; }

    /// <summary>Takes a record in.</summary>
    public void Add(in RecordRow row)
    {
        if (row.NeverStarted)
        {
            return;
        }

        CpuTime.Add(row.Success ? row.CpuMs : null);
        Pressure.Add(row.CpuPressure);
        cpuMs.Add(row.CpuMs is { } used && double.IsFinite(used) ? (decimal)Rounding.To(used, 0) : null);
        PeakMemoryBytes = Larger(PeakMemoryBytes, row.PeakMemoryBytes);
        JobsInFlight = (int?)Larger(JobsInFlight, row.JobsInFlight);
    }

    /// <summary>Takes the other's records in.</summary>
    public void Merge(LaneLoad other)
    {
        CpuTime.Merge(other.CpuTime);
        Pressure.Merge(other.Pressure);
        cpuMs.Merge(other.cpuMs);
        PeakMemoryBytes = Larger(PeakMemoryBytes, other.PeakMemoryBytes);
        JobsInFlight = (int?)Larger(JobsInFlight, other.JobsInFlight);
    }

    private static long? Larger(long? left, long? right) => left is null || right > left ? right : left;
}
