using System.CommandLine;
using System.Globalization;
using Bench.Cli.SelfMeasure;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench self-measure</c>: what Bench itself costs, as ratios within one run.</summary>
internal static class SelfMeasureCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var quick = new Option<bool>("--quick") { Description = "A tenth of everything that is not given" };
        var jobs = new Option<int?>("--jobs") { Description = "Trivial jobs per way of running them [default: 1000]" };
        var parallel = new Option<int>("--parallel") { Description = "Jobs in flight at once", DefaultValueFactory = _ => 4 };
        var records = new Option<int?>("--records") { Description = "Records to collect and summarize [default: 100000]" };
        var command = new Command("self-measure", "Measure Bench itself: cost per job against bare commands, error of the first-output and the gateway's stamps, growth over 10,000 jobs, records per second. Use a Release build.") { quick, jobs, parallel, records };
        command.SetAction(async (result, cancellationToken) =>
        {
            var all = result.GetValue(quick) ? Sizes.Quick : Sizes.Whole;
            var sizes = all with { Jobs = result.GetValue(jobs) ?? all.Jobs, Records = result.GetValue(records) ?? all.Records };
            var inFlight = result.GetValue(parallel);
            RequirePositive(("--jobs", sizes.Jobs), ("--parallel", inFlight), ("--records", sizes.Records));
            var report = await MeasureAsync(sizes, inFlight, cancellationToken);
            if (result.GetValue(CommandLine.Json))
            {
                CliJson.Write(host.Output, report);
            }
            else
            {
                Write(report, host.Output);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void RequirePositive(params (string Name, int Value)[] options)
    {
        var problems = options.Where(o => o.Value < 1).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Name} is '{o.Value}', but must be a whole number from 1.")).ToList();
        if (problems.Count > 0)
        {
            throw new BenchUsageException(problems);
        }
    }

    private static async Task<Report> MeasureAsync(Sizes sizes, int parallel, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-self-measure-").FullName;
        try
        {
            var spawn = await new SpawnMeasurement(folder, sizes.Jobs, parallel).RunAsync(cancellationToken);
            var stamp = await new StampMeasurement(sizes.Samples).RunAsync(cancellationToken);
            var gateway = await new GatewayStampMeasurement(sizes.Samples).RunAsync(cancellationToken);
            var growth = await new RunGrowthMeasurement(folder, sizes.SmallRun, sizes.LargeRun).RunAsync(cancellationToken);
            var collect = new CollectMeasurement { Records = sizes.Records }.Run(cancellationToken);
            return new Report(spawn, stamp, gateway, growth, collect);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(Report report, TextWriter output)
    {
        var spawn = report.Spawn;
        Line(output, $"Cost per job, {spawn.Jobs} × {Path.GetFileName(spawn.Agent)} at {spawn.Parallel} in flight (medians of {spawn.Job.MillisecondsPerJob.Count} interleaved blocks)");
        Line(output, $"  a job of Bench, marked, with two logs     {spawn.Job.MedianMillisecondsPerJob,8:0.000} ms");
        Line(output, $"  the same without marks and logs           {spawn.BareJob.MedianMillisecondsPerJob,8:0.000} ms");
        Line(output, $"  .NET Process, dedicated reader threads    {spawn.DotnetProcess.MedianMillisecondsPerJob,8:0.000} ms   ratio {spawn.RatioToDotnetProcess:0.00} (aim ≤ 1.5)");
        Line(output, spawn.Xargs is { } xargs
            ? $"  xargs -P {spawn.Parallel}                                {xargs.MedianMillisecondsPerJob,8:0.000} ms   ratio {spawn.RatioToXargs:0.00}"
            : $"  xargs                                     {spawn.XargsSkipped}");
        WriteStamp(report.Stamp, output);
        WriteGatewayStamps(report.GatewayStamps, output);
        Line(output, "Dry runs, records flushed to disk one by one");
        foreach (var run in report.Growth)
        {
            Line(output, $"  {run.Jobs,6} jobs   {run.MillisecondsPerJob,8:0.000} ms per job   closing {run.CloseMillisecondsPerJob:0.000} ms per job   {run.BytesHeldPerJob:0} bytes per job held in memory");
        }

        Line(output, $"Records, {report.Collect.Records} of {report.Collect.BytesPerRecord:0} bytes in the journal");
        foreach (var step in report.Collect.Steps)
        {
            Line(output, $"  {step.Step,-10} {step.RecordsPerSecond,10:0} records/s  {step.MegabytesReadPerSecond,6:0} MB/s read  {step.Elapsed.TotalSeconds,6:0.00} s  memory +{step.PeakManagedGrowthMegabytes:0} MB managed, +{step.PeakResidentGrowthMegabytes:0} MB resident");
        }
    }

    private static void WriteStamp(StampResult stamp, TextWriter output)
    {
        Line(output, $"Error of the first-output stamp against the agent's own clock (aim p50 ≤ 0.5 ms, p99 ≤ 5 ms)");
        if (stamp.Skipped is not null)
        {
            Line(output, $"  skipped: {stamp.Skipped}");
            return;
        }

        Line(output, $"  idle thread pool                          {stamp.Idle}");
        Line(output, $"  {stamp.BlockedThreads} pool threads blocked                   {stamp.Blocked}");
    }

    private static void WriteGatewayStamps(GatewayStampResult stamps, TextWriter output)
    {
        Line(output, "Error of the gateway's stamps against its client's (aim p50 ≤ 0.5 ms, p99 ≤ 5 ms)");
        foreach (var (pool, errors) in new[] { ("idle thread pool", stamps.Idle), (string.Create(CultureInfo.InvariantCulture, $"{stamps.BlockedThreads} pool threads blocked"), stamps.Blocked) })
        {
            foreach (var (stamp, error) in new[] { ("arrival", errors.Arrival), ("first token", errors.FirstToken), ("model time", errors.ModelTime) })
            {
                Line(output, $"  {pool + ", " + stamp,-41} {error}");
            }
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Line(TextWriter output, string text) => output.WriteLine(text);

    /// <summary>How much is measured. The cost per job of a small and of a large run must be about the same.</summary>
    private sealed record Sizes(int Jobs, int Samples, int SmallRun, int LargeRun, int Records)
    {
        public static Sizes Whole { get; } = new(Jobs: 1000, Samples: 400, SmallRun: 1_000, LargeRun: 10_000, Records: 100_000);

        public static Sizes Quick { get; } = new(Jobs: 100, Samples: 40, SmallRun: 100, LargeRun: 1_000, Records: 10_000);
    }

    private sealed record Report(SpawnResult Spawn, StampResult Stamp, GatewayStampResult GatewayStamps, IReadOnlyList<RunGrowth> Growth, CollectMeasurementResult Collect);
}
