using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>What a person needs to see of a failed job besides its evidence, from its record; redacted, as records are, and fit for one line each.</summary>
internal static class FailureDetails
{
    /// <summary>The most characters of an answer that are shown.</summary>
    public const int MaxAnswerChars = 200;

    private const int MaxValueChars = 80;
    private const int MaxDetailChars = 600;

    /// <summary>Each failed check and why, then the answer's beginning; empty for a job that did not fail.</summary>
    public static IReadOnlyList<string> Of(JobRecord record) => record.Success || record.Status != JobStatuses.Failed
        ? []
        : [.. record.Checks.Where(check => !check.Passed).Select(Words), .. AnswerOf(record) is { } answer ? new[] { answer } : []];

    /// <summary>The beginning of the answer of the last attempt; null when there was none.</summary>
    public static string? AnswerOf(JobRecord record) =>
        record.Attempts is [.., { Answer: var answer }] && EvidenceText.Line(answer[..Math.Min(answer.Length, 10 * MaxAnswerChars)], MaxAnswerChars) is { Length: > 0 } beginning
            ? $"The answer begins: '{beginning}'"
            : null;

    /// <summary>The logs of the last attempt, by name: paths below the run folder.</summary>
    public static IReadOnlyList<(string Name, string Path)> LogsOf(JobRecord record) => record.Attempts is [.., var last]
        ? [.. new[] { ("stdout", last.StdoutLog), ("stderr", last.StderrLog), ("events", last.EventsLog) }.Where(log => log.Item2 is not null).Select(log => (log.Item1, log.Item2!))]
        : [];

    private static string Words(CheckRecord check) =>
        $"{check.Kind} '{EvidenceText.Line(check.Value, MaxValueChars)}': {EvidenceText.Line(check.Detail ?? "did not pass", MaxDetailChars)}";
}
