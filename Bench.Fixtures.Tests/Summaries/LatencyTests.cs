using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public class LatencyTests
{
    [Fact]
    public void Crashes_are_left_out_and_time_outs_count_as_at_least_their_limit()
    {
        var crash = SampleRun.Failed("cc_glm_headless", "crash") with { CompletionLatencyMs = 2 };
        JobRecord[] records = [.. Passed(1000, 2000, 3000), crash, SampleRun.TimedOut("cc_glm_headless", "slow_1", limitMs: 5000), SampleRun.TimedOut("cc_glm_headless", "slow_2", limitMs: 6000)];

        var completion = LaneOf(records).CompletionLatency;

        Assert.Equal((5, 2, 1000.0, 6000.0, true), (completion.N, completion.Censored, completion.MinMs, completion.MaxMs, completion.MaxIsAtLeast));
        Assert.Equal((3000.0, false), (completion.P50.ValueMs, completion.P50.IsAtLeast));
    }

    [Fact]
    public void One_censored_job_makes_the_maximum_a_lower_bound_even_where_a_known_value_is_greater()
    {
        var completion = LaneOf([.. Passed(1000, 9000), SampleRun.TimedOut("cc_glm_headless", "slow", limitMs: 5000)]).CompletionLatency;

        Assert.Equal((1000.0, 9000.0, true), (completion.MinMs, completion.MaxMs, completion.MaxIsAtLeast));
        Assert.Equal("max ≥ 9000 (n=3 < 72)", SummaryNumbers.Tail(completion));
    }

    [Fact]
    public void A_limit_below_all_known_values_leaves_the_minimum_unknown()
    {
        var completion = LaneOf([.. Passed(8000, 9000), SampleRun.TimedOut("cc_glm_headless", "slow", limitMs: 5000)]).CompletionLatency;
        var only = LaneOf([SampleRun.TimedOut("cc_glm_headless", "slow", limitMs: 5000)]).CompletionLatency;

        Assert.Equal((null, 9000.0, true), (completion.MinMs, completion.MaxMs, completion.MaxIsAtLeast));
        Assert.Equal((null, 5000.0, true), (only.MinMs, only.MaxMs, only.MaxIsAtLeast));
    }

    [Theory]
    [InlineData("env", "host_overloaded")]
    [InlineData("harness", "prompt_not_delivered")]
    public void A_limit_that_was_not_the_lanes_fault_stands_in_no_latency_of_it(string category, string reason)
    {
        var starved = SampleRun.TimedOut("cc_glm_headless", "slow", limitMs: 5000) with { FailureCategory = category, FailureReason = reason };

        var lane = LaneOf([.. Passed(1000), starved]);
        var cell = Summary([starved]).PromptMatrix[0].Workflows["cc_glm_headless"]!;

        Assert.All(
            new[] { lane.TimeToResult, lane.CompletionLatency, lane.FirstOutputLatency, lane.StartupLatency, lane.FirstAttemptCompletionLatency, lane.FirstAttemptFirstOutputLatency },
            latency => Assert.Equal((1, 0, false), (latency.N, latency.Censored, latency.MaxIsAtLeast)));
        Assert.Equal((null, false), (cell.CompletionLatencyMs, cell.CompletionIsAtLeast));
    }

    [Theory]
    [InlineData("model", 1)]
    [InlineData("env", 0)]
    [InlineData("harness", 0)]
    public void A_first_attempt_that_a_limit_ended_counts_where_the_lane_answers_for_it(string category, int censored)
    {
        var passed = SampleRun.PassedAfterTimeOut("cc_glm_headless", "flaky");
        passed = passed with { Attempts = [passed.Attempts[0] with { TimedOut = true, FailureCategory = category }, passed.Attempts[1]] };

        var lane = LaneOf([.. Passed(1000), passed]);

        Assert.Equal((1 + censored, censored), (lane.FirstAttemptCompletionLatency.N, lane.FirstAttemptCompletionLatency.Censored));
        Assert.Equal((1 + censored, censored), (lane.FirstAttemptFirstOutputLatency.N, lane.FirstAttemptFirstOutputLatency.Censored));
        Assert.Equal(2, lane.TimeToResult.N);
    }

    [Fact]
    public void The_originals_mean_startup_has_its_n_beside_it()
    {
        var summary = Summary([.. Passed(1000, 3000), SampleRun.Failed("cc_glm_headless", "q"), SampleRun.Passed("opencode_server_http", "p") with { StartupLatencyMs = null }]);

        Assert.Equal([(200.0, 2), (null, 0)], summary.WorkflowMetrics.Select(row => (row.StartupLatencyMsMean, row.StartupLatencyN)));
        Assert.Contains("| cc_glm_headless | 3 | 66.7% | 0.0% | 200 (n=2) |", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
        Assert.Contains("| opencode_server_http | 1 | 100.0% | 0.0% | - |", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void A_median_among_the_censored_is_a_lower_bound()
    {
        JobRecord[] records = [.. Passed(1000, 2000), .. Enumerable.Range(0, 4).Select(i => SampleRun.TimedOut("cc_glm_headless", "slow_" + i, limitMs: 5000))];

        var completion = LaneOf(records).CompletionLatency;

        Assert.Equal((5000.0, true), (completion.P50.ValueMs, completion.P50.IsAtLeast));
        Assert.Equal((1000.0, (double?)null), (completion.P50.LowMs, completion.P50.HighMs));
    }

    [Fact]
    public void The_first_output_of_a_job_that_timed_out_later_is_known()
    {
        var slow = SampleRun.TimedOut("cc_glm_headless", "slow", limitMs: 5000, firstOutputMs: 4000);

        var lane = LaneOf([.. Passed(1000), slow]);

        Assert.Equal((2, 0, 4000.0, false), (lane.FirstOutputLatency.N, lane.FirstOutputLatency.Censored, lane.FirstOutputLatency.MaxMs, lane.FirstOutputLatency.MaxIsAtLeast));
        Assert.Equal((2, 1, 5000.0, true), (lane.CompletionLatency.N, lane.CompletionLatency.Censored, lane.CompletionLatency.MaxMs, lane.CompletionLatency.MaxIsAtLeast));
    }

    [Fact]
    public void A_flaky_job_does_not_look_fast()
    {
        var lane = LaneOf([.. Passed(1000, 1200), SampleRun.PassedAfterTimeOut("cc_glm_headless", "flaky", limitMs: 15_000, backoffMs: 1000, completionMs: 1400)]);

        Assert.Equal((3, 0, 17_400.0, 1200.0), (lane.TimeToResult.N, lane.TimeToResult.Censored, lane.TimeToResult.MaxMs, lane.TimeToResult.P50.ValueMs));
        Assert.Equal((3, 1, 15_000.0, true), (lane.FirstAttemptCompletionLatency.N, lane.FirstAttemptCompletionLatency.Censored, lane.FirstAttemptCompletionLatency.MaxMs, lane.FirstAttemptCompletionLatency.MaxIsAtLeast));
        Assert.Equal((3, 1, 15_000.0, true), (lane.FirstAttemptFirstOutputLatency.N, lane.FirstAttemptFirstOutputLatency.Censored, lane.FirstAttemptFirstOutputLatency.MaxMs, lane.FirstAttemptFirstOutputLatency.MaxIsAtLeast));
        Assert.Equal((3, 0, 1400.0), (lane.CompletionLatency.N, lane.CompletionLatency.Censored, lane.CompletionLatency.MaxMs));
    }

    [Fact]
    public void A_first_attempt_that_failed_otherwise_is_no_sample_of_the_lanes_latency()
    {
        var lane = LaneOf([.. Passed(1000), SampleRun.Passed("cc_glm_headless", "flaky", retries: 1) with { FirstAttemptCompletionLatencyMs = 2 }]);

        Assert.Equal((1, 2), (lane.FirstAttemptCompletionLatency.N, lane.TimeToResult.N));
    }

    [Fact]
    public void A_time_out_before_a_failure_of_another_kind_is_a_sample_of_first_attempts_only()
    {
        var record = SampleRun.Failed("cc_glm_headless", "p") with
        {
            RetryCount = 1, TimeToResultMs = 9000, FirstAttemptCompletionLatencyMs = 5000, FirstAttemptCensored = true, AtLeast = ["first_attempt_completion_latency_ms"],
        };

        var lane = LaneOf([record]);

        Assert.Equal((1, 1, 0, 0), (lane.FirstAttemptCompletionLatency.N, lane.FirstAttemptCompletionLatency.Censored, lane.TimeToResult.N, lane.CompletionLatency.N));
    }

    [Fact]
    public void A_sum_with_a_part_that_is_a_lower_bound_is_one()
    {
        var partly = SampleRun.Passed("cc_glm_headless", "p2") with { AtLeast = ["input_tokens", "cost_usd"] };

        var lane = LaneOf([SampleRun.Passed("cc_glm_headless", "p1"), partly, SampleRun.Passed("cc_glm_headless", "p3") with { InputTokens = null }]);

        Assert.Equal((200m, 1, 1, 1), (lane.InputTokens.Sum, lane.InputTokens.KnownJobs, lane.InputTokens.AtLeastJobs, lane.InputTokens.UnknownJobs));
        Assert.Equal("≥ 200 (1 of 3 jobs unknown, 1 of 3 jobs partly unknown)", SummaryNumbers.Total(lane.InputTokens));
        Assert.Equal("≥ 0.003 (1 of 3 jobs partly unknown)", SummaryNumbers.Total(lane.CostUsd));
        Assert.Equal("60", SummaryNumbers.Total(lane.OutputTokens));
        Assert.Null(lane.CostUsdPerPassed);
    }

    [Fact]
    public void A_cancelled_job_says_nothing_about_its_lane()
    {
        var cancelled = SampleRun.Cancelled("cc_glm_headless", "c") with { Censored = true, CompletionLatencyMs = 10, StartupLatencyMs = 1 };

        var lane = LaneOf([.. Passed(1000), cancelled]);

        Assert.Equal((1, 0), (lane.CompletionLatency.N, lane.CompletionLatency.Censored));
        Assert.Equal(1, lane.StartupLatency.N);
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(5, false, false)]
    [InlineData(6, true, false)]
    [InlineData(71, true, false)]
    [InlineData(72, true, true)]
    public void An_interval_and_a_p95_need_enough_jobs(int n, bool hasMedianInterval, bool hasP95)
    {
        var completion = LaneOf(Passed([.. Enumerable.Range(1, n).Select(i => i * 10.0)])).CompletionLatency;

        Assert.Equal(hasMedianInterval, completion.P50.LowMs is not null);
        Assert.Equal(hasP95, completion.P95.ValueMs is not null);
        Assert.Equal(hasP95, completion.P95.LowMs is not null);
        Assert.Equal((6, 72), (completion.P50.NeededN, completion.P95.NeededN));
        Assert.Equal(n * 10.0, completion.MaxMs);
    }

    [Fact]
    public void Percentiles_interpolate_between_order_statistics()
    {
        var row = Summary(Passed(10, 20)).WorkflowMetrics[0];
        var five = Summary(Passed(1, 2, 3, 4, 5)).WorkflowMetrics[0];

        Assert.Equal((15.0, 2), (row.CompletionLatencyMsP50, row.CompletionLatencyN));
        Assert.Equal((3.0, 5), (five.CompletionLatencyMsP50, five.CompletionLatencyN));
    }

    [Theory]
    [InlineData(71, null)]
    [InlineData(72, 684.5)]
    public void The_originals_p95_is_null_where_it_would_be_nearly_the_maximum(int n, double? p95)
    {
        // Position 71 · 0.95 = 67.45 of 10, 20, … 720.
        var row = Summary(Passed([.. Enumerable.Range(1, n).Select(i => i * 10.0)])).WorkflowMetrics[0];

        Assert.Equal((p95, p95), (row.CompletionLatencyMsP95, row.FirstOutputLatencyMsP95 is null ? null : row.CompletionLatencyMsP95));
    }

    [Fact]
    public void Nothing_measured_is_null_everywhere()
    {
        var record = SampleRun.Passed("cc_glm_headless", "p") with
        {
            CompletionLatencyMs = null, ModelTimeMs = null, AgentOverheadMs = null, ModelRequests = null, HiddenModelRequests = null, InputTokens = null, CostUsd = null,
        };

        var lane = LaneOf([record]);

        Assert.Equal((0, (double?)null, (double?)null, (double?)null), (lane.CompletionLatency.N, lane.CompletionLatency.MaxMs, lane.CompletionLatency.P50.ValueMs, lane.CompletionLatency.P95.ValueMs));
        Assert.Equal((null, 0, 1), (lane.CostUsd.Sum, lane.CostUsd.KnownJobs, lane.CostUsd.UnknownJobs));
        Assert.Null(lane.ModelRequests.Sum);
        Assert.Null(lane.CostUsdPerPassed);
    }

    [Fact]
    public void A_cost_that_is_unknown_for_one_job_makes_the_sum_a_lower_bound()
    {
        var lane = LaneOf([SampleRun.Passed("cc_glm_headless", "p1"), SampleRun.Passed("cc_glm_headless", "p2") with { CostUsd = null }]);

        Assert.Equal((0.001m, 1, 1), (lane.CostUsd.Sum, lane.CostUsd.KnownJobs, lane.CostUsd.UnknownJobs));
        Assert.Null(lane.CostUsdPerPassed);
        Assert.Equal("≥ 0.001 (1 of 2 jobs unknown)", SummaryNumbers.Total(lane.CostUsd));
    }

    [Fact]
    public void A_job_that_never_started_cost_nothing()
    {
        var never = SampleRun.Cancelled("cc_glm_headless", "p2") with { JobStartedAt = null, CostUsd = null, InputTokens = null, ModelRequests = null };

        var lane = LaneOf([SampleRun.Passed("cc_glm_headless", "p1"), never]);

        Assert.Equal((0.001m, 1, 0), (lane.CostUsd.Sum, lane.CostUsd.KnownJobs, lane.CostUsd.UnknownJobs));
        Assert.Equal(2, lane.Outcomes.Attempted);
    }

    [Fact]
    public void Failed_jobs_cost_too()
    {
        var lane = LaneOf([SampleRun.Passed("cc_glm_headless", "p1"), SampleRun.Failed("cc_glm_headless", "p2")]);

        Assert.Equal((0.002m, 0.002m), (lane.CostUsd.Sum, lane.CostUsdPerPassed));
        Assert.Equal((4m, 2m), (lane.ModelRequests.Sum, lane.HiddenModelRequests.Sum));
    }

    [Fact]
    public void The_time_from_slot_to_submit_is_in_a_column_of_its_own_and_in_no_latency()
    {
        var passed = SampleRun.Passed("opencode_server_http", "p1") with { PreparationMs = 4500 };
        var lane = LaneOf([passed, SampleRun.Failed("opencode_server_http", "p2") with { PreparationMs = 9000 }, SampleRun.Passed("opencode_server_http", "p3") with { PreparationMs = null }]);

        Assert.Equal((1, 4500.0), (lane.Preparation.N, lane.Preparation.P50.ValueMs));
        Assert.Equal((2, 1000.0), (lane.TimeToResult.N, lane.TimeToResult.MaxMs));
        Assert.Contains("| preparation p50 |", SummaryMarkdown.Render(Summary([passed])), StringComparison.Ordinal);
        Assert.Contains("| 4500 (n=1 < 6) |", SummaryMarkdown.Render(Summary([passed])), StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_bootstrap_is_the_workflows_and_queue_wait_is_of_all_jobs()
    {
        var lane = LaneOf(
        [
            SampleRun.Passed("cc_glm_headless", "p1") with { WorkflowStartupLatencyMs = 900, QueueWaitMs = 10 },
            SampleRun.Failed("cc_glm_headless", "p2") with { WorkflowStartupLatencyMs = 900, QueueWaitMs = 30 },
        ]);

        Assert.Equal(900, lane.ServerBootstrapMs);
        Assert.Equal((2, 20.0, 30.0), (lane.QueueWait.N, lane.QueueWait.P50.ValueMs, lane.QueueWait.MaxMs));
    }

    private static JobRecord[] Passed(params double[] completions) =>
        [.. completions.Select((completion, i) => SampleRun.Passed("cc_glm_headless", "p", trial: i + 1, completionMs: completion))];

    private static LaneSummary LaneOf(JobRecord[] records) => Assert.Single(Summary(records).Lanes);

    private static RunSummary Summary(JobRecord[] records)
    {
        using var folder = new TestFolder();
        return RunSummarizer.Read(SampleRun.Write(folder, records), TestContext.Current.CancellationToken);
    }
}
