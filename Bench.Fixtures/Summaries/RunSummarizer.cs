using System.Text;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Summaries;

/// <summary>Derives <c>collected/summary.json</c>, <c>collected/summary.md</c> and, of a run with faults, <c>collected/faults.md</c> from a run's manifest and <c>raw/</c>; the same input gives the same bytes.</summary>
public static class RunSummarizer
{
    /// <summary>The summary of a run; nothing is written.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Failures.BenchUsageException">The manifest is no JSON object.</exception>
    public static RunSummary Read(RunFolder folder, CancellationToken cancellationToken)
    {
        var reading = RunReader.Read(folder, () => new RunAccumulator(), cancellationToken);
        return UnclosedRun.Told(SummaryBuilder.Build(reading, folder), reading.EndStatus, folder);
    }

    /// <summary>Writes the summary of a run.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="cancellationToken">Ends the work; documents are then left as they were.</param>
    /// <exception cref="Failures.BenchUsageException">The manifest is no JSON object.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunSummary Summarize(RunFolder folder, CancellationToken cancellationToken)
    {
        var summary = Read(folder, cancellationToken);
        Write(folder, summary);
        return summary;
    }

    /// <summary>Writes a summary, each document whole or not at all.</summary>
    internal static void Write(RunFolder folder, RunSummary summary)
    {
        Directory.CreateDirectory(folder.Collected);
        OriginalDocuments.Keep(folder.SummaryJson, folder.SummaryMarkdown);

        // Records of Bench are redacted already; a run's own secrets are known to it alone.
        var redactor = new Redactor([]);
        AtomicFile.Write(folder.SummaryJson, Encoding.UTF8.GetBytes(redactor.Redact(Encoding.UTF8.GetString(SummaryJson.Serialize(summary)))));
        AtomicFile.Write(folder.SummaryMarkdown, Encoding.UTF8.GetBytes(redactor.Redact(SummaryMarkdown.Render(summary))));
        if (summary.InjectedFaults)
        {
            AtomicFile.Write(folder.Faults, Encoding.UTF8.GetBytes(FaultTable.Render(FaultTable.Read(folder))));
        }
    }
}
