using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>
/// A run in numbers: <c>collected/summary.json</c>. A pure function of the run's manifest and records. JSON names are the properties in
/// snake_case; null is unknown.
/// </summary>
public sealed record RunSummary
{
    /// <summary>The format's version; see docs/formats/summary.md.</summary>
    public int SchemaVersion { get; init; } = FormatVersions.Summary;

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The end of the job that ended last, as its record says: the same records give the same summary, whenever it is made.</summary>
    public required string? GeneratedAt { get; init; }

    /// <summary>One of <see cref="RunStatuses"/>; null for a run of the original harness.</summary>
    public required string? Status { get; init; }

    /// <summary>What stood behind the model.</summary>
    public required string? Profile { get; init; }

    /// <summary>The model failed on purpose: the run tries Bench and the lanes' manners, and is no benchmark.</summary>
    public bool InjectedFaults { get; init; }

    /// <summary>Jobs with a record, those that stood in for others included.</summary>
    public required int RecordCount { get; init; }

    /// <summary>The original's per-workflow metrics.</summary>
    public required IReadOnlyList<AggregateRow> WorkflowMetrics { get; init; }

    /// <summary>The original's per-system metrics.</summary>
    public required IReadOnlyList<AggregateRow> SystemMetrics { get; init; }

    /// <summary>The original's failure counts.</summary>
    public required FailureTaxonomy FailureTaxonomy { get; init; }

    /// <summary>One row per prompt, sorted by id.</summary>
    public required IReadOnlyList<PromptMatrixRow> PromptMatrix { get; init; }

    /// <summary>What a reader has to know before any number, in sentences; empty as a rule.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How the numbers below were made.</summary>
    public SummaryMethods Methods { get; init; } = new();

    /// <summary>The whole run's denominator and rates.</summary>
    public required OutcomeSummary Outcomes { get; init; }

    /// <summary>Whether the latencies are those of a crowded machine.</summary>
    public required CrowdingSummary Crowding { get; init; }

    /// <summary>One entry per workflow, sorted by id.</summary>
    public required IReadOnlyList<LaneSummary> Lanes { get; init; }

    /// <summary>Jobs that stood in for those of another lane; in no other number here but <see cref="RecordCount"/>. Sorted by lane and stand-in; empty as a rule.</summary>
    public IReadOnlyList<RoutedSummary> Routed { get; init; } = [];

    /// <summary>The jobs that failed, those that stood in for others among them, sorted by id.</summary>
    public IReadOnlyList<FailedJob> FailedJobs { get; init; } = [];

    /// <summary>Planned jobs without a record, in the plan's order.</summary>
    public required IReadOnlyList<LostJob> LostJobs { get; init; }

    /// <summary>What was found in the run's folder and not counted, or counted with a doubt, with the reason.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>The methods behind the numbers; ids that docs/formats/summary.md explains.</summary>
public sealed record SummaryMethods
{
    /// <summary>Of success rates, <c>low</c> and <c>high</c>.</summary>
    public string RateInterval { get; init; } = "wilson_95";

    /// <summary>Of success rates, <c>low_like_these</c> and <c>high_like_these</c>: the same rate with n = prompts.</summary>
    public string RateIntervalLikeThese { get; init; } = "wilson_95_n_prompts";

    /// <summary>For whom <c>low</c> and <c>high</c> of rates and percentiles hold.</summary>
    public string IntervalsHoldFor { get; init; } = "these_prompts";

    /// <summary>Of percentiles.</summary>
    public string Percentile { get; init; } = "hyndman_fan_7";

    /// <summary>Of their intervals.</summary>
    public string PercentileInterval { get; init; } = "order_statistics_95";

    /// <summary>Of <c>drift</c>.</summary>
    public string Drift { get; init; } = "anova_over_trials_of_ln_completion_prompts_taken_out";
}

/// <summary>
/// One denominator: attempted = passed + failed_model + failed_env + failed_harness + cancelled. Lost jobs have no record and stand
/// apart: planned + unplanned = attempted + lost.
/// </summary>
public sealed record OutcomeSummary
{
    /// <summary>Jobs in the plan; null when the manifest lists none.</summary>
    public required int? Planned { get; init; }

    /// <summary>Jobs with a record that are not in the plan, those that stood in for others left out; null when the plan is unknown.</summary>
    public required int? Unplanned { get; init; }

    /// <summary>Jobs with a record, those that stood in for others left out.</summary>
    public required int Attempted { get; init; }

    /// <summary>Success on some attempt.</summary>
    public required int Passed { get; init; }

    /// <summary>The model, or the agent that drives it, is to blame.</summary>
    public required int FailedModel { get; init; }

    /// <summary>The environment is to blame.</summary>
    public required int FailedEnv { get; init; }

    /// <summary>Bench is to blame.</summary>
    public required int FailedHarness { get; init; }

    /// <summary>The run ended before the job had a result.</summary>
    public required int Cancelled { get; init; }

    /// <summary>Planned jobs without a record; null when the plan is unknown.</summary>
    public required int? Lost { get; init; }

    /// <summary>Passed ÷ attempted; without intervals where jobs were left out of the answerable ones.</summary>
    public required RateEstimate SuccessRateOfAttempted { get; init; }

    /// <summary>Passed ÷ (passed + failed_model): the jobs that the lane itself is answerable for.</summary>
    public required RateEstimate SuccessRateOfAnswerable { get; init; }

    /// <summary>The rate if every job that says nothing about the lane (env, harness, cancelled, lost) had failed; null when there are no jobs.</summary>
    public required double? SuccessRateIfMissingFailed { get; init; }

    /// <summary>The rate if every one of them had passed.</summary>
    public required double? SuccessRateIfMissingPassed { get; init; }

    /// <summary>Passed without a retry ÷ first attempts that passed or that the model failed, whatever became of the job.</summary>
    public required RateEstimate FirstAttemptSuccessRate { get; init; }

    /// <summary>Passed after a retry.</summary>
    public required int Flaky { get; init; }

    /// <summary>Jobs that stood in for those counted here, <see cref="RunSummary.Routed"/>; in no other number.</summary>
    public required int Fallbacks { get; init; }
}

/// <summary>
/// A share with two 95 % Wilson score intervals: on these prompts, and on prompts like these. All are null when <see cref="N"/> is 0; the intervals are
/// also null for several lanes together, whose rate is a mixture and no sample of anything, and over jobs that say nothing about their lane.
/// </summary>
public sealed record RateEstimate
{
    /// <summary>Count ÷ n, from 0 to 1.</summary>
    public required double? Value { get; init; }

    /// <summary>Lower end of the interval on these prompts: what more trials of them would give.</summary>
    public required double? Low { get; init; }

    /// <summary>Upper end of the interval on these prompts.</summary>
    public required double? High { get; init; }

    /// <summary>Lower end of the interval on prompts like these: the same rate with n = <see cref="Prompts"/>.</summary>
    public double? LowLikeThese { get; init; }

    /// <summary>Upper end of the interval on prompts like these.</summary>
    public double? HighLikeThese { get; init; }

    /// <summary>What was counted.</summary>
    public required int Count { get; init; }

    /// <summary>Out of how many.</summary>
    public required int N { get; init; }

    /// <summary>Different prompts among these; null where there are no intervals.</summary>
    public int? Prompts { get; init; }
}
