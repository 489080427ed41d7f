using System.Diagnostics;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.SelfMeasure;

/// <summary>What one step of <see cref="CollectMeasurement"/> took.</summary>
/// <param name="Step"><c>collect</c>, <c>summarize</c> or <c>finalize</c> (both in one pass).</param>
/// <param name="Elapsed">The fastest of the rounds.</param>
/// <param name="CpuTime">Processor time of the round with the least of it: on a busy machine the steadier figure.</param>
/// <param name="RecordsPerSecond">Records ÷ elapsed.</param>
/// <param name="MegabytesReadPerSecond">Journal bytes ÷ elapsed, in 10^6 bytes.</param>
/// <param name="MegabytesWritten">Bytes of the derived documents, in 10^6 bytes.</param>
/// <param name="PeakManagedGrowthMegabytes">Most managed memory above that before the step.</param>
/// <param name="PeakResidentGrowthMegabytes">Most resident memory above that before the step.</param>
public sealed record CollectStep(
    string Step,
    TimeSpan Elapsed,
    TimeSpan CpuTime,
    double RecordsPerSecond,
    double MegabytesReadPerSecond,
    double MegabytesWritten,
    double PeakManagedGrowthMegabytes,
    double PeakResidentGrowthMegabytes);

/// <summary>The result of a <see cref="CollectMeasurement"/>.</summary>
/// <param name="Records">Records in the run.</param>
/// <param name="BytesPerRecord">Journal bytes ÷ records: its lines hold the records as they are.</param>
/// <param name="Steps">What each step took.</param>
public sealed record CollectMeasurementResult(int Records, double BytesPerRecord, IReadOnlyList<CollectStep> Steps);

/// <summary>
/// Measures how fast a run folder is collected and summarized, on a run folder of synthetic records in a temporary folder, as a
/// run leaves it: manifest, journal and a document per job. Its files are in the page cache.
/// </summary>
public sealed class CollectMeasurement
{
    /// <summary>Records of the run. Default: 100,000.</summary>
    public int Records { get; init; } = 100_000;

    /// <summary>Characters of each answer. Default: 0, which makes a record of about 2.5 KB.</summary>
    public int AnswerChars { get; init; }

    /// <summary>Rounds per step, of which the fastest counts. Default: 3.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Runs the measurement and deletes its folder.</summary>
    public CollectMeasurementResult Run(CancellationToken cancellationToken)
    {
        var root = Directory.CreateTempSubdirectory("bench-collect-").FullName;
        try
        {
            var folder = new RunFolder(Path.Combine(root, "synthetic"));
            SyntheticRun.Write(folder, Records, AnswerChars, seed: 1, cancellationToken);
            var bytes = new FileInfo(folder.Journal).Length;
            return new CollectMeasurementResult(Records, (double)bytes / Records,
            [
                Measure("collect", bytes, folder, () => RunCollector.Collect(folder, cancellationToken)),
                Measure("summarize", bytes, folder, () => RunSummarizer.Summarize(folder, cancellationToken)),
                Measure("finalize", bytes, folder, () => RunFinalizer.Finalize(folder, RunStatuses.Completed, cancellationToken)),
            ]);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private CollectStep Measure(string step, long journalBytes, RunFolder folder, Action act)
    {
        var (best, leastCpu) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        var (managed, resident) = (0L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            GC.Collect();
            using var memory = new PeakMemory();
            var cpuBefore = System.Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            act();
            var elapsed = Stopwatch.GetElapsedTime(start);
            var cpu = System.Environment.CpuUsage.TotalTime - cpuBefore;
            (best, leastCpu) = (elapsed < best ? elapsed : best, cpu < leastCpu ? cpu : leastCpu);
            (managed, resident) = (Math.Max(managed, memory.Managed), Math.Max(resident, memory.Resident));
        }

        return new CollectStep(
            step,
            best,
            leastCpu,
            Records / best.TotalSeconds,
            journalBytes / 1e6 / best.TotalSeconds,
            Written(folder, step) / 1e6,
            managed / 1e6,
            resident / 1e6);
    }

    private static long Written(RunFolder folder, string step)
    {
        string[] collected = [folder.RunResults, folder.Results, folder.Records];
        string[] summarized = [folder.SummaryJson, folder.SummaryMarkdown];
        return (step switch { "collect" => collected, "summarize" => summarized, _ => [.. collected, .. summarized] }).Sum(path => new FileInfo(path).Length);
    }

    /// <summary>Samples memory on a thread of its own until disposed.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly ManualResetEventSlim done = new();
        private readonly Thread thread;
        private readonly long managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        private readonly long residentBefore = System.Environment.WorkingSet;
        private long managed;
        private long resident;

        public PeakMemory()
        {
            thread = new Thread(Sample) { IsBackground = true };
            thread.Start();
        }

        public long Managed => Math.Max(0, managed - managedBefore);

        public long Resident => Math.Max(0, resident - residentBefore);

        public void Dispose()
        {
            done.Set();
            thread.Join();
            done.Dispose();
        }

        private void Sample()
        {
            do
            {
                managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false));
                resident = Math.Max(resident, System.Environment.WorkingSet);
            }
            while (!done.Wait(5));
        }
    }
}
