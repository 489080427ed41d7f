using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Summaries;

/// <summary>Makes the aggregates that the original harness had.</summary>
internal static class AggregatesBuilder
{
    /// <summary>The aggregates of a run.</summary>
    public static RunAggregates Build(RunAccumulator run) => new()
    {
        ByWorkflow = [.. run.Lanes
            .GroupBy(lane => lane.Key.WorkflowId, lane => lane.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Row([.. group]) with { WorkflowId = group.Key })],
        BySystem = [.. run.Lanes
            .GroupBy(lane => lane.Key.System, lane => lane.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Row([.. group]) with { System = group.Key })],
        FailureTaxonomy = new FailureTaxonomy
        {
            CategoryCounts = new SortedDictionary<string, int>(run.CategoryCounts, StringComparer.Ordinal),
            ReasonCounts = new SortedDictionary<string, int>(run.ReasonCounts, StringComparer.Ordinal),
        },
        PromptMatrix = Matrix(run),
    };

    private static AggregateRow Row(IReadOnlyList<LaneAccumulator> lanes)
    {
        var jobs = lanes.Sum(lane => lane.Attempted);
        var passed = lanes.Sum(lane => lane.Count(Records.JobOutcome.Passed));
        var retries = lanes.Sum(lane => lane.RetryCount);
        var startup = Joined(lanes, lane => lane.Startup.Passed);
        var first = Joined(lanes, lane => lane.FirstOutput.Passed);
        var completion = Joined(lanes, lane => lane.Completion.Passed);
        return new AggregateRow
        {
            JobCount = jobs,
            SuccessCount = passed,
            AnswerableCount = passed + lanes.Sum(lane => lane.Count(Records.JobOutcome.FailedModel)),
            SuccessRate = (double)passed / jobs,
            RetryCount = retries,
            RetryRate = (double)retries / jobs,
            StartupLatencyMsMean = Estimates.Milliseconds(startup.Mean()),
            StartupLatencyN = startup.Count,
            FirstOutputLatencyN = first.Count,
            FirstOutputLatencyMsP50 = Percentile(first, 0.5),
            FirstOutputLatencyMsP95 = Tail(first),
            CompletionLatencyN = completion.Count,
            CompletionLatencyMsP50 = Percentile(completion, 0.5),
            CompletionLatencyMsP95 = Tail(completion),
        };
    }

    private static Samples Joined(IReadOnlyList<LaneAccumulator> lanes, Func<LaneAccumulator, Samples> measure)
    {
        if (lanes.Count == 1)
        {
            return measure(lanes[0]);
        }

        var joined = new Samples();
        foreach (var lane in lanes)
        {
            joined.Merge(measure(lane));
        }

        return joined;
    }

    private static double? Percentile(Samples samples, double q) => Estimates.Milliseconds(Percentiles.Interpolate(samples.Sorted(), q));

    // The original's column stays; below the least n for an interval it would be nearly the maximum.
    private static double? Tail(Samples samples) => samples.Count < QuantileInterval.LeastN(0.95) ? null : Percentile(samples, 0.95);

    private static PromptMatrixRow[] Matrix(RunAccumulator run)
    {
        string[] workflows = [.. run.Lanes.Keys.Select(key => key.WorkflowId).Distinct().Order(StringComparer.Ordinal)];
        return [.. run.Cells.Keys
            .Select(key => key.PromptId)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(promptId => new PromptMatrixRow
            {
                PromptId = promptId,
                PromptCategory = run.PromptCategories.GetValueOrDefault(promptId),
                Workflows = workflows.ToDictionary(id => id, id => run.Cells.TryGetValue((promptId, id), out var cell) ? Cell(cell) : null),
            })];
    }

    private static PromptMatrixCell Cell(PromptCell cell) => new()
    {
        Success = cell.Passed == cell.Trials,
        CompletionLatencyMs = Percentile(cell.Passed > 0 ? cell.PassedCompletion : cell.OtherCompletion, 0.5),
        CompletionIsAtLeast = cell is { Passed: 0, HasBound: true },
        RetryCount = cell.RetryCount,
        FailureCategory = cell.FailureCategory,
        FailureReason = cell.FailureReason,
        Trials = cell.Trials,
        Passed = cell.Passed,
    };
}
