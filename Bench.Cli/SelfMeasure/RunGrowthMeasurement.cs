using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bench.Fixtures;
using Bench.Fixtures.Settings;

namespace Bench.Cli.SelfMeasure;

/// <summary>What a dry run of so many jobs took.</summary>
/// <param name="Jobs">Jobs of the run.</param>
/// <param name="MillisecondsPerJob">From the first job's start to the last one's record on disk, ÷ jobs. Each record is flushed to the disk.</param>
/// <param name="CloseMillisecondsPerJob">Scanning, collecting and summarizing, ÷ jobs.</param>
/// <param name="BytesHeldPerJob">Managed memory that the ended run holds, ÷ jobs.</param>
public sealed record RunGrowth(int Jobs, double MillisecondsPerJob, double CloseMillisecondsPerJob, double BytesHeldPerJob);

/// <summary>Measures how a run's cost per job grows with its jobs: whole runs in the dry-run profile, which starts no process.</summary>
internal sealed class RunGrowthMeasurement
{
    private readonly string folder;
    private readonly IReadOnlyList<int> sizes;

    /// <param name="folder">An existing folder; prompts and runs are left in it.</param>
    /// <param name="sizes">Jobs of each run, in order.</param>
    internal RunGrowthMeasurement(string folder, params IReadOnlyList<int> sizes)
    {
        this.folder = folder;
        this.sizes = sizes;
    }

    /// <summary>Measures; a small run before the first one compiles the code.</summary>
    internal async Task<IReadOnlyList<RunGrowth>> RunAsync(CancellationToken cancellationToken)
    {
        await MeasureAsync("warm-up", 20, cancellationToken);
        var results = new List<RunGrowth>();
        foreach (var size in sizes)
        {
            results.Add(await MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"growth-{size}"), size, cancellationToken));
        }

        return results;
    }

    private async Task<RunGrowth> MeasureAsync(string runId, int jobs, CancellationToken cancellationToken)
    {
        var inputs = Inputs(runId, jobs);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(j => j.JobId)], TimeProvider.System, cancellationToken);

        // As rows do: each waits for its job's record and keeps nothing of it.
        var rows = inputs.Plan.Jobs.Select(job => (Task)run.ResultAsync(job.JobId).ContinueWith(_ => { }, TaskScheduler.Default)).ToList();
        var start = Stopwatch.GetTimestamp();
        run.Start();
        await Task.WhenAll(rows);
        var ran = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var problems = await run.CloseAsync();
        var closed = Stopwatch.GetElapsedTime(start);
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(string.Join(System.Environment.NewLine, problems));
        }

        rows.Clear();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        return new RunGrowth(jobs, ran.TotalMilliseconds / jobs, closed.TotalMilliseconds / jobs, (double)held / jobs);
    }

    private BenchInputs Inputs(string runId, int jobs)
    {
        var prompts = Path.Combine(folder, "prompts.json");
        File.WriteAllText(prompts, JsonSerializer.Serialize(new
        {
            version = 1,
            name = "growth",
            prompts = new[] { new { id = "growth_1", category = "growth", title = "Growth", prompt = "Nobody reads this." } },
        }));
        return BenchInputs.Read(new SettingsInput
        {
            Folder = folder,
            Environment = new Dictionary<string, string>(),
            TimeProvider = TimeProvider.System,
            CommandLine = new Dictionary<string, string>
            {
                ["Profile"] = "dry-run",
                ["RunId"] = runId,
                ["PromptsFile"] = prompts,
                ["OutputDir"] = Path.Combine(folder, "runs"),
                ["Workflows"] = WorkflowCatalog.OpenCodeRunHeadless,
                ["MaxRetries"] = "0",
                ["Trials"] = jobs.ToString(CultureInfo.InvariantCulture),
            },
        });
    }
}
