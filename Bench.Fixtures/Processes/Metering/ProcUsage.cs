namespace Bench.Fixtures.Processes.Metering;

/// <summary>What one process had used at a look.</summary>
/// <param name="Entry">Its row in the process table.</param>
/// <param name="CpuTime">CPU time, in user and kernel mode, of its own and of the children that it has waited for, and of theirs.</param>
/// <param name="ResidentBytes">Its resident memory; shared pages count in every process that has them. 0 when it has exited.</param>
internal readonly record struct ProcUsage(ProcEntry Entry, TimeSpan CpuTime, long ResidentBytes)
{
    /// <summary>No other process ever has the same.</summary>
    public (int Pid, long StartTicks) Identity => (Entry.Pid, Entry.StartTicks);
}
