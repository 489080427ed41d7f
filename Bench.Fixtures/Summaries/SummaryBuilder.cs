using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Summaries;

/// <summary>Makes the summary of a run from what its records added up to.</summary>
internal static class SummaryBuilder
{
    /// <summary>The summary of a run.</summary>
    public static RunSummary Build(RunReading<RunAccumulator> reading, RunFolder folder)
    {
        var run = reading.Sink;
        var aggregates = AggregatesBuilder.Build(run);
        var lanes = LanesOf(reading);
        return new RunSummary
        {
            RunId = reading.RunId,
            GeneratedAt = reading.LastCompletedAt,
            Status = reading.Manifest.Status,
            Profile = reading.Manifest.Profile,
            InjectedFaults = reading.Manifest.HasFaults,
            RecordCount = reading.RecordCount,
            WorkflowMetrics = aggregates.ByWorkflow,
            SystemMetrics = aggregates.BySystem,
            FailureTaxonomy = aggregates.FailureTaxonomy,
            PromptMatrix = aggregates.PromptMatrix,
            Warnings = [.. SummaryNotices.Drifts(lanes)],
            Outcomes = OutcomesOf(Counts(run.Lanes.Values), lanes.Length == 1 ? PromptsOf(run, lanes[0].WorkflowId, cell => cell.Answerable) : null, lanes.Length == 1 ? PromptsOf(run, lanes[0].WorkflowId, cell => cell.AnswerableFirst) : null, reading.PlannedByWorkflow?.Values.Sum(), reading.Lost.Count, run.Routed.Values.Sum(lane => lane.Attempted)),
            Crowding = Crowding.Of(lanes, reading.Manifest),
            Lanes = lanes,
            Routed = RoutedOf(run),
            FailedJobs = FailedJobs.Read(folder, run.FailedJobs),
            LostJobs = reading.Lost,
            Notes = reading.Notes,
        };
    }

    /// <summary>The aggregates of the original harness, as the summary holds them.</summary>
    public static RunAggregates AggregatesOf(RunSummary summary) => new()
    {
        ByWorkflow = summary.WorkflowMetrics,
        BySystem = summary.SystemMetrics,
        FailureTaxonomy = summary.FailureTaxonomy,
        PromptMatrix = summary.PromptMatrix,
    };

    private static RoutedSummary[] RoutedOf(RunAccumulator run) =>
    [
        .. run.Routed
            .OrderBy(route => route.Key.From, StringComparer.Ordinal)
            .ThenBy(route => route.Key.WorkflowId, StringComparer.Ordinal)
            .Select(route => new RoutedSummary
            {
                FallbackFrom = route.Key.From,
                WorkflowId = route.Key.WorkflowId,
                Attempted = route.Value.Attempted,
                Passed = route.Value.Count(JobOutcome.Passed),
                FailedModel = route.Value.Count(JobOutcome.FailedModel),
                FailedEnv = route.Value.Count(JobOutcome.FailedEnv),
                FailedHarness = route.Value.Count(JobOutcome.FailedHarness),
                Cancelled = route.Value.Count(JobOutcome.Cancelled),
                TimeToResult = Estimates.Latency(route.Value.TimeToResult),
                CompletionLatency = Estimates.Latency(route.Value.Completion),
                CostUsd = Estimates.Total(route.Value.Cost),
            }),
    ];

    private static LaneSummary[] LanesOf(RunReading<RunAccumulator> reading)
    {
        var recorded = reading.Sink.Lanes.Keys.Select(key => key.WorkflowId);
        string[] workflows = [.. recorded.Union(reading.PlannedByWorkflow?.Keys ?? []).Order(StringComparer.Ordinal)];
        var lanes = new LaneSummary[workflows.Length];

        // Sorting the numbers is nearly all of the work, and each lane sorts its own.
        Parallel.For(0, workflows.Length, i => lanes[i] = LaneOf(workflows[i], reading));
        return lanes;
    }

    private static LaneSummary LaneOf(string workflowId, RunReading<RunAccumulator> reading)
    {
        var parts = reading.Sink.Lanes.Where(lane => lane.Key.WorkflowId == workflowId).OrderBy(lane => lane.Key.System, StringComparer.Ordinal).ToList();
        var lane = parts.Count == 1 ? parts[0].Value : Merged(parts.Select(part => part.Value));
        var system = parts.Count > 0 ? string.Join(", ", parts.Select(part => part.Key.System)) : WorkflowCatalog.Find(workflowId)?.System ?? "unknown";
        int? planned = reading.PlannedByWorkflow is null ? null : reading.PlannedByWorkflow.GetValueOrDefault(workflowId);
        var routed = reading.Sink.Routed.Where(route => route.Key.From == workflowId).Sum(route => route.Value.Attempted);
        var outcomes = OutcomesOf(Counts([lane]), PromptsOf(reading.Sink, workflowId, cell => cell.Answerable), PromptsOf(reading.Sink, workflowId, cell => cell.AnswerableFirst), planned, reading.Lost.Count(job => job.WorkflowId == workflowId), routed);
        return new LaneSummary
        {
            WorkflowId = workflowId,
            System = system,
            WorkflowKind = lane.WorkflowKind,
            Models = [.. lane.Models],
            ModelsSelected = [.. lane.ModelsSelected],
            Outcomes = outcomes,
            TimeToResult = Estimates.Latency(lane.TimeToResult),
            FirstAttemptFirstOutputLatency = Estimates.Latency(lane.FirstAttemptFirstOutput),
            FirstAttemptCompletionLatency = Estimates.Latency(lane.FirstAttemptCompletion),
            FirstOutputLatency = Estimates.Latency(lane.FirstOutput),
            CompletionLatency = Estimates.Latency(lane.Completion),
            StartupLatency = Estimates.Latency(lane.Startup),
            ModelFirstToken = Estimates.Latency(lane.ModelFirstToken),
            ModelTime = Estimates.Latency(lane.ModelTime),
            AgentOverhead = Estimates.Latency(lane.AgentOverhead),
            ExitLag = Estimates.Latency(lane.ExitLag),
            QueueWait = Estimates.Latency(lane.QueueWait),
            Preparation = Estimates.Latency(lane.Preparation),
            Drift = lane.Drift.Of(),
            BackoffMs = Estimates.Total(lane.Backoff),
            ServerBootstrapMs = Estimates.Milliseconds(lane.ServerBootstrapMs),
            ModelRequests = Estimates.Total(lane.ModelRequests),
            HiddenModelRequests = Estimates.Total(lane.HiddenModelRequests),
            Load = Crowding.LoadOf(lane.Load, lane.ServerBootstrapMs is not null, reading.Manifest),
            InputTokens = Estimates.Total(lane.InputTokens),
            OutputTokens = Estimates.Total(lane.OutputTokens),
            CachedInputTokens = Estimates.Total(lane.CachedTokens),
            ReasoningTokens = Estimates.Total(lane.ReasoningTokens),
            CostUsd = Estimates.Total(lane.Cost),
            CostUsdPerPassed = lane.Cost is { Unknown: 0, AtLeast: 0 } && outcomes.Passed > 0 ? lane.Cost.Sum / outcomes.Passed : null,
        };
    }

    private static LaneAccumulator Merged(IEnumerable<LaneAccumulator> parts)
    {
        var merged = new LaneAccumulator();
        foreach (var part in parts)
        {
            merged.Merge(part);
        }

        return merged;
    }

    private static OutcomeCounts Counts(IEnumerable<LaneAccumulator> lanes) => lanes.Aggregate(new OutcomeCounts(), (counts, lane) => counts.With(lane));

    // Trials of one prompt are alike: what is said of other prompts has as many observations as there are prompts.
    private static int PromptsOf(RunAccumulator run, string workflowId, Func<PromptCell, int> jobs) =>
        run.Cells.Count(cell => cell.Key.WorkflowId == workflowId && jobs(cell.Value) > 0);

    private static OutcomeSummary OutcomesOf(OutcomeCounts counts, int? prompts, int? firstPrompts, int? planned, int lost, int fallbacks)
    {
        int? lostIfKnown = planned is null ? null : lost;
        var missing = counts.FailedEnv + counts.FailedHarness + counts.Cancelled + lost;
        var all = counts.Attempted + lost;
        var answerable = counts.Passed + counts.FailedModel;

        // An interval over jobs that say nothing about the lane would be one on who was to blame.
        var attemptedPrompts = counts.Attempted == answerable ? prompts : null;
        return new OutcomeSummary
        {
            Planned = planned,
            Unplanned = planned is null ? null : counts.Attempted + lost - planned,
            Attempted = counts.Attempted,
            Passed = counts.Passed,
            FailedModel = counts.FailedModel,
            FailedEnv = counts.FailedEnv,
            FailedHarness = counts.FailedHarness,
            Cancelled = counts.Cancelled,
            Lost = lostIfKnown,
            SuccessRateOfAttempted = Estimates.Rate(counts.Passed, counts.Attempted, attemptedPrompts),
            SuccessRateOfAnswerable = Estimates.Rate(counts.Passed, answerable, prompts),
            SuccessRateIfMissingFailed = all == 0 ? null : (double)counts.Passed / all,
            SuccessRateIfMissingPassed = all == 0 ? null : (double)(counts.Passed + missing) / all,
            FirstAttemptSuccessRate = Estimates.Rate(counts.PassedFirst, counts.AnswerableFirst, firstPrompts),
            Flaky = counts.Passed - counts.PassedFirst,
            Fallbacks = fallbacks,
        };
    }

    private readonly record struct OutcomeCounts(
        int Attempted, int Passed, int FailedModel, int FailedEnv, int FailedHarness, int Cancelled, int PassedFirst, int AnswerableFirst)
    {
        public OutcomeCounts With(LaneAccumulator lane) => new(
            Attempted + lane.Attempted,
            Passed + lane.Count(JobOutcome.Passed),
            FailedModel + lane.Count(JobOutcome.FailedModel),
            FailedEnv + lane.Count(JobOutcome.FailedEnv),
            FailedHarness + lane.Count(JobOutcome.FailedHarness),
            Cancelled + lane.Count(JobOutcome.Cancelled),
            PassedFirst + lane.PassedFirst,
            AnswerableFirst + lane.AnswerableFirst);
    }
}
