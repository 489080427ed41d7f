using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Records;

public sealed class RecordNonsenseTests
{
    [Theory]
    [InlineData("retry_count", "99999999999")]
    [InlineData("retry_count", "-3")]
    [InlineData("completion_latency_ms", "-1")]
    [InlineData("completion_latency_ms", "1e300")]
    [InlineData("model_requests", "4294967297")]
    [InlineData("input_tokens", "-7")]
    [InlineData("input_tokens", "1e30")]
    [InlineData("cost_usd", "-0.5")]
    [InlineData("trial", "-1")]
    public void A_number_that_nothing_can_have_measured_is_named_and_not_counted(string field, string value)
    {
        using var folder = new TestFolder();
        var run = new RunFolder(folder.At("legacy"));
        Directory.CreateDirectory(run.Raw);
        File.WriteAllText(run.JobRecord("cc_glm_headless__p1"), $$"""
            { "workflow_id": "cc_glm_headless", "prompt_id": "p1", "success": true, "{{field}}": {{value}}, "attempts": [] }
            """);

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);

        Assert.Contains($"raw/cc_glm_headless__p1.json: {field} is {value}, which nothing can have measured; unknown, not counted", summary.Notes);
        var lane = Assert.Single(summary.Lanes);
        Assert.Equal((1, 0L), (lane.Outcomes.Passed, summary.WorkflowMetrics[0].RetryCount));
        Assert.Equal((0, null, null, null), (lane.CompletionLatency.N, lane.ModelRequests.Sum, lane.InputTokens.Sum, lane.CostUsd.Sum));
    }

    [Fact]
    public void A_journals_line_with_such_a_number_is_named_too()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [SampleRun.Passed("cc_glm_headless", "p1") with { InputTokens = -7 }]);

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);

        Assert.Contains("input_tokens is -7, which nothing can have measured; unknown; not counted", Assert.Single(summary.Notes), StringComparison.Ordinal);
        Assert.Equal((1, null, 1), (summary.RecordCount, summary.Lanes[0].InputTokens.Sum, summary.Lanes[0].InputTokens.UnknownJobs));
    }

    [Fact]
    public void Overhead_and_exit_lag_may_be_negative()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [SampleRun.Passed("cc_glm_headless", "p1") with { AgentOverheadMs = -3, ExitLagMs = -1 }]);

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);

        Assert.Empty(summary.Notes);
        Assert.Equal((-3.0, -1.0), (summary.Lanes[0].AgentOverhead.MinMs, summary.Lanes[0].ExitLag.MinMs));
    }
}
