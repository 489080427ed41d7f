namespace Bench.Fixtures.Summaries;

/// <summary>Lays a summary out as tables.</summary>
public static partial class SummaryTables
{
    /// <summary>What every rendering says of a run whose model failed on purpose.</summary>
    public const string NoBenchmark = "No benchmark: the model failed on purpose (faults in manifest.json); the numbers say nothing about the lanes.";

    /// <summary>The four tables of the original harness, with exactly its columns.</summary>
    public static IReadOnlyList<SummaryTable> Original(RunSummary summary) =>
        [WorkflowMetrics(summary), SystemComparison(summary), PromptSideBySide(summary), FailureTaxonomy(summary)];

    private static SummaryTable WorkflowMetrics(RunSummary summary) => new(
        "Workflow Metrics",
        [Text("workflow_id"), Number("jobs"), Number("success_rate"), Number("retry_rate"), Number("startup_ms_mean"), Number("first_output_ms_p50"), Number("completion_ms_p50")],
        [.. summary.WorkflowMetrics.Select(row => (string[])
        [
            row.WorkflowId ?? SummaryNumbers.None,
            SummaryNumbers.Count(row.JobCount),
            SuccessRate(row),
            SummaryNumbers.Percent(row.RetryRate),
            SummaryNumbers.Mean(row.StartupLatencyMsMean, row.StartupLatencyN),
            SummaryNumbers.Median(row.FirstOutputLatencyMsP50, row.FirstOutputLatencyN),
            SummaryNumbers.Median(row.CompletionLatencyMsP50, row.CompletionLatencyN),
        ])]);

    private static SummaryTable SystemComparison(RunSummary summary) => new(
        "System Comparison",
        [Text("system"), Number("jobs"), Number("success_rate"), Number("retry_rate"), Number("first_output_ms_p50"), Number("completion_ms_p50")],
        [.. summary.SystemMetrics.Select(row => (string[])
        [
            row.System ?? SummaryNumbers.None,
            SummaryNumbers.Count(row.JobCount),
            SuccessRate(row),
            SummaryNumbers.Percent(row.RetryRate),
            SummaryNumbers.Median(row.FirstOutputLatencyMsP50, row.FirstOutputLatencyN),
            SummaryNumbers.Median(row.CompletionLatencyMsP50, row.CompletionLatencyN),
        ])]);

    private static SummaryTable PromptSideBySide(RunSummary summary)
    {
        string[] workflows = [.. summary.PromptMatrix.SelectMany(row => row.Workflows.Keys).Distinct().Order(StringComparer.Ordinal)];
        return new SummaryTable(
            "Prompt Side-by-Side",
            [new("prompt_id", IsNumber: false, "its cells: ok or fail:<whose fault>; passed/trials where there are several; the completion of the last attempt"), Text("category"), .. workflows.Select(Text)],
            [.. summary.PromptMatrix.Select(row => (string[])
            [
                row.PromptId,
                row.PromptCategory ?? SummaryNumbers.None,
                .. workflows.Select(id => Cell(row.Workflows.GetValueOrDefault(id))),
            ])]);
    }

    private static SummaryTable FailureTaxonomy(RunSummary summary)
    {
        List<string[]> rows =
        [
            .. summary.FailureTaxonomy.CategoryCounts.Select(count => (string[])[count.Key, SummaryNumbers.Count(count.Value), "category"]),
            .. summary.FailureTaxonomy.ReasonCounts.Select(count => (string[])[count.Key, SummaryNumbers.Count(count.Value), "reason"]),
        ];
        return new SummaryTable("Failure Taxonomy", [Text("key"), Number("count"), new("kind", IsNumber: false, "category: whose fault it is; reason: what happened, explained in docs/formats/failures.md")], rows.Count > 0 ? rows : [["none", "0", "category"]]);
    }

    // The original's column is of all jobs: where none of them says anything about the lane, its 0 % is marked.
    private static string SuccessRate(AggregateRow row) => SummaryNumbers.Percent(row.SuccessRate) + (row.AnswerableCount == 0 ? " (unknown: 0 answerable)" : "");

    private static string Cell(PromptMatrixCell? cell)
    {
        if (cell is null)
        {
            return SummaryNumbers.None;
        }

        var share = cell.Trials == 1 ? "" : $" {SummaryNumbers.Count(cell.Passed)}/{SummaryNumbers.Count(cell.Trials)}";

        // It is the last attempts' latency, which the first ones are no part of.
        var retried = cell.RetryCount switch { 0 => "", 1 => " after 1 retry", _ => $" after {SummaryNumbers.Count(cell.RetryCount)} retries" };
        return cell.Success ? $"ok{share} ({SummaryNumbers.Milliseconds(cell.CompletionLatencyMs)}ms{retried})" : $"fail:{cell.FailureCategory}{share}";
    }

    private static SummaryColumn Text(string name) => new(name, IsNumber: false);

    private static SummaryColumn Number(string name) => new(name, IsNumber: true);
}
