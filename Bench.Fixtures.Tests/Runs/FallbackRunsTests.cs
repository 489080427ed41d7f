using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole runs on real agents whose model nobody serves: the jobs go down the route of the settings, as records of their own.</summary>
public sealed class FallbackRunsTests
{
    private const int LimitMs = 300_000;
    private const string Origin = "cc_glm_headless__ping_1";
    private const string StandIn = "gemini_run_headless__ping_1__for_cc_glm_headless";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task A_job_goes_down_the_whole_route_and_its_own_lane_has_failed()
    {
        using var lab = Lab("opencode_run_headless", "cc-glm,gemini");
        lab.Settings["Model:OpenCode"] = "zhipuai-coding-plan/no-such-model";

        var own = Assert.Single(await lab.RunAsync(Token));

        Assert.Equal((false, "model", FailureReasons.ModelUnavailable, null), (own.Success, own.FailureCategory, own.FailureReason, own.FallbackFrom));
        var first = RecordOf(lab, "cc_glm_headless__ping_1__for_opencode_run_headless");
        Assert.Equal(("failed", FailureReasons.ModelUnavailable, "opencode_run_headless", "no-such-model"), (first.Status, first.FailureReason, first.FallbackFrom, first.Model));
        var second = RecordOf(lab, "gemini_run_headless__ping_1__for_opencode_run_headless");
        Assert.Equal((true, "opencode_run_headless", FailureReasons.ModelUnavailable, "gemini-3-flash-preview"), (second.Success, second.FallbackFrom, second.FallbackReason, second.ModelSelected));
        Assert.Empty(lab.Problems);

        var summary = RunSummarizer.Read(lab.RunFolder, Token);
        var lane = Assert.Single(summary.Lanes);
        Assert.Equal(("opencode_run_headless", 1, 0, 1, 2), (lane.WorkflowId, lane.Outcomes.Attempted, lane.Outcomes.Passed, lane.Outcomes.FailedModel, lane.Outcomes.Fallbacks));
        Assert.Equal([("cc_glm_headless", 0, 1), ("gemini_run_headless", 1, 0)], summary.Routed.Select(route => (route.WorkflowId, route.Passed, route.FailedModel)));
        Assert.Equal((3, 0), (summary.RecordCount, summary.Outcomes.Unplanned));
    }

    [Fact(Timeout = LimitMs)]
    public async Task The_row_of_the_lane_that_failed_fails_and_says_where_its_job_went_on()
    {
        using var lab = Lab("cc_glm_headless", "gemini");
        var inputs = lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [Origin], TimeProvider.System, Token);
        run.Start();

        var record = await run.ResultAsync(Origin);
        var failure = Assert.IsType<ModelFailureException>(JobVerdict.Of(record, failOnEnvFailure: true, run.Folder, run.StandInsOf(Origin)));

        Assert.Contains($"Went on as {StandIn}: passed; it counts for no lane.", failure.Message, StringComparison.Ordinal);
        Assert.True((await run.ResultAsync(StandIn)).Success);
        Assert.Empty(await run.CloseAsync());
    }

    [Fact(Timeout = LimitMs)]
    public async Task Without_a_route_the_job_just_fails()
    {
        using var lab = Lab("cc_glm_headless", "");

        var record = Assert.Single(await lab.RunAsync(Token));

        Assert.Equal(FailureReasons.ModelUnavailable, record.FailureReason);
        Assert.Equal([Origin], RunReader.RecordedJobs(lab.RunFolder, withCancelled: true, Token));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_run_that_died_on_the_route_goes_on_there()
    {
        using var lab = Lab("cc_glm_headless", "gemini");
        await lab.RunAsync(Token);
        var before = await File.ReadAllBytesAsync(lab.RunFolder.JobRecord(Origin), Token);
        await DieBeforeAsync(lab.RunFolder, StandIn);
        lab.Settings["Resume"] = lab.RunFolder.Root;
        lab.Settings.Remove("RunId");
        lab.Settings["OutputDir"] = lab.OutputDir;

        await lab.RunAsync(Token);

        Assert.Equal(before, await File.ReadAllBytesAsync(lab.RunFolder.JobRecord(Origin), Token));
        Assert.True(RecordOf(lab, StandIn).Success);
        Assert.Equal([Origin, StandIn], RunReader.RecordedJobs(lab.RunFolder, withCancelled: true, Token));
        Assert.Equal(["completed"], [lab.Manifest().GetProperty("status").GetString()]);
    }

    [Fact]
    public void A_route_that_does_not_exist_and_one_away_from_faults_are_refused()
    {
        using var lab = Lab("cc_glm_headless", "gemni,cc-glm,cc-glm");
        lab.Settings["Faults"] = "status_500";

        var problems = Assert.Throws<BenchUsageException>(lab.Inputs).Problems;

        Assert.Equal(3, problems.Count);
        Assert.Contains("Fallback names 'gemni' (command line), which is no route. Did you mean 'gemini'? Known: 'cc-glm', 'gemini'.", problems[0], StringComparison.Ordinal);
        Assert.Contains("Fallback names 'cc-glm' 2 times", problems[1], StringComparison.Ordinal);
        Assert.Contains("the model fails on purpose", problems[2], StringComparison.Ordinal);
    }

    private static RunLab Lab(string workflow, string route)
    {
        var lab = new RunLab { Settings = { ["Workflows"] = workflow, ["Fallback"] = route, ["Model:CcGlm"] = "no-such-model", ["RunId"] = $"fallback-{Guid.NewGuid():N}" } };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "n", "prompts": [ { "id": "ping_1", "category": "c", "title": "t", "prompt": "Say PONG.", "success_hints": ["PONG"] } ] }
            """);
        lab.Write("scripted/ping_1.json", """{ "schema_version": 1, "prompt_id": "ping_1", "turns": [ { "text": "PONG" } ] }""");
        return lab;
    }

    private static JobRecord RecordOf(RunLab lab, string jobId) => RecordJson.Deserialize(File.ReadAllBytes(lab.RunFolder.JobRecord(jobId)));

    // As a SIGKILL leaves a folder: the journal ends before the job, and nothing was derived from it.
    private static async Task DieBeforeAsync(RunFolder folder, string jobId)
    {
        var lines = await File.ReadAllLinesAsync(folder.Journal, Token);
        await File.WriteAllTextAsync(folder.Journal, string.Concat(lines.TakeWhile(line => !line.Contains(jobId, StringComparison.Ordinal)).Select(line => line + "\n")), Token);
        File.Delete(folder.JobRecord(jobId));
        await File.WriteAllBytesAsync(folder.Manifest, ManifestStatus.With(await File.ReadAllBytesAsync(folder.Manifest, Token), RunStatuses.Running), Token);
    }
}
