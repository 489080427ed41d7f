using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public class OutcomeTests
{
    private static readonly string[] Workflows = ["cc_glm_headless", "opencode_run_headless", "opencode_server_http"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_denominator_reconciles_for_any_set_of_records(int seed)
    {
        using var folder = new TestFolder();
        var random = new Random(seed);
        var planned = (from workflow in Workflows from prompt in Enumerable.Range(0, 4) from trial in Enumerable.Range(1, random.Next(1, 6)) select (workflow, "p" + prompt, trial)).ToList();
        var records = planned.Where(_ => random.Next(8) > 0).Select(job => AnyRecord(random, job)).ToList();
        var extra = SampleRun.Passed("cc_glm_headless", "p0") with { JobId = "cc_glm_headless__p0__instead", FallbackFrom = "opencode_run_headless" };
        var run = SampleRun.Write(folder, [.. records, extra], planned.Select(job => SampleRun.Passed(job.workflow, job.Item2, job.trial)));

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);

        Assert.All(summary.Lanes.Select(lane => lane.Outcomes).Append(summary.Outcomes), Reconciles);
        Assert.All(summary.Lanes.Select(lane => lane.Outcomes), HasIntervals);
        Assert.All(Rates(summary.Outcomes), rate => Assert.Equal((null, null, null, null, null), (rate.Low, rate.High, rate.LowLikeThese, rate.HighLikeThese, rate.Prompts)));
        Assert.Equal((planned.Count, planned.Count - records.Count, records.Count, 0), (summary.Outcomes.Planned, summary.Outcomes.Lost, summary.Outcomes.Attempted, summary.Outcomes.Unplanned));
        Assert.Equal((1, 1, 0), (summary.Outcomes.Fallbacks, summary.Lanes.Single(lane => lane.WorkflowId == "opencode_run_headless").Outcomes.Fallbacks, summary.Lanes.Single(lane => lane.WorkflowId == "cc_glm_headless").Outcomes.Fallbacks));
        Assert.Equal([("opencode_run_headless", "cc_glm_headless", 1, 1)], summary.Routed.Select(route => (route.FallbackFrom, route.WorkflowId, route.Attempted, route.Passed)));
        Assert.Equal(summary.Outcomes.Attempted, summary.Lanes.Sum(lane => lane.Outcomes.Attempted));
        Assert.Equal(summary.Outcomes.Passed, records.Count(record => record.Success));
        Assert.Equal(summary.Outcomes.Flaky, records.Count(record => record.Flaky));
        Assert.Equal(summary.RecordCount, summary.Outcomes.Attempted + 1);
        Assert.Equal(summary.Outcomes.Attempted, summary.WorkflowMetrics.Sum(row => row.JobCount));
        Assert.Equal(summary.Outcomes.Attempted, summary.PromptMatrix.SelectMany(row => row.Workflows.Values).Sum(cell => cell?.Trials ?? 0));
        Assert.Equal(summary.Outcomes.Lost, summary.LostJobs.Count);
    }

    [Fact]
    public void Each_kind_of_end_is_counted_where_it_belongs()
    {
        using var folder = new TestFolder();
        JobRecord[] records =
        [
            SampleRun.Passed("cc_glm_headless", "p1"),
            SampleRun.Passed("cc_glm_headless", "p2", retries: 1),
            SampleRun.Failed("cc_glm_headless", "p3", category: "model"),
            SampleRun.Failed("cc_glm_headless", "p4", category: "env"),
            SampleRun.Failed("cc_glm_headless", "p5", category: "harness"),
            SampleRun.Cancelled("cc_glm_headless", "p6"),
        ];
        var run = SampleRun.Write(folder, records, [.. records, SampleRun.Passed("cc_glm_headless", "p7")]);

        var outcomes = RunSummarizer.Read(run, TestContext.Current.CancellationToken).Outcomes;

        Assert.Equal((6, 2, 1, 1, 1, 1, 1), (outcomes.Attempted, outcomes.Passed, outcomes.FailedModel, outcomes.FailedEnv, outcomes.FailedHarness, outcomes.Cancelled, outcomes.Lost));
        Assert.Equal((2, 6), (outcomes.SuccessRateOfAttempted.Count, outcomes.SuccessRateOfAttempted.N));
        Assert.Equal((2, 3), (outcomes.SuccessRateOfAnswerable.Count, outcomes.SuccessRateOfAnswerable.N));
        Assert.Equal((1, 3, 1), (outcomes.FirstAttemptSuccessRate.Count, outcomes.FirstAttemptSuccessRate.N, outcomes.Flaky));
        Assert.Equal((null, null, null, null), (outcomes.SuccessRateOfAttempted.Low, outcomes.SuccessRateOfAttempted.High, outcomes.SuccessRateOfAttempted.LowLikeThese, outcomes.SuccessRateOfAttempted.Prompts));
        Assert.Equal((2.0 / 7, 6.0 / 7), (outcomes.SuccessRateIfMissingFailed, outcomes.SuccessRateIfMissingPassed));
        Assert.Equal(Wilson.Of(2, 3), new Interval(outcomes.SuccessRateOfAnswerable.Low!.Value, outcomes.SuccessRateOfAnswerable.High!.Value));
    }

    [Fact]
    public void A_lane_that_lost_all_its_jobs_is_still_shown()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [], [SampleRun.Passed("opencode_server_http", "p1")]);

        var lane = Assert.Single(RunSummarizer.Read(run, TestContext.Current.CancellationToken).Lanes);

        Assert.Equal(("opencode_server_http", "opencode", 0, 1), (lane.WorkflowId, lane.System, lane.Outcomes.Attempted, lane.Outcomes.Lost));
        Assert.Null(lane.Outcomes.SuccessRateOfAttempted.Value);
        Assert.Equal((0.0, 1.0), (lane.Outcomes.SuccessRateIfMissingFailed, lane.Outcomes.SuccessRateIfMissingPassed));
    }

    [Fact]
    public void What_an_original_run_lost_whose_manifest_names_no_lanes_is_unknown_not_zero()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        File.WriteAllText(run.Manifest, File.ReadAllText(run.Manifest).Replace("\"workflows\"", "\"others\"", StringComparison.Ordinal));

        var outcomes = RunSummarizer.Read(run, TestContext.Current.CancellationToken).Outcomes;

        Assert.Equal(((int?)null, (int?)null, (int?)null), (outcomes.Planned, outcomes.Lost, outcomes.Unplanned));
        Reconciles(outcomes);
    }

    [Fact]
    public void A_cell_of_several_trials_shows_the_first_trial_that_failed()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder,
        [
            SampleRun.Failed("cc_glm_headless", "p1", trial: 3, category: "env", reason: "auth_error"),
            SampleRun.Failed("cc_glm_headless", "p1", trial: 2, category: "model", reason: "empty_answer"),
            SampleRun.Passed("cc_glm_headless", "p1", trial: 1, completionMs: 700),
        ]);

        var cell = RunSummarizer.Read(run, TestContext.Current.CancellationToken).PromptMatrix[0].Workflows["cc_glm_headless"]!;

        Assert.Equal((false, 3, 1, "model", "empty_answer", 700.0), (cell.Success, cell.Trials, cell.Passed, cell.FailureCategory, cell.FailureReason, cell.CompletionLatencyMs));
    }

    // Five prompts, three trials each: recomputed with 40 digits.
    [Fact]
    public void A_lanes_rate_has_an_interval_for_these_prompts_and_one_for_prompts_like_these()
    {
        using var folder = new TestFolder();
        int[] passed = [3, 3, 0, 3, 1];
        var run = SampleRun.Write(folder,
        [
            .. passed.SelectMany((count, prompt) => Enumerable.Range(1, 3).Select(trial => trial <= count
                ? SampleRun.Passed("cc_glm_headless", "p" + prompt, trial)
                : SampleRun.Failed("cc_glm_headless", "p" + prompt, trial, "model", "check_failed"))),
            SampleRun.Failed("cc_glm_headless", "p9", 1, "env", "auth_error"),
        ]);

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);
        var (rate, attempted) = (summary.Outcomes.SuccessRateOfAnswerable, summary.Outcomes.SuccessRateOfAttempted);

        Assert.Equal((10, 15, 5, null, null), (rate.Count, rate.N, rate.Prompts, attempted.Low, attempted.Prompts));
        Assert.Equal([0.41713547738519774, 0.8482367556028527, 0.27519899421099175, 0.9133068508612833], [rate.Low!.Value, rate.High!.Value, rate.LowLikeThese!.Value, rate.HighLikeThese!.Value], (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Contains("| 66.7% [41.7%, 84.8%] 10/15 | [27.5%, 91.3%] n=5 |", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
        Assert.Matches(@"cc_glm_headless +10/15 +66\.7 % +\[42–85 %\] +\[28–91 %\] +1 env\r?\n", SummaryText.Of(summary));
    }

    [Theory]
    [InlineData("env", "auth_error", "15 env")]
    [InlineData("harness", "gateway_refused", "15 harness")]
    [InlineData(null, null, "15 cancelled")]
    public void A_lane_without_an_answerable_job_shows_unknown_and_no_rate(string? category, string? reason, string leftOut)
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [.. Enumerable.Range(0, 15).Select(prompt => category is null
            ? SampleRun.Cancelled("cc_glm_headless", "p" + prompt)
            : SampleRun.Failed("cc_glm_headless", "p" + prompt, 1, category, reason!))]);

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);
        var console = SummaryText.Of(summary);

        Assert.Null(summary.Lanes[0].Outcomes.SuccessRateOfAnswerable.Value);
        Assert.Matches($"cc_glm_headless +0/0 +unknown +- +- +{leftOut}\\r?\\n", console);
        Assert.DoesNotContain("0 %", console, StringComparison.Ordinal);
        Assert.Contains("| cc_glm_headless | 15 | 0.0% (unknown: 0 answerable) |", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(199, 200, "99.5% [", "99.5 %", "–")]
    [InlineData(1, 2000, "0.1% [", "0.1 %", "[0.01–")]
    [InlineData(200, 200, "100.0% [98.1%, 100.0%]", "100 %", "[98–100 %]")]
    public void A_rate_is_shown_as_0_or_100_only_where_it_is(int passed, int n, string markdown, string console, string interval)
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [.. Enumerable.Range(1, n).Select(trial => trial <= passed
            ? SampleRun.Passed("cc_glm_headless", "p", trial)
            : SampleRun.Failed("cc_glm_headless", "p", trial))]);

        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);
        var row = SummaryText.Of(summary).Split('\n').First(line => line.StartsWith("cc_glm_headless", StringComparison.Ordinal));

        Assert.Contains($"| {markdown}", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
        Assert.Contains($"  {console}  ", row, StringComparison.Ordinal);
        Assert.Contains(interval, row, StringComparison.Ordinal);
        Assert.Equal(passed == n, row.Contains("–100 %]", StringComparison.Ordinal));
    }

    private static RateEstimate[] Rates(OutcomeSummary outcomes) => [outcomes.SuccessRateOfAttempted, outcomes.SuccessRateOfAnswerable, outcomes.FirstAttemptSuccessRate];

    // Over jobs that say nothing about the lane there is none.
    private static void HasIntervals(OutcomeSummary outcomes)
    {
        var rest = outcomes.FailedEnv + outcomes.FailedHarness + outcomes.Cancelled;
        Assert.Equal(outcomes.Attempted > 0 && rest == 0, outcomes.SuccessRateOfAttempted.Low is not null);
        AreSound(Rates(outcomes).Where(rate => rate.N > 0 && (rest == 0 || rate != outcomes.SuccessRateOfAttempted)));
    }

    private static void AreSound(IEnumerable<RateEstimate> rates) => Assert.All(rates, rate =>
    {
        Assert.InRange(rate.Value!.Value, rate.Low!.Value, rate.High!.Value);
        Assert.InRange(rate.Prompts!.Value, 1, rate.N);
        Assert.True(rate.LowLikeThese <= rate.Low && rate.High <= rate.HighLikeThese);
    });

    [Fact]
    public void The_first_attempts_rate_is_of_those_that_the_lane_itself_answers_for_whatever_became_of_the_job()
    {
        using var folder = new TestFolder();
        JobRecord[] records =
        [
            SampleRun.Passed("cc_glm_headless", "p1"),
            Retried(SampleRun.Passed("cc_glm_headless", "p2", retries: 1), "model"),
            Retried(SampleRun.Passed("cc_glm_headless", "p3", retries: 1), "env"),
            Retried(SampleRun.Failed("cc_glm_headless", "p4", category: "env"), "model"),
            Retried(SampleRun.Failed("cc_glm_headless", "p5", category: "model"), "harness"),
            SampleRun.Failed("cc_glm_headless", "p6", category: "model"),
            SampleRun.Failed("cc_glm_headless", "p7", category: "env"),
        ];

        var outcomes = RunSummarizer.Read(SampleRun.Write(folder, records), TestContext.Current.CancellationToken).Lanes.Single().Outcomes;

        // p1 of p1, p2, p4 and p6.
        Assert.Equal((1, 4, 4), (outcomes.FirstAttemptSuccessRate.Count, outcomes.FirstAttemptSuccessRate.N, outcomes.FirstAttemptSuccessRate.Prompts));
    }

    private static JobRecord Retried(JobRecord record, string category) => record with
    {
        RetryCount = 1,
        Attempts = [record.Attempts[0] with { Success = false, FailureCategory = category }, .. record.Attempts.TakeLast(1)],
    };

    private static JobRecord AnyRecord(Random random, (string Workflow, string Prompt, int Trial) job) => random.Next(7) switch
    {
        0 => SampleRun.Failed(job.Workflow, job.Prompt, job.Trial, "model", "hint_mismatch"),
        1 => SampleRun.Failed(job.Workflow, job.Prompt, job.Trial, "env", "auth_error"),
        2 => SampleRun.Failed(job.Workflow, job.Prompt, job.Trial, "harness", "parser_error"),
        3 => SampleRun.Cancelled(job.Workflow, job.Prompt, job.Trial),
        4 => SampleRun.TimedOut(job.Workflow, job.Prompt, job.Trial),
        5 => SampleRun.Passed(job.Workflow, job.Prompt, job.Trial, random.Next(1, 9000), retries: 1),
        _ => SampleRun.Passed(job.Workflow, job.Prompt, job.Trial, random.Next(1, 9000)),
    };

    private static void Reconciles(OutcomeSummary outcomes)
    {
        Assert.Equal(outcomes.Attempted, outcomes.Passed + outcomes.FailedModel + outcomes.FailedEnv + outcomes.FailedHarness + outcomes.Cancelled);
        Assert.Equal(outcomes.Planned + outcomes.Unplanned, outcomes.Attempted + outcomes.Lost);
        Assert.Equal(outcomes.Attempted, outcomes.SuccessRateOfAttempted.N);
        Assert.Equal(outcomes.Attempted - outcomes.FailedEnv - outcomes.FailedHarness - outcomes.Cancelled, outcomes.SuccessRateOfAnswerable.N);
        Assert.Equal(outcomes.SuccessRateOfAnswerable.N, outcomes.FirstAttemptSuccessRate.N);
        Assert.Equal(outcomes.Passed, outcomes.FirstAttemptSuccessRate.Count + outcomes.Flaky);
        var (low, high) = (outcomes.SuccessRateIfMissingFailed, outcomes.SuccessRateIfMissingPassed);
        Assert.True(low <= high && low >= 0 && high <= 1);
        Assert.True(outcomes.SuccessRateOfAnswerable.Value is not { } answerable || (low <= answerable && answerable <= high));
    }
}
