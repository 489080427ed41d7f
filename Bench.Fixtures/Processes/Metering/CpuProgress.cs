namespace Bench.Fixtures.Processes.Metering;

/// <summary>Whether processes have worked: one that only waits still uses a little CPU time, for its timers.</summary>
public static class CpuProgress
{
    // An agent that waits still ticks; only more than this share of a core, and than a few of the clock's own ticks, is progress.
    private const double IdleShare = 0.02;
    private const double IdleSeconds = 0.03;

    /// <summary>Whether so much CPU time within so long a time is work.</summary>
    /// <param name="used">CPU time, of all the processes.</param>
    /// <param name="within">The time in which they used it.</param>
    public static bool Is(TimeSpan used, TimeSpan within) => used.TotalSeconds > Math.Max(IdleShare * within.TotalSeconds, IdleSeconds);
}
