using System.Text.Json;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Runs alone: what is measured is the memory of this process.</summary>
[TestClass(DisableParallelization = true)]
public sealed class ManyJobsTests
{
    private const int PromptsTimesLanes = 5 * 5;

    /// <summary>A run that kept its records would hold about 3,100 bytes per job; one that lets them go about 650.</summary>
    private const long MostBytesPerJob = 2_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10 * TestFolder.TimeoutMs)]
    public async Task Ten_thousand_jobs_keep_every_record_once_and_none_in_memory()
    {
        // What the process grows by once, for whatever reason, is not the run's: it is not there the second time.
        var many = Math.Min(await MeasureAsync(10_000), await MeasureAsync(10_000));
        var few = await MeasureAsync(2_000);

        Assert.InRange((many - few) / 8_000, long.MinValue, MostBytesPerJob);
    }

    /// <summary>Runs so many jobs, checks what they left on disk, and returns the bytes that the ended run holds in memory.</summary>
    private static async Task<long> MeasureAsync(int jobs)
    {
        using var lab = new RunLab
        {
            Settings =
            {
                ["Profile"] = "dry-run",
                ["RunId"] = $"many-{jobs}",
                ["Trials"] = $"{jobs / PromptsTimesLanes}",
                ["Workflows"] = "cc_glm_headless,opencode_run_headless,opencode_server_http,opencode_server_attach_run,gemini_run_headless",
            },
        };
        var inputs = lab.Inputs();
        Assert.Equal(jobs, inputs.Plan.Jobs.Count);
        var before = BytesHeld();

        var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(j => j.JobId)], TimeProvider.System, Token);
        var statuses = await RunAllAsync(run);
        var held = BytesHeld() - before;

        AssertFolderIsWhole(new RunFolder(run.Folder), statuses);
        GC.KeepAlive(run);
        return held;
    }

    private static long BytesHeld()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    // As rows do: each waits for its job's record and goes on with nothing but the verdict.
    private static async Task<Dictionary<string, int>> RunAllAsync(BenchRun run)
    {
        var rows = run.Plan.Jobs.Select(async job => (await run.ResultAsync(job.JobId)).Status).ToList();
        run.Start();
        var statuses = await Task.WhenAll(rows);
        Assert.Empty(await run.CloseAsync());
        return statuses.CountBy(status => status).ToDictionary();
    }

    private static void AssertFolderIsWhole(RunFolder folder, Dictionary<string, int> statuses)
    {
        var planned = JobIdsOf(JsonDocument.Parse(File.ReadAllBytes(folder.Manifest)).RootElement.GetProperty("jobs").EnumerateArray());
        var collected = JobIdsOf(File.ReadLines(folder.Records).Select(line => JsonDocument.Parse(line).RootElement));
        Assert.Equal(planned, collected);
        Assert.Equal(planned, [.. RawRecords.JobIds(folder)]);
        Assert.All(planned, jobId => Assert.Equal(jobId, RecordJson.Deserialize(File.ReadAllBytes(folder.JobRecord(jobId))).JobId));

        var summary = SummaryJson.Deserialize(File.ReadAllBytes(folder.SummaryJson));
        Assert.Equal(planned.Count, summary.RecordCount);
        Assert.Equal(statuses[JobStatuses.Passed], summary.Lanes.Sum(lane => lane.Outcomes.Passed));
        Assert.Equal(planned.Count, summary.Lanes.Sum(lane => lane.Outcomes.Attempted));
        Assert.Empty(summary.LostJobs);
        Assert.Empty(summary.Notes);
    }

    private static List<string> JobIdsOf(IEnumerable<JsonElement> entries) =>
        [.. entries.Select(entry => entry.GetProperty("job_id").GetString()!).Order(StringComparer.Ordinal)];
}
