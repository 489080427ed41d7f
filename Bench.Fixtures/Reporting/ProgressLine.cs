using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>The lines of progress: one per finished job and one per paused provider, for people.</summary>
public static class ProgressLine
{
    private const int LongestEvidence = 1000;

    /// <summary>
    /// e.g. <c>[ 7/20] ok opencode_run_headless / latency_speed_1  first output 0.61 s  done 0.92 s</c>, or
    /// <c>[ 8/20] FAIL model/timeout opencode_run_headless / latency_speed_1  done ≥ 300.00 s  evidence</c>.
    /// A job that stands in for another one is no part of the count: <c>[routed] ok gemini_run_headless / latency_speed_1 for opencode_run_headless …</c>.
    /// </summary>
    /// <param name="record">The job.</param>
    /// <param name="finished">Jobs that have ended, this one among them.</param>
    /// <param name="total">Jobs of the run.</param>
    /// <param name="isSoak">The job has the name of its row in a soak, which has rounds in place of trials.</param>
    /// <param name="row">What the job's test came to, one of <see cref="RowOutcomes"/>; null when the record alone says it.</param>
    public static string Of(JobRecord record, int finished, int total, bool isSoak = false, string? row = null)
    {
        var width = total.ToString(CultureInfo.InvariantCulture).Length;
        var place = record.FallbackFrom is null
            ? string.Create(CultureInfo.InvariantCulture, $"[{finished.ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{total}]")
            : "[routed]".PadRight((2 * width) + 3);
        var line = $"{place} {Verdict(record, row)} {(isSoak ? Job.RoundNameOf(record.WorkflowId, record.PromptId, record.Trial) : Job.DisplayNameOf(record.WorkflowId, record.PromptId, record.Fault, record.Trial))}";
        line += record.FallbackFrom is { } from ? $" for {from}" : "";
        line += Seconds("  first output", record.FirstOutputLatencyMs, record.IsAtLeast(RecordBounds.FirstOutputLatencyMs)) + Seconds("  done", record.CompletionLatencyMs, record.Censored);

        // The last attempt's latencies alone would make a flaky job look fast.
        line += record.RetryCount == 0
            ? ""
            : $"  after {Counted.Of(record.RetryCount, "retry")}"
                + Seconds(", in all", record.TimeToResultMs, record.IsAtLeast(RecordBounds.TimeToResultMs));
        if (record.Success || record.FailureEvidence is not { } evidence)
        {
            return line;
        }

        // A terminal must show it as it is, whoever wrote the record.
        return $"{line}  {EvidenceText.Line(evidence, LongestEvidence)}{(FailureDetails.AnswerOf(record) is { } answer ? "  " + answer : "")}";
    }

    /// <summary>e.g. <c>Paused: no job of cc-glm starts for 2.0 s; cc_glm_headless__latency_speed_1 was turned away for its rate</c>.</summary>
    public static string Of(ProviderPause pause) => string.Create(
        CultureInfo.InvariantCulture, $"Paused: no job of {pause.Provider} starts for {pause.Duration.TotalSeconds:0.0} s; {pause.JobId} was turned away for its rate");

    // The word is xunit's: a test that is skipped, or that passes because its job failed as a fault demands, is called that.
    private static string Verdict(JobRecord record, string? row) => record.Status switch
    {
        JobStatuses.Passed when row != RowOutcomes.Failed => record.Flaky ? "flaky" : "ok",
        JobStatuses.Cancelled => "FAIL cancelled",
        _ => $"{(row == RowOutcomes.Skipped ? "skip" : row == RowOutcomes.Passed ? "ok as expected:" : "FAIL")} {record.OutcomeName}",
    };

    private static string Seconds(string name, double? milliseconds, bool censored) => milliseconds is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{name} {(censored ? "≥ " : "")}{Rounding.To(value / 1000, 2):0.00} s")
        : "";
}
