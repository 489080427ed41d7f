using System.Globalization;
using System.Text;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gates;

/// <summary>A soak on a plain terminal or in a CI log, piece by piece as it goes on: the original's screen, then what it did not say.</summary>
public static class SoakText
{
    /// <summary>The first lines.</summary>
    public static string Header(SoakReport report)
    {
        var text = new StringBuilder("=== Multi-Provider Soak Validation ===\n");
        Line(text, $"Run ID: {report.RunId}");
        Line(text, $"Rounds: {report.RoundsRequired}{(report.MaxRounds > report.RoundsRequired ? FormattableString.Invariant($" in a row, of at most {report.MaxRounds}") : "")}");
        Line(text, $"Profile: {ProfileWords.Label(report.Profile)}");
        Line(text, $"Providers: {string.Join(", ", report.ProviderSummary.Keys)} ({JobsEach(report)})");
        return text.ToString();
    }

    /// <summary>A round that has ended, or was not run.</summary>
    public static string Round(SoakReport report, SoakRound round)
    {
        var text = new StringBuilder();
        Line(text, $"\n--- Round {round.RoundNum}/{report.MaxRounds} ---");
        if (round.Status == SoakRoundStatuses.NotRun)
        {
            Line(text, $"Round {round.RoundNum}: NOT RUN ({round.Reason})");
            return text.ToString();
        }

        var verdict = round.Status switch { SoakRoundStatuses.Clean => "PASSED", SoakRoundStatuses.Running => "RUNNING", _ => "FAILED" };
        Line(text, $"Round {round.RoundNum}: {verdict} ({SoakNumbers.Percent(round.PassRate)} pass rate)");
        foreach (var job in round.Jobs)
        {
            Line(text, $"  [{job.JobSpec.Provider}] {job.JobSpec.PromptId}: {(job.Success ? "OK" : job.Status == SoakStates.Pending ? "..." : "FAIL")} ({SoakNumbers.Outcome(job)})");
        }

        return text.ToString();
    }

    /// <summary>The last screen.</summary>
    /// <param name="report">The report.</param>
    /// <param name="json">The path of its JSON document, as people shall read it.</param>
    /// <param name="markdown">The path of its Markdown document.</param>
    public static string Ending(SoakReport report, string json, string markdown)
    {
        var text = new StringBuilder("\n=== Validation Complete ===\n");
        Line(text, $"Status: {(report.Passed ? "PASSED" : report.Status == SoakStatuses.Failed ? "FAILED" : $"NOT PASSED ({report.Status})")}");
        Line(text, $"All Clean: {(report.AllClean ? "Yes" : "No")}");
        Line(text, $"Total: {report.TotalPassed}/{report.TotalJobs} passed");
        Line(text, $"Duration: {report.DurationSec ?? 0:0.0}s");
        Line(text, $"\nArtifacts:\n  JSON: {json}\n  Markdown: {markdown}\n");
        Line(text, $"Rounds tried: {report.RoundsTried} of at most {report.MaxRounds}; clean in a row: {report.ConsecutiveClean} of {report.RoundsRequired} required");
        var each = report.Proof.N == 0 ? "" : $"; {string.Join(", ", report.ProviderSummary.Select(entry => $"{entry.Key} {SoakNumbers.Bound(entry.Value.Proof)}"))}";
        Line(text, $"Failure rate: {SoakNumbers.Bound(report.Proof)}{each}");
        foreach (var caution in SoakNumbers.Cautions(report))
        {
            Line(text, $"Note: {caution}");
        }

        if (report.Reason is { } reason)
        {
            Line(text, $"Why: {reason}");
        }

        foreach (var group in report.Offenders.Where(IsUnended).GroupBy(offender => (offender.RoundNum, offender.ReasonCode, offender.Evidence)))
        {
            Line(text, $"FAIL round {group.Key.RoundNum}: {Counted.Of(group.Count(), "job")} without a result ({group.Key.ReasonCode}). {group.Key.Evidence}");
        }

        foreach (var offender in report.Offenders.Where(offender => !IsUnended(offender)))
        {
            text.Append(Offender(offender, Path.GetDirectoryName(json) ?? ""));
        }

        return text.ToString();
    }

    /// <summary>All of it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="json">The path of its JSON document, as people shall read it.</param>
    /// <param name="markdown">The path of its Markdown document.</param>
    public static string Whole(SoakReport report, string json, string markdown) =>
        Header(report) + string.Concat(report.Rounds.Select(round => Round(report, round))) + Ending(report, json, markdown);

    /// <summary>An offender: where, why, whose fault, what it answered to what, what to do, and where its record is.</summary>
    /// <param name="offender">The offender.</param>
    /// <param name="outputDir">The folder that holds the run's folder, as people shall read it.</param>
    public static string Offender(SoakOffender offender, string outputDir)
    {
        var text = new StringBuilder();
        Line(text, $"FAIL round {offender.RoundNum} [{offender.Provider}] {offender.PromptId}: {(offender.Fault is { } fault ? fault + "/" : "")}{offender.ReasonCode}: {offender.Evidence}");
        Line(text, $"     asked {Quoted(offender.Asked)}, expected {Quoted(offender.Expected)}, answered {Quoted(offender.Answered)}");
        Line(text, $"     What to do: {offender.WhatToDo} Record: {(offender.Record is { } record ? Path.Combine(outputDir, record) : "none")}");
        return text.ToString();
    }

    // They say nothing about their provider: one line for all.
    private static bool IsUnended(SoakOffender offender) => offender.ReasonCode is SoakStates.Cancelled or SoakStates.NoRecord;

    private static string JobsEach(SoakReport report)
    {
        var counts = report.ProviderSummary.Values.Select(provider => provider.JobsPerRound).Distinct().ToList();
        return FormattableString.Invariant($"{string.Join(", ", counts.Count == 1 ? counts : report.ProviderSummary.Values.Select(provider => provider.JobsPerRound))} {(counts is [1] ? "job" : "jobs")} each");
    }

    private static string Quoted(string? text) => string.IsNullOrEmpty(text) ? "nothing" : $"'{text}'";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
