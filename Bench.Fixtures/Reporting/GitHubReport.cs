using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>
/// What GitHub Actions shows of a run beside its log: the summary on the job's page (<c>GITHUB_STEP_SUMMARY</c>), an annotation per failed
/// job, and that of a verdict. Elsewhere it does nothing. https://docs.github.com/actions/reference/workflow-commands-for-github-actions
/// </summary>
/// <param name="readVariable">The environment.</param>
/// <param name="output">Standard output, which GitHub reads for annotations.</param>
public sealed class GitHubReport(Func<string, string?> readVariable, TextWriter output)
{
    // GitHub shows ten errors per step, and takes 1 MiB per step's summary. One is left for the verdict of a governed run.
    private const int MostAnnotations = 9;
    private const int MostSummaryBytes = 1_000_000;

    /// <summary>The report of this process.</summary>
    public static GitHubReport OfProcess(TextWriter output) => new(global::System.Environment.GetEnvironmentVariable, output);

    /// <summary>Writes a run's annotations and appends documents to the step's summary. Never throws for what it cannot write: the run's own verdict stands.</summary>
    /// <param name="run">The run, finalized.</param>
    /// <param name="documents">Paths of Markdown files, in the order of the page.</param>
    public void Write(RunFolder run, params IReadOnlyList<string> documents)
    {
        if (readVariable("GITHUB_ACTIONS") == "true")
        {
            try
            {
                Annotate(run);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
            {
                output.WriteLine($"Bench: not every failed job has an annotation: {problem.Message}");
            }
        }

        if (readVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
        {
            foreach (var document in documents)
            {
                Append(summary, document);
            }
        }
    }

    /// <summary>Writes one error annotation; nothing outside of GitHub.</summary>
    /// <param name="title">What failed.</param>
    /// <param name="text">Why, and what to do; may have lines.</param>
    public void WriteError(string title, string text)
    {
        if (readVariable("GITHUB_ACTIONS") == "true")
        {
            output.WriteLine(Annotation(title, text));
        }
    }

    /// <summary>Appends Markdown to the step's summary; nothing outside of GitHub. Never throws for what it cannot write.</summary>
    public void AddToSummary(string markdown)
    {
        if (readVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
        {
            Append(summary, () => markdown, "the job's log");
        }
    }

    private void Append(string summary, string markdownPath) => Append(summary, () => File.ReadAllText(markdownPath), $"the artifact, `{Path.GetFileName(markdownPath)}`");

    private void Append(string summary, Func<string> read, string otherwise)
    {
        try
        {
            var taken = File.Exists(summary) ? new FileInfo(summary).Length : 0;
            var document = read();
            var fits = taken + System.Text.Encoding.UTF8.GetByteCount(document) < MostSummaryBytes;
            File.AppendAllText(summary, fits ? document + "\n" : $"The summary is too large for this page; it is in {otherwise}.\n");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"Bench: the step's summary was not written: {problem.Message}");
        }
    }

    private void Annotate(RunFolder run)
    {
        var reading = RunReader.Read(run, () => new FailureSink(), CancellationToken.None);
        if (reading.Lost.Count > 0)
        {
            output.WriteLine(Annotation("Jobs without a record", string.Create(
                CultureInfo.InvariantCulture, $"{reading.Lost.Count} of {run.Name}: the run ended before them. Go on with it: dotnet test with the same settings and -p:BenchResume={run.Name}")));
        }

        var failures = reading.Sink.Failures;
        failures.Sort((a, b) => string.CompareOrdinal(a.JobId, b.JobId));
        foreach (var row in failures.Take(failures.Count > MostAnnotations ? MostAnnotations - 1 : MostAnnotations))
        {
            output.WriteLine(Annotation($"{row.Category}/{row.Reason}: {row.JobId}", TextOf(run, row)));
        }

        if (failures.Count > MostAnnotations)
        {
            output.WriteLine(Annotation("More failures", string.Create(CultureInfo.InvariantCulture, $"{failures.Count - MostAnnotations + 1} more jobs failed; all are in collected/summary.md.")));
        }
    }

    private static string Annotation(string title, string text) => $"::error title={Property(title)}::{Data(text)}";

    private static string TextOf(RunFolder run, FailedRow row)
    {
        var evidence = File.Exists(run.JobRecord(row.JobId)) ? RecordJson.Deserialize(File.ReadAllBytes(run.JobRecord(row.JobId))).FailureEvidence : null;
        var advice = FailureAdvice.For(row.Reason);
        return $"{evidence ?? "No evidence was kept."}\nWhat to do: {advice}\nRecord: {run.Relative(run.JobRecord(row.JobId))} of run {run.Name}";
    }

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private sealed record FailedRow(string JobId, string Category, string Reason);

    private sealed class FailureSink : IRecordSink<FailureSink>
    {
        public List<FailedRow> Failures { get; } = [];

        public void Add(in RecordRow row)
        {
            if (!row.Success && row.Outcome != JobOutcome.Cancelled)
            {
                Failures.Add(new(row.JobId, row.FailureCategory ?? "harness", row.FailureReason ?? FailureReasons.ExecutorException));
            }
        }

        public void Merge(FailureSink other) => Failures.AddRange(other.Failures);
    }
}
