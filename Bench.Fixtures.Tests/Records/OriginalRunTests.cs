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
    public void What_it_planned_is_unknown_and_so_is_what_it_lost()
    {
        using var folder = new TestFolder();

        var reading = Read(OriginalRun.Write(folder));

        Assert.Null(reading.PlannedByWorkflow);
        Assert.Empty(reading.Lost);
    }

    private static RunReading<RowList> Read(RunFolder run) => RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken);
}
