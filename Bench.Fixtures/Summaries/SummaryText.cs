using System.Globalization;
using System.Text;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>The end of a run on a plain terminal or in a CI log: how often the lanes passed, how long they took, the denominator, what was lost.</summary>
public static class SummaryText
{
    private static readonly string[] RateHeader = ["lane", "passed", "success", "on these prompts", "on prompts like these", "left out"];
    private static readonly string[] TimeHeader = ["lane", "n", "first output p50", "result p50", "model p50", "overhead p50", "cpu p50", "requests", "hidden"];

    private const string Measures =
        "success: of answerable jobs, passed + failed (model), with 95 % intervals; left out: jobs that say nothing of the lane\n"
        + "n: jobs with a time to result; first output: of first attempts; result: whole jobs, retries and back-off included; p50 below 6 jobs has no interval\n"
        + "model, overhead: last attempts, passed jobs; cpu: all attempts, passed jobs; requests: to the model, hidden: those among them that the agent made for itself";

    /// <summary>The text, with line ends; columns are aligned by blanks.</summary>
    public static string Of(RunSummary summary)
    {
        var text = new StringBuilder();
        Append(text, [RateHeader, .. summary.Lanes.Select(RatesOf)]);
        Append(text, [TimeHeader, .. summary.Lanes.Select(TimesOf)]);
        text.AppendLine(Measures).AppendLine(Denominator(summary.Outcomes)).Append(FailureText.ByReason(summary)).Append(Routed(summary)).Append(Lost(summary));
        foreach (var notice in SummaryNotices.Of(summary))
        {
            text.AppendLine(notice);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        text.AppendLine();
    }

    private static string[] RatesOf(LaneSummary lane)
    {
        var rate = lane.Outcomes.SuccessRateOfAnswerable;
        return
        [
            lane.WorkflowId,
            string.Create(CultureInfo.InvariantCulture, $"{rate.Count}/{rate.N}"),
            rate.Value is { } value ? Percentage.Of(value, 1) + " %" : SummaryNumbers.Unknown,
            Interval(rate.Low, rate.High),
            Interval(rate.LowLikeThese, rate.HighLikeThese),
            LeftOut(lane.Outcomes),
        ];
    }

    private static string[] TimesOf(LaneSummary lane) =>
    [
        lane.WorkflowId,
        SummaryNumbers.Count(lane.TimeToResult.N),
        Median(lane.FirstAttemptFirstOutputLatency, lane.TimeToResult.N),
        Median(lane.TimeToResult, lane.TimeToResult.N),
        Median(lane.ModelTime, lane.TimeToResult.N),
        Median(lane.AgentOverhead, lane.TimeToResult.N),
        Median(lane.Load.CpuTime, lane.TimeToResult.N),
        Sum(lane.ModelRequests),
        Sum(lane.HiddenModelRequests),
    ];

    // Jobs that say nothing about the lane; none of them counts against it.
    private static string LeftOut(OutcomeSummary outcomes)
    {
        (string Name, int Count)[] kinds =
            [("env", outcomes.FailedEnv), ("harness", outcomes.FailedHarness), ("cancelled", outcomes.Cancelled), ("lost", outcomes.Lost ?? 0)];
        var shown = string.Join(", ", kinds.Where(kind => kind.Count > 0).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Count} {kind.Name}")));
        return shown.Length > 0 ? shown : SummaryNumbers.None;
    }

    private static string Denominator(OutcomeSummary outcomes) => string.Create(
        CultureInfo.InvariantCulture,
        $"attempted {outcomes.Attempted} = passed {outcomes.Passed} + failed {outcomes.FailedModel} (model) + {outcomes.FailedEnv} (env) + {outcomes.FailedHarness} (harness) + cancelled {outcomes.Cancelled}; flaky {outcomes.Flaky}");

    private static string Routed(RunSummary summary) => string.Concat(summary.Routed.Select(route => string.Create(
        CultureInfo.InvariantCulture,
        $"routed, in no number above: {route.FallbackFrom} went on as {route.WorkflowId}, {route.Passed} of {route.Attempted} passed\n")));

    private static string Lost(RunSummary summary) => summary.LostJobs.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"lost {summary.LostJobs.Count}: {string.Join(", ", summary.LostJobs.Select(job => job.JobId))}\n");

    private static string Interval(double? low, double? high) => low is null || high is null
        ? SummaryNumbers.None
        : $"[{Percentage.Of(low.Value, 0)}–{Percentage.Of(high.Value, 0)} %]";

    // The column n is of results; a measure that fewer of them have says so.
    private static string Median(LatencySummary latency, int n) => latency.P50.ValueMs is { } value
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{(latency.P50.IsAtLeast ? "≥ " : "")}{Rounding.To(value / 1000, 2):0.00} s{(latency.N == n ? "" : $" (n={latency.N})")}")
        : SummaryNumbers.None;

    private static string Sum(TotalSummary total) => total.Sum is { } sum
        ? string.Create(CultureInfo.InvariantCulture, $"{(total.IsAtLeast ? "≥ " : "")}{sum:0}")
        : SummaryNumbers.None;
}
