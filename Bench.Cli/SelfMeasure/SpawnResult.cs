namespace Bench.Cli.SelfMeasure;

/// <summary>What running a trivial agent many times costs, by way of running it. All ways took turns within one run, so trust the ratios.</summary>
internal sealed record SpawnResult
{
    /// <summary>Jobs of each way, over all its blocks.</summary>
    public required int Jobs { get; init; }

    /// <summary>Jobs in flight at once.</summary>
    public required int Parallel { get; init; }

    /// <summary>The trivial agent.</summary>
    public required string Agent { get; init; }

    /// <summary>A job as Bench runs it: marked environment, two log files, a look for survivors.</summary>
    public required SpawnTiming Job { get; init; }

    /// <summary>The same without marks and logs.</summary>
    public required SpawnTiming BareJob { get; init; }

    /// <summary>.NET's process class with one dedicated reader thread per stream; no logs.</summary>
    public required SpawnTiming DotnetProcess { get; init; }

    /// <summary><c>xargs -P</c>, output dropped: the floor; null when it was skipped.</summary>
    public SpawnTiming? Xargs { get; init; }

    /// <summary>Why xargs was skipped; null when it was not.</summary>
    public string? XargsSkipped { get; init; }

    /// <summary>Median over blocks of <see cref="Job"/> ÷ <see cref="DotnetProcess"/> in the same block. The target is at most 1.5.</summary>
    public double RatioToDotnetProcess => Ratio(Job, DotnetProcess);

    /// <summary>Median over blocks of <see cref="Job"/> ÷ <see cref="Xargs"/> in the same block; null without xargs.</summary>
    public double? RatioToXargs => Xargs is null ? null : Ratio(Job, Xargs);

    private static double Ratio(SpawnTiming one, SpawnTiming other) =>
        Percentiles.Median(one.MillisecondsPerJob.Zip(other.MillisecondsPerJob, (mine, theirs) => mine / theirs));
}

/// <summary>The cost of one way.</summary>
/// <param name="MillisecondsPerJob">Wall time of a block ÷ its jobs, block by block.</param>
/// <param name="OwnCpuMillisecondsPerJob">CPU time of this process alone ÷ jobs, over all blocks.</param>
internal sealed record SpawnTiming(IReadOnlyList<double> MillisecondsPerJob, double OwnCpuMillisecondsPerJob)
{
    /// <summary>Median over blocks.</summary>
    public double MedianMillisecondsPerJob => Percentiles.Median(MillisecondsPerJob);
}
