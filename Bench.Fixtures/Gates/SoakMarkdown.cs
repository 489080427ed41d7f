using System.Globalization;
using System.Text;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>Writes a soak as <c>&lt;run id&gt;.md</c>: the sections of the original harness first, then the offenders and what the verdict proves.</summary>
public static class SoakMarkdown
{
    /// <summary>The document, with <c>\n</c> line ends.</summary>
    public static string Render(SoakReport report)
    {
        var text = new StringBuilder("# Multi-Provider Soak Validation Report\n\n");
        Line(text, $"**Run ID:** {Cell(report.RunId)}  ");
        Line(text, $"**Status:** {(report.Passed ? "PASSED" : $"NOT PASSED ({report.Status})")}  ");
        Line(text, $"**Profile:** {Cell(ProfileWords.Label(report.Profile))}  ");
        Line(text, $"**Started:** {report.StartedAt ?? SummaryNumbers.None}  ");
        Line(text, $"**Completed:** {report.CompletedAt ?? SummaryNumbers.None}  ");
        Line(text, $"**Duration:** {Seconds(report.DurationSec)}");
        AppendSummary(text, report);
        AppendProviders(text, report);
        text.Append("\n## Rounds\n");
        foreach (var round in report.Rounds)
        {
            AppendRound(text, round);
        }

        AppendOffenders(text, report);
        AppendGate(text, report);
        return text.ToString();
    }

    private static void AppendSummary(StringBuilder text, SoakReport report)
    {
        text.Append("\n## Summary\n\n| Metric | Value |\n| --- | ---: |\n");
        Line(text, $"| Total jobs | {report.TotalJobs} |");
        Line(text, $"| Passed | {report.TotalPassed} |");
        Line(text, $"| Failed | {report.TotalFailed} |");
        Line(text, $"| Pass rate | {SoakNumbers.Percent(report.TotalJobs == 0 ? null : (double)report.TotalPassed / report.TotalJobs)} |");
        Line(text, $"| All clean | {(report.AllClean ? "Yes" : "No")} |");
        Line(text, $"| Rounds tried | {report.RoundsTried} of at most {report.MaxRounds} |");
        Line(text, $"| Clean in a row | {report.ConsecutiveClean} of {report.RoundsRequired} required |");
        Line(text, $"| Failure rate | {SoakNumbers.Bound(report.Proof)} |");
        var kind = report.Proof.IsOfMixture ? "ms, of this mixture of lanes" : "[95 %] ms";
        Line(text, $"| Time to result p50 {kind} | {SummaryNumbers.Median(report.Latency)} (n={report.Latency.N}) |");
        Line(text, $"| Time to result p95 {kind} | {SummaryNumbers.Tail(report.Latency)} |");
    }

    private static void AppendProviders(StringBuilder text, SoakReport report)
    {
        text.Append("\n## Provider Summary\n\n| Provider | Total | Passed | Failed | Time to result mean ms | p50 [95 %] ms | p95 [95 %] ms | n | Failure rate |\n");
        text.Append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var (name, provider) in report.ProviderSummary)
        {
            Line(text, $"| {Cell(name)} | {provider.Total} | {provider.Passed} | {provider.Failed} | {SummaryNumbers.LaneMilliseconds(provider.LatencyMsMean)} | {SummaryNumbers.Median(provider.Latency)} | {SummaryNumbers.Tail(provider.Latency)} | {provider.Latency.N} | {SoakNumbers.Bound(provider.Proof)} |");
        }
    }

    private static void AppendRound(StringBuilder text, SoakRound round)
    {
        var mark = round.Status switch { SoakRoundStatuses.Clean => "✅", SoakRoundStatuses.Failed => "❌", SoakRoundStatuses.Running => "⏳", _ => "➖" };
        Line(text, $"\n### Round {round.RoundNum} {mark}\n");
        if (round.Status == SoakRoundStatuses.NotRun)
        {
            Line(text, $"Not run: {Cell(round.Reason!)}.");
            return;
        }

        Line(text, $"Pass rate {SoakNumbers.Percent(round.PassRate)}, {Seconds(round.DurationSec)}\n");
        text.Append("| Provider | Prompt | Status | Reason | Time to result ms | Retries | Model |\n| --- | --- | --- | --- | ---: | ---: | --- |\n");
        foreach (var job in round.Jobs)
        {
            var latency = job.LatencyMs is { } milliseconds ? string.Create(CultureInfo.InvariantCulture, $"{(job.LatencyIsAtLeast ? "≥ " : "")}{milliseconds}") : SummaryNumbers.None;
            Line(text, $"| {Cell(job.JobSpec.Provider)} | {Cell(job.JobSpec.PromptId)} | {(job.Success ? "ok" : "FAIL")} {job.Status} | {Cell(job.ReasonCode ?? SummaryNumbers.None)} | {latency} | {job.Retries} | {Cell(job.SelectedModel ?? SummaryNumbers.None)} |");
        }
    }

    private static void AppendOffenders(StringBuilder text, SoakReport report)
    {
        if (report.Offenders.Count == 0)
        {
            return;
        }

        text.Append("\n## Offenders\n\n");
        foreach (var offender in report.Offenders)
        {
            Line(text, $"- round {offender.RoundNum}, {Cell(offender.Provider)}, {Cell(offender.PromptId)}: **{Cell(offender.ReasonCode)}** ({offender.Fault ?? "nobody's fault known"}). {Cell(offender.Evidence)}");
            Line(text, $"  - asked: {Quoted(offender.Asked)}; expected: {Quoted(offender.Expected)}; answered: {Quoted(offender.Answered)}");
            Line(text, $"  - what to do: {Cell(offender.WhatToDo)} Record: {Cell(offender.Record ?? SummaryNumbers.None)}");
        }
    }

    private static void AppendGate(StringBuilder text, SoakReport report)
    {
        Line(text, $"\n## Pass/Fail Gate\n\n{report.RoundsRequired} clean {(report.RoundsRequired == 1 ? "round is" : "rounds in a row are")} required, of at most {report.MaxRounds}; a round is clean when every job of every provider passed. An answer passes when it is what was asked for.\n");
        Line(text, $"**Result:** {(report.Passed ? "PASSED" : "NOT PASSED")}{(report.Reason is { } reason ? $": {Cell(reason)}" : "")}\n");
        foreach (var caution in SoakNumbers.Cautions(report))
        {
            Line(text, $"- {Cell(caution)}");
        }
    }

    private static string Seconds(double? seconds) => seconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0} s") : SummaryNumbers.None;

    private static string Quoted(string? text) => string.IsNullOrEmpty(text) ? "nothing" : $"'{Cell(text)}'";

    private static string Cell(string text) => SummaryMarkdown.Escape(text);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
