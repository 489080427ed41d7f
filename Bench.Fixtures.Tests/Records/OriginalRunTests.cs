using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Records;

public class OriginalRunTests
{
    [Fact]
    public void Every_record_of_an_original_run_is_read_and_nothing_else_is()
    {
        using var folder = new TestFolder();

        var reading = Read(OriginalRun.Write(folder));

        Assert.Equal(6, reading.RecordCount);
        Assert.Empty(reading.Notes);
        Assert.Equal(OriginalRun.RunId, reading.RunId);
        Assert.Equal("live", reading.Manifest.Profile);
        Assert.Equal("2026-02-18T20:01:26Z", reading.LastCompletedAt);
    }

    [Fact]
    public void Its_numbers_are_read_and_what_it_did_not_record_is_unknown()
    {
        using var folder = new TestFolder();

        var rows = Read(OriginalRun.Write(folder)).Sink.Rows.ToDictionary(row => row.JobId);

        var passed = rows["cc_glm_headless__coding_ability_1"];
        Assert.Equal((JobOutcome.Passed, 64.0, 23560.0, 25945.0, 1), (passed.Outcome, passed.StartupLatencyMs, passed.FirstOutputLatencyMs, passed.CompletionLatencyMs, passed.Trial));
        Assert.Equal(((double?)null, (int?)null, (long?)null, (decimal?)null), (passed.QueueWaitMs, passed.ModelRequests, passed.InputTokens, passed.CostUsd));
        Assert.Equal((JobOutcome.FailedModel, "timeout"), (rows["cc_glm_headless__robustness_1"].Outcome, rows["cc_glm_headless__robustness_1"].FailureReason));
        Assert.Equal(JobOutcome.FailedEnv, rows["opencode_run_headless__latency_speed_1"].Outcome);
        Assert.Equal(JobOutcome.FailedHarness, rows["opencode_run_headless__robustness_1"].Outcome);
    }

    [Fact]
    public void A_job_that_its_limit_ended_is_known_up_to_the_limit()
    {
        using var folder = new TestFolder();

        var rows = Read(OriginalRun.Write(folder)).Sink.Rows.ToDictionary(row => row.JobId);

        var late = rows["cc_glm_headless__robustness_1"];
        Assert.Equal((true, 90_012.0, 90_012.0, 90_012.0), (late.Censored, late.CompletionLatencyMs, late.FirstOutputLatencyMs, late.TimeToResultMs));
        Assert.True(late.AtLeast.HasFlag(RecordBounds.CompletionLatencyMs | RecordBounds.FirstOutputLatencyMs | RecordBounds.TimeToResultMs));
        Assert.Equal((true, 90_012.0, 90_012.0), (late.FirstAttemptCensored, late.FirstAttemptCompletionLatencyMs, late.FirstAttemptFirstOutputLatencyMs));
        Assert.Equal(3, late.StartupLatencyMs);
        Assert.Equal((false, RecordBounds.None), (rows["cc_glm_headless__coding_ability_1"].Censored, rows["cc_glm_headless__coding_ability_1"].AtLeast));
        Assert.False(rows["opencode_run_headless__latency_speed_1"].Censored);
    }

    [Theory]
    [InlineData("\"timed_out\": true, \"attempts\": []", true)]
    [InlineData("\"attempts\": [ { \"timed_out\": true, \"completion_latency_ms\": 15000 }, { \"timed_out\": false } ]", false)]
    [InlineData("\"attempts\": [ { \"timed_out\": false }, { \"timed_out\": true } ]", true)]
    [InlineData("\"attempts\": [ 7, \"timed_out\" ]", false)]
    [InlineData("\"attempts\": {}", false)]
    public void Whether_its_limit_ended_a_job_is_read_from_the_last_attempt(string fields, bool censored)
    {
        using var folder = new TestFolder();
        folder.Write("r/raw/w__p.json", $$"""{ "run_id": "r", "workflow_id": "w", "prompt_id": "p", "success": false, "retry_count": 1, "completion_latency_ms": 4000, {{fields}} }""");

        var row = Assert.Single(Read(new RunFolder(folder.At("r"))).Sink.Rows);

        Assert.Equal((censored, censored), (row.Censored, row.AtLeast.HasFlag(RecordBounds.CompletionLatencyMs)));
        Assert.Equal(fields.Contains("15000", StringComparison.Ordinal), row is { FirstAttemptCensored: true, FirstAttemptCompletionLatencyMs: 15_000, FirstAttemptFirstOutputLatencyMs: 15_000 });
        Assert.Null(row.TimeToResultMs);
    }

    [Fact]
    public void It_planned_every_prompt_on_every_lane_of_its_manifest()
    {
        using var folder = new TestFolder();

        var reading = Read(OriginalRun.Write(folder));

        Assert.Equal(new Dictionary<string, int> { ["cc_glm_headless"] = 3, ["opencode_run_headless"] = 3 }, reading.PlannedByWorkflow);
        Assert.Empty(reading.Lost);
    }

    [Fact]
    public void A_job_with_a_prompt_and_no_record_is_lost()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        folder.Write($"{OriginalRun.RunId}/raw/gemini_run_headless__latency_speed_1.prompt.txt", "Say hello.");

        var lost = Assert.Single(Read(run).Lost);

        Assert.Equal(("gemini_run_headless__latency_speed_1", "gemini_run_headless", true), (lost.JobId, lost.WorkflowId, lost.WasStarted));
    }

    [Fact]
    public void Jobs_of_a_lane_that_left_no_record_and_no_prompt_are_lost_and_counted()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        Lanes(run, "\"cc_glm_headless\", \"opencode_run_headless\", \"opencode_server_http\"");
        File.Delete(run.JobRecord("opencode_run_headless__robustness_1"));

        var reading = Read(run);

        Assert.Equal(
            ["opencode_run_headless__robustness_1", "opencode_server_http__coding_ability_1", "opencode_server_http__latency_speed_1", "opencode_server_http__robustness_1"],
            reading.Lost.Select(job => job.JobId));
        Assert.Equal((9, 3), (reading.PlannedByWorkflow!.Values.Sum(), reading.PlannedByWorkflow["opencode_server_http"]));
        var outcomes = RunSummarizer.Read(run, TestContext.Current.CancellationToken).Outcomes;
        Assert.Equal((9, 4, 5), (outcomes.Planned, outcomes.Lost, outcomes.Attempted));
    }

    [Fact]
    public void Lanes_of_which_nothing_tells_the_prompts_lost_an_unknown_number()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        Directory.Delete(run.Raw, recursive: true);

        var reading = Read(run);

        Assert.Null(reading.PlannedByWorkflow);
        Assert.Equal(
            "manifest.json: the lanes cc_glm_headless, opencode_run_headless left neither a record nor a prompt; how many jobs were lost is unknown",
            Assert.Single(reading.Notes));
    }

    [Theory]
    [InlineData("""{"type":"error","sessionID":"s","error":{"name":"UnknownError","data":{"message":"no"}}}""", true)]
    [InlineData("{\"type\":\"step_start\"}\n\n{\"type\":\"error\",\"error\":{}}\n{\"type\":\"step_finish\"}\n", true)]
    [InlineData("{\n \"response\": \"\",\n \"error\": { \"code\": 401 }\n}", true)]
    [InlineData("""{"type":"result","is_error":true,"result":"API Error: 401"}""", true)]
    [InlineData("{\"type\":\"error\",\"error\":{}}\n{\"type\":\"text\",\"part\":{\"text\":\"hello\"}}", false)]
    [InlineData("warning: old\n{\"type\":\"error\",\"error\":{}}", false)]
    [InlineData("""{"response":"hello","error":null}""", false)]
    [InlineData("""{"type":"step_start"}""", false)]
    [InlineData("hello", false)]
    [InlineData("", false)]
    public void A_pass_in_which_the_agent_said_nothing_but_that_it_failed_is_counted_and_named(string stdout, bool isNamed)
    {
        using var folder = new TestFolder();
        var attempts = JsonSerializer.Serialize(new[] { new { success = true, timed_out = false, stdout, stderr = "" } });
        folder.Write("r/raw/w__p.json", $$"""{ "run_id": "r", "workflow_id": "w", "prompt_id": "p", "success": true, "retry_count": 0, "completion_latency_ms": 4000, "attempts": {{attempts}} }""");

        var reading = Read(new RunFolder(folder.At("r")));

        Assert.Equal(JobOutcome.Passed, Assert.Single(reading.Sink.Rows).Outcome);
        Assert.Equal(isNamed ? ["raw/w__p.json: passed, and all that its last attempt printed is an error event; counted as passed, as the original did"] : [], reading.Notes);
    }

    private static void Lanes(RunFolder run, string lanes)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(run.Manifest))!;
        manifest["workflows"] = JsonNode.Parse($"[{lanes}]");
        File.WriteAllText(run.Manifest, manifest.ToJsonString());
    }

    private static RunReading<RowList> Read(RunFolder run) => RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken);
}
