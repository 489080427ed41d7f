using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>A run of what failed in another one.</summary>
public sealed class RerunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_failed_in_a_finished_run_is_run_again_with_its_settings_as_a_run_of_its_own()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "dryrun-techlead-001", ["Trials"] = "3", ["MaxRetries"] = "0" } };
        var failed = (await lab.RunAsync(Token)).Where(record => !record.Success).Select(record => record.JobId).ToList();
        var first = lab.RunFolder;
        var before = Stamps(first);
        lab.Settings.Clear();
        (lab.Settings["Rerun"], lab.Settings["RunId"]) = ("dryrun-techlead-001", "second");

        var again = await lab.RunAsync(Token);

        Assert.NotEmpty(failed);
        Assert.Equal(failed, again.Select(record => record.JobId));
        Assert.All(again, record => Assert.Equal(("second", "dry-run"), (record.RunId, record.Profile)));
        var manifest = Manifest.Parse(File.ReadAllBytes(lab.RunFolder.Manifest));
        Assert.Equal(new ManifestRerun { RunId = "dryrun-techlead-001", Folder = first.Root, Jobs = failed.Count }, manifest.RerunOf);
        Assert.Equal((3, 0), (manifest.Trials, manifest.MaxRetries));
        Assert.Equal(before, Stamps(first));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_run_in_which_nothing_failed_or_that_is_a_soak_is_refused()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "soak", ["Soak:Rounds"] = "1", ["JUnitFile"] = "junit.xml" } };
        await lab.RunAsync(Token);
        await RefusedAsync(lab, "soak", "is a soak");

        lab.Settings.Clear();
        (lab.Settings["Profile"], lab.Settings["RunId"], lab.Settings["Workflows"], lab.Settings["Prompts"]) = ("dry-run", "green", "cc_glm_headless", "coding_ability_1");
        Assert.All(await lab.RunAsync(Token), record => Assert.True(record.Success));
        await RefusedAsync(lab, "green", "nothing failed: all 1 of its jobs passed");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_run_that_is_not_there_or_has_not_finished_is_refused_with_what_to_do()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first" } };
        await lab.RunAsync(Token);
        File.WriteAllText(lab.RunFolder.Manifest, File.ReadAllText(lab.RunFolder.Manifest).Replace("\"status\": \"completed\"", "\"status\": \"cancelled\"", StringComparison.Ordinal));

        await RefusedAsync(lab, "first", $"it is cancelled. Go on with it first: -p:BenchResume={lab.RunFolder.Root}");
        await RefusedAsync(lab, "fjrst", "Did you mean 'first'?");
        lab.Settings["Resume"] = "first";
        await RefusedAsync(lab, "first", "Give one of the two only.");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_failed_and_is_not_in_the_plan_any_more_is_named()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "dryrun-techlead-001", ["Trials"] = "3", ["MaxRetries"] = "0" } };
        await lab.RunAsync(Token);
        lab.Settings["Workflows"] = "gemini_run_headless";

        await RefusedAsync(lab, "dryrun-techlead-001", "opencode_run_headless__robustness_partial_context_1' failed in the run 'dryrun-techlead-001' and is not in the plan now");
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(LaneStops.LaneRule)]
    [InlineData(LaneStops.ProviderRule)]
    public async Task Jobs_that_a_stopped_lane_or_provider_left_out_were_cancelled_or_lost_are_run_too(string rule)
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "first", ["Workflows"] = "cc_glm_headless", ["MaxRetries"] = "1" } };
        var records = await lab.RunAsync(Token);
        Assert.All(records, record => Assert.True(record.Success));
        var (leftOut, cancelled, lost) = (records[0], records[1], records[2]);
        Rewrite(lab.RunFolder, record => record.JobId == leftOut.JobId
            ? record with { Success = false, Status = JobStatuses.Failed, FailureCategory = "env", FailureReason = "auth_error", FailureRule = rule, Attempts = [], JobStartedAt = null }
            : record.JobId == cancelled.JobId ? record with { Success = false, Status = JobStatuses.Cancelled, Attempts = [], JobStartedAt = null }
            : record.JobId == lost.JobId ? null : record);
        (lab.Settings["Rerun"], lab.Settings["RunId"]) = ("first", "second");

        var again = await lab.RunAsync(Token);

        Assert.Equal(new[] { leftOut, cancelled, lost }.Select(record => record.JobId), again.Select(record => record.JobId));
    }

    // As another course of the same run would have left it.
    private static void Rewrite(RunFolder folder, Func<JobRecord, JobRecord?> change)
    {
        File.Delete(folder.Journal);
        foreach (var file in RawRecords.JobIds(folder).Select(folder.JobRecord))
        {
            if (change(RecordJson.Deserialize(File.ReadAllBytes(file))) is { } record)
            {
                File.WriteAllBytes(file, RecordJson.Serialize(record));
            }
            else
            {
                File.Delete(file);
            }
        }
    }

    private static async Task RefusedAsync(RunLab lab, string rerun, string why)
    {
        lab.Settings["Rerun"] = rerun;
        lab.Settings["RunId"] = lab.Settings.ContainsKey("Resume") ? "" : "another";
        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        lab.Settings.Remove("Rerun");
    }

    private static List<(string File, DateTime At)> Stamps(RunFolder folder) =>
        [.. Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (file, File.GetLastWriteTimeUtc(file)))];
}
