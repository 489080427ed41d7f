using Bench.Fixtures.Agents;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Planning;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Records;

/// <summary>What a job's record makes of its attempts.</summary>
public sealed class AttemptSumsTests
{
    private static readonly AttemptOutcome Passed = new()
    {
        Completed = true,
        Answer = "PONG",
        ModelRequests = 2,
        HiddenModelRequests = 0,
        Tokens = new TokenUsage { Input = 34, Output = 3 },
        Timeline = new AttemptTimeline { Spawned = Ms(10), Submitted = Ms(10), Ready = Ms(30), FirstOutput = Ms(60), Completed = Ms(1410), Exited = Ms(1420) },
    };

    private static readonly AttemptOutcome TimedOut = Passed with
    {
        Completed = false,
        Answer = "",
        TimedOut = true,
        Tokens = new TokenUsage(),
        Timeline = new AttemptTimeline { Spawned = Ms(20), Submitted = Ms(20), Ready = Ms(40), CutOff = Ms(15_020), Exited = Ms(17_000) },
    };

    [Fact]
    public void A_job_that_passed_after_a_time_out_has_both_attempts_latencies_and_the_whole_time()
    {
        var record = RecordOf([TimedOut, Passed]);

        Assert.Equal((1400.0, 50.0, false), (record.CompletionLatencyMs, record.FirstOutputLatencyMs, record.Censored));
        Assert.Equal((15_000.0, 15_000.0, true), (record.FirstAttemptCompletionLatencyMs, record.FirstAttemptFirstOutputLatencyMs, record.FirstAttemptCensored));

        // 17.5 s of the first attempt without what came before its submit, 1 s of back-off, 1.41 s to the result.
        Assert.Equal(17_480.0 + 1000 + 1410, record.TimeToResultMs);
        Assert.Equal(["first_attempt_first_output_latency_ms", "first_attempt_completion_latency_ms", "input_tokens", "output_tokens"], record.AtLeast);
    }

    [Fact]
    public void An_attempt_in_whose_time_Bench_stood_still_has_no_latency_and_an_incident()
    {
        var record = RecordOf([TimedOut.WithStandstill(TimeSpan.FromSeconds(42)), Passed.WithStandstill(TimeSpan.FromSeconds(7))]);

        Assert.Equal((null, null, null, null), (record.StartupLatencyMs, record.FirstOutputLatencyMs, record.CompletionLatencyMs, record.TimeToResultMs));
        Assert.Equal((null, null, null, null), (record.ExitLagMs, record.ModelTimeMs, record.AgentOverheadMs, record.FirstAttemptCompletionLatencyMs));
        Assert.Equal(["input_tokens", "output_tokens"], record.AtLeast);
        Assert.Equal([AttemptOutcome.StoodStillIncident, AttemptOutcome.StoodStillIncident], record.Incidents.Select(i => i.Code));
        Assert.Contains("42.0 s", record.Incidents[0].Detail, StringComparison.Ordinal);
        Assert.Same(Passed, Passed.WithStandstill(TimeSpan.Zero));
    }

    [Fact]
    public void A_job_that_its_limit_ended_twice_took_at_least_the_time_until_then()
    {
        var record = RecordOf([TimedOut, TimedOut]);

        Assert.Equal((17_480.0 + 1000 + 15_020, true), (record.TimeToResultMs, record.Censored));
        Assert.Equal(
            ["first_output_latency_ms", "completion_latency_ms", "time_to_result_ms", "first_attempt_first_output_latency_ms", "first_attempt_completion_latency_ms"],
            record.AtLeast);
        Assert.Null(record.ExitLagMs);
    }

    [Fact]
    public void What_was_seen_before_the_end_is_exact_and_what_was_not_is_at_least_that()
    {
        var seen = AttemptOf(TimedOut with { Timeline = TimedOut.Timeline with { FirstOutput = Ms(4020) } });
        var unready = AttemptOf(TimedOut with { Timeline = TimedOut.Timeline with { Ready = null } });
        var unsubmitted = AttemptOf(TimedOut with { Timeline = new AttemptTimeline { CutOff = Ms(15_000) } });

        Assert.Equal((4000.0, 15_000.0), (seen.FirstOutputLatencyMs, seen.CompletionLatencyMs));
        Assert.Equal(["completion_latency_ms"], seen.AtLeast);
        Assert.Equal((15_000.0, "startup_latency_ms"), (unready.StartupLatencyMs, unready.AtLeast[0]));
        Assert.Equal((true, null, null, 0), (unsubmitted.Censored, unsubmitted.CompletionLatencyMs, unsubmitted.FirstOutputLatencyMs, unsubmitted.AtLeast.Count));
    }

    [Fact]
    public void Sums_over_attempts_of_which_one_is_unknown_are_lower_bounds()
    {
        var ungated = Passed with { ModelRequests = null, HiddenModelRequests = null, Tokens = new TokenUsage { Input = 1, AtLeast = TokenCounts.Input } };

        var record = RecordOf([ungated, Passed]);

        Assert.Equal((35L, 3L, 2), (record.InputTokens, record.OutputTokens, record.ModelRequests));
        Assert.Equal(["model_requests", "hidden_model_requests", "input_tokens", "output_tokens"], record.AtLeast);
        Assert.Empty(RecordOf([Passed, Passed]).AtLeast);
    }

    [Theory]
    [InlineData(null, 0.2, 0.2, true)]
    [InlineData(0.1, null, 0.1, true)]
    [InlineData(0.1, 0.2, 0.3, false)]
    [InlineData(null, null, null, false)]
    public void A_cost_of_which_an_attempt_is_unknown_is_a_lower_bound(double? first, double? second, double? sum, bool isAtLeast)
    {
        var progress = new JobProgress();
        progress.AddCost((decimal?)first, isAtLeast: false);
        progress.AddCost((decimal?)second, isAtLeast: false);

        var record = RecordOf([Passed], cost: progress.Cost, costIsAtLeast: progress.CostIsAtLeast);

        Assert.Equal(((decimal?)sum, isAtLeast), (record.CostUsd, record.IsAtLeast(RecordBounds.CostUsd)));
    }

    [Fact]
    public void A_cost_of_tokens_that_are_partly_unknown_is_a_lower_bound()
    {
        var progress = new JobProgress();
        progress.AddCost(0.1m, isAtLeast: true);

        Assert.Equal((0.1m, true), (progress.Cost, progress.CostIsAtLeast));
    }

    [Fact]
    public void An_attempt_that_came_to_no_submit_kept_its_job_waiting_too()
    {
        var time = new ResultTime();
        time.Add(new AttemptTimeline(), Ms(500), backoff: null);
        Assert.Equal(Ms(500), time.Value);

        time.Add(Passed.Timeline, Ms(2000), Ms(1000));

        Assert.Equal(Ms(500 + 1000 + 1410), time.Value);
    }

    private static JobRecord RecordOf(AttemptOutcome[] outcomes, decimal? cost = null, bool costIsAtLeast = false)
    {
        var time = new ResultTime();
        foreach (var (outcome, place) in outcomes.Select((outcome, place) => (outcome, place)))
        {
            time.Add(outcome.Timeline, outcome.TimedOut ? Ms(17_500) : Ms(1500), place == 0 ? null : Ms(1000));
        }

        var job = Planner.Plan(PlanningData.Prompts("p1"), PlanningData.Settings(["cc_glm_headless"])).Jobs[0];
        return RecordBuilder.JobOf(job, [.. outcomes.Select(AttemptOf)], new JobFrame
        {
            RunId = "r1",
            Profile = "embedded",
            QueueWait = Ms(90),
            CostUsd = cost,
            CostIsAtLeast = costIsAtLeast,
            TimeToResult = time.Value,
            CompletedAt = DateTimeOffset.UnixEpoch,
        });
    }

    private static AttemptRecord AttemptOf(AttemptOutcome outcome) =>
        RecordBuilder.AttemptOf(outcome, new AttemptFrame { Attempt = 0, StartedAt = DateTimeOffset.UnixEpoch, CompletedAt = DateTimeOffset.UnixEpoch });

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
