using System.Text.Json;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Runs alone, for it takes both cores for a while. What a job costs in time and bytes is for <c>dotnet bench self-measure</c> to say.</summary>
[TestClass(DisableParallelization = true)]
public sealed class ManyJobsTests
{
    private const int Jobs = 10_000;
    private const int PromptsTimesLanes = 5 * 5;

    /// <summary>Records that a thread's last frames may still hold.</summary>
    private const int MostHeld = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10 * TestFolder.TimeoutMs)]
    public async Task Ten_thousand_jobs_keep_every_record_once_and_none_in_memory()
    {
        using var lab = new RunLab
        {
            Settings =
            {
                ["Profile"] = "dry-run",
                ["Trials"] = $"{Jobs / PromptsTimesLanes}",
                ["Workflows"] = "cc_glm_headless,opencode_run_headless,opencode_server_http,opencode_server_attach_run,gemini_run_headless",
            },
        };
        var inputs = lab.Inputs();
        Assert.Equal(Jobs, inputs.Plan.Jobs.Count);

        var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(j => j.JobId)], TimeProvider.System, Token);
        var (statuses, records) = await RunAllAsync(run);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.InRange(records.Count(record => record.IsAlive), 0, MostHeld);
        AssertFolderIsWhole(new RunFolder(run.Folder), statuses);
        GC.KeepAlive(run);
    }

    // As rows do: each waits for its job's record and goes on with nothing but the verdict.
    private static async Task<(Dictionary<string, int> Statuses, IReadOnlyList<WeakReference> Records)> RunAllAsync(BenchRun run)
    {
        var rows = run.Plan.Jobs.Select(async job =>
        {
            var record = await run.ResultAsync(job.JobId);
            return (record.Status, Record: new WeakReference(record));
        }).ToList();
        run.Start();
        var all = await Task.WhenAll(rows);
        Assert.Empty(await run.CloseAsync());
        return (all.CountBy(row => row.Status).ToDictionary(), [.. all.Select(row => row.Record)]);
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
