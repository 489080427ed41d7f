using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>
/// Derives <c>run_results.json</c>, <c>collected/results.json</c> and <c>collected/records.ndjson</c> from a run's manifest and
/// <c>raw/</c>. The same input gives the same bytes: no clock is read, records are copied byte for byte, and everything is sorted.
/// </summary>
public static class RunCollector
{
    /// <summary>Writes the documents.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="cancellationToken">Ends the work; documents are then left as they were.</param>
    /// <returns>The summary of what was collected; not written.</returns>
    /// <exception cref="Failures.BenchUsageException">The manifest is no JSON object.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunSummary Collect(RunFolder folder, CancellationToken cancellationToken)
    {
        using var run = RunCollection.Read(folder, cancellationToken);
        var summary = UnclosedRun.Told(SummaryBuilder.Build(run.Reading, folder), run.Reading.EndStatus, folder);
        run.Write(summary, cancellationToken);
        return summary;
    }
}
