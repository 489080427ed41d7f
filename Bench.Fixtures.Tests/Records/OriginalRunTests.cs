using Bench.Fixtures.Records;

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
    public void What_it_planned_is_unknown_and_so_is_what_it_lost()
    {
        using var folder = new TestFolder();

        var reading = Read(OriginalRun.Write(folder));

        Assert.Null(reading.PlannedByWorkflow);
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

    private static RunReading<RowList> Read(RunFolder run) => RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken);
}
