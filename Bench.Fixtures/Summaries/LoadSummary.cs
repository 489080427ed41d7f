namespace Bench.Fixtures.Summaries;

/// <summary>What the jobs of a lane used of the machine, and how loaded it was meanwhile. CPU time hardly depends on the load; latencies do.</summary>
public sealed record LoadSummary
{
    /// <summary>User and system time of an agent and all that it started, passed jobs, all their attempts.</summary>
    public required LatencySummary CpuTime { get; init; }

    /// <summary>The same, in milliseconds, of all jobs that started.</summary>
    public required TotalSummary CpuMs { get; init; }

    /// <summary>CPU time of the run's shared server, its start and what no job asked for included, in milliseconds; null for a lane without one and when unknown.</summary>
    public required double? ServerCpuMs { get; init; }

    /// <summary>The most resident memory, in bytes, that a job's processes had together; null when unknown.</summary>
    public required long? PeakMemoryBytes { get; init; }

    /// <summary>Median over the jobs of the share of the time, from 0 to 1, in which some program of the machine waited for a core; null when unknown.</summary>
    public required double? CpuPressure { get; init; }

    /// <summary>Jobs behind it.</summary>
    public int CpuPressureN { get; init; }

    /// <summary>The most attempts of the run that were in flight at once while one of the lane was; null when unknown.</summary>
    public required int? JobsInFlight { get; init; }
}

/// <summary>Whether the jobs were in each other's way, or other programs in theirs: then latencies are those of a crowded machine.</summary>
public sealed record CrowdingSummary
{
    /// <summary>More jobs than cores were in flight, or the pressure reached its bound on a lane; null when neither is known.</summary>
    public required bool? IsCrowded { get; init; }

    /// <summary>The cores that the run could use; null when the manifest does not say.</summary>
    public required int? Cores { get; init; }

    /// <summary>The most attempts in flight at once; null when unknown.</summary>
    public required int? JobsInFlight { get; init; }

    /// <summary>The largest of the lanes' <see cref="LoadSummary.CpuPressure"/>; null when unknown.</summary>
    public required double? CpuPressure { get; init; }

    /// <summary>The pressure from which a lane counts as crowded.</summary>
    public required double PressureBound { get; init; }

    /// <summary>What is wrong and what to do, in sentences; null unless crowded.</summary>
    public required string? Notice { get; init; }
}
