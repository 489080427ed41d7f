using System.Globalization;

namespace Bench.Fixtures.Summaries;

public static partial class SummaryTables
{
    private const double BytesPerMegabyte = 1024 * 1024;

    /// <summary>What the lanes used of the machine, and how loaded it was.</summary>
    public static SummaryTable Load(RunSummary summary) => new(
        "CPU, Memory and Load",
        [
            Text("lane"),
            Number("CPU time p50 (ms)", "user and system time of the agent and all that it started, all attempts, passed jobs; on a server lane with the job's part of the server's, which is divided evenly among the jobs on it; hardly depends on how crowded the machine is"),
            Number("CPU time (ms)", "the same, added up over all jobs that started"),
            Number("server CPU time (ms)", "of the run's shared server as a whole, its start and what no job asked for included; the same for all its lanes"),
            Number("peak memory (MiB)", "the most resident memory that a job's processes had together, on a server lane with the whole server's; shared pages count in each process"),
            Number("CPU pressure p50", "share of a job's time in which some program of the machine waited for a core, all jobs that started"),
            Number("in flight", "the most jobs of the run at once while one of the lane ran"),
        ],
        [.. summary.Lanes.Select(lane => (string[])
        [
            lane.WorkflowId,
            SummaryNumbers.MedianWithN(lane.Load.CpuTime),
            SummaryNumbers.Total(lane.Load.CpuMs),
            SummaryNumbers.LaneMilliseconds(lane.Load.ServerCpuMs),
            lane.Load.PeakMemoryBytes is { } bytes ? (bytes / BytesPerMegabyte).ToString("F0", CultureInfo.InvariantCulture) : SummaryNumbers.Unknown,
            lane.Load.CpuPressure is null ? SummaryNumbers.Unknown : $"{SummaryNumbers.Percent(lane.Load.CpuPressure)} (n={SummaryNumbers.Count(lane.Load.CpuPressureN)})",
            SummaryNumbers.Count(lane.Load.JobsInFlight),
        ])]);
}
