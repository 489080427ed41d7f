using System.Globalization;
using System.Text;

namespace Bench.Fixtures.Summaries;

/// <summary>The end of a run on a plain terminal or in a CI log: a table of the lanes, the denominator, what was lost.</summary>
public static class SummaryText
{
    private static readonly string[] Header = ["lane", "passed", "success [95 %]", "first p50", "result p50", "model p50", "overhead p50", "cpu p50", "requests", "hidden"];

    private const string Measures = "first: first output of first attempts; result: whole jobs, retries and back-off included; model, overhead: last attempts, passed jobs; cpu: all attempts, passed jobs";

    /// <summary>The text, with line ends; columns are aligned by blanks.</summary>
    public static string Of(RunSummary summary)
    {
        List<string[]> rows = [Header, .. summary.Lanes.Select(RowOf)];
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        return text.AppendLine().AppendLine(Measures).AppendLine(Denominator(summary.Outcomes)).Append(FailureText.ByReason(summary)).Append(Routed(summary)).Append(Lost(summary)).Append(summary.InjectedFaults ? SummaryTables.NoBenchmark + "\n" : "").Append(summary.Crowding.Notice is { } crowded ? crowded + "\n" : "").ToString();
    }

    private static string[] RowOf(LaneSummary lane) =>
    [
        lane.WorkflowId,
        string.Create(CultureInfo.InvariantCulture, $"{lane.Outcomes.Passed}/{lane.Outcomes.Attempted}"),
        Rate(lane.Outcomes.SuccessRateOfAttempted),
        Median(lane.FirstAttemptFirstOutputLatency),
        Median(lane.TimeToResult),
        Median(lane.ModelTime),
        Median(lane.AgentOverhead),
        Median(lane.Load.CpuTime),
        Sum(lane.ModelRequests),
        Sum(lane.HiddenModelRequests),
    ];

    private static string Denominator(OutcomeSummary outcomes) => string.Create(
        CultureInfo.InvariantCulture,
        $"attempted {outcomes.Attempted} = passed {outcomes.Passed} + failed {outcomes.FailedModel} (model) + {outcomes.FailedEnv} (env) + {outcomes.FailedHarness} (harness) + cancelled {outcomes.Cancelled}; flaky {outcomes.Flaky}");

    private static string Routed(RunSummary summary) => string.Concat(summary.Routed.Select(route => string.Create(
        CultureInfo.InvariantCulture,
        $"routed, in no number above: {route.FallbackFrom} went on as {route.WorkflowId}, {route.Passed} of {route.Attempted} passed\n")));

    private static string Lost(RunSummary summary) => summary.LostJobs.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"lost {summary.LostJobs.Count}: {string.Join(", ", summary.LostJobs.Select(job => job.JobId))}\n");

    private static string Rate(RateEstimate rate) => rate.Value is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.#} % [{100 * rate.Low:0}–{100 * rate.High:0} %]")
        : "-";

    private static string Median(LatencySummary latency) => latency.P50.ValueMs is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{(latency.P50.IsAtLeast ? "≥ " : "")}{value / 1000:0.00} s")
        : "-";

    private static string Sum(TotalSummary total) => total.Sum is { } sum
        ? string.Create(CultureInfo.InvariantCulture, $"{(total.IsAtLeast ? "≥ " : "")}{sum:0}")
        : "-";
}
