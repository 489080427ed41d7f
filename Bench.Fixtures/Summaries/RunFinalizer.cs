using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>
/// Closes a run: sets the manifest's status and derives all documents. A pure function of the run's files, so it may be called again,
/// by the test process at its end and by whoever finds that the test process has died. Needs no ASP.NET types.
/// </summary>
public static class RunFinalizer
{
    /// <summary>Closes a run.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="status">
    /// How the run ended, one of <see cref="RunStatuses"/>. Null keeps a final status that the manifest has, else takes the one that the
    /// run wrote into its journal at its end, else says <see cref="RunStatuses.Crashed"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The run's summary, as written.</returns>
    /// <exception cref="Failures.BenchUsageException">The manifest is no JSON object.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunSummary Finalize(RunFolder folder, string? status = null, CancellationToken cancellationToken = default)
    {
        using var run = RunCollection.Read(folder, cancellationToken);
        var summary = SummaryBuilder.Build(run.Reading, folder);

        // The original harness's manifests know no status; they stay as they are.
        if (run.Reading.Manifest.SchemaVersion is not null)
        {
            summary = summary with { Status = status ?? StatusOf(run.Reading) };
            SetStatus(folder, run.Reading.Manifest.Status, summary.Status);
        }

        run.Write(summary, cancellationToken);
        RunSummarizer.Write(folder, summary);
        return summary;
    }

    private static string StatusOf(RunReading reading) => RunStatuses.IsFinal(reading.Manifest.Status)
        ? reading.Manifest.Status!
        : reading.EndStatus ?? RunStatuses.Crashed;

    private static void SetStatus(RunFolder folder, string? current, string status)
    {
        if (current != status)
        {
            AtomicFile.Write(folder.Manifest, ManifestStatus.With(File.ReadAllBytes(folder.Manifest), status), flushToDisk: true);
        }
    }
}
