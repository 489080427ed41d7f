using System.Text.Json;
using Bench.Fixtures.Records;
using Microsoft.Win32.SafeHandles;

namespace Bench.Fixtures.Summaries;

/// <summary>A run that was read once and can be written as documents.</summary>
internal sealed class RunCollection : IDisposable
{
    private readonly RunFolder folder;
    private readonly RecordSpool spool;
    private readonly RecordIndex index;

    private RunCollection(RunFolder folder, RecordSpool spool, RunReading<RunAccumulator> reading, RecordIndex index)
    {
        this.folder = folder;
        this.spool = spool;
        this.index = index;
        Reading = reading;
    }

    /// <summary>What the run's folder says.</summary>
    public RunReading<RunAccumulator> Reading { get; }

    /// <summary>Reads a run.</summary>
    public static RunCollection Read(RunFolder folder, CancellationToken cancellationToken)
    {
        var spool = new RecordSpool(Path.Combine(folder.Collected, "records"));
        try
        {
            var (reading, index) = new RunScanner<RunAccumulator>(folder, () => new RunAccumulator(), spool, cancellationToken).Read();
            return new RunCollection(folder, spool, reading, index);
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Writes <c>run_results.json</c>, <c>collected/results.json</c> and <c>collected/records.ndjson</c>, each whole or not at all.</summary>
    public void Write(RunSummary summary, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Collected);
        string[] paths = [folder.Records, folder.RunResults, folder.Results];
        string[] temporary = [.. paths.Select(AtomicFile.TemporaryFor)];
        try
        {
            Copy(temporary, summary, cancellationToken);
            if (OriginalDocuments.IsOriginal(Reading.Manifest))
            {
                Array.ForEach(temporary, path => OriginalDocuments.Redact(path, cancellationToken));
                OriginalDocuments.Keep(folder.Results, folder.Records);
                OriginalDocuments.Keep(folder.RunResults);
            }

            for (var i = 0; i < paths.Length; i++)
            {
                File.Move(temporary[i], paths[i], overwrite: true);
            }
        }
        finally
        {
            foreach (var path in temporary)
            {
                File.Delete(path);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => spool.Dispose();

    private void Copy(string[] paths, RunSummary summary, CancellationToken cancellationToken)
    {
        using var journal = File.Exists(folder.Journal)
            ? File.OpenHandle(folder.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
            : null;
        using var lines = Create(paths[0]);
        using var runResults = Create(paths[1]);
        using var results = Create(paths[2]);
        var copier = new RecordCopier(index, journal, spool.Handle);
        copier.Copy(lines, [RunResults(runResults, summary), Results(results, summary)], cancellationToken);
    }

    private static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);

    private static RecordDocument RunResults(SafeFileHandle file, RunSummary summary)
    {
        var (head, tail) = SummaryJson.AroundRecords(json => Identity(json, FormatVersions.RunResults, summary), aggregates: null);
        return new RecordDocument(file, head, tail);
    }

    private static RecordDocument Results(SafeFileHandle file, RunSummary summary)
    {
        var (head, tail) = SummaryJson.AroundRecords(
            json =>
            {
                Identity(json, FormatVersions.Results, summary);

                // Relative to the output folder: a run that was moved must give the same bytes.
                json.WriteString("run_dir", summary.RunId);
                json.WriteNumber("record_count", summary.RecordCount);
            },
            SummaryBuilder.AggregatesOf(summary));
        return new RecordDocument(file, head, tail);
    }

    private static void Identity(Utf8JsonWriter json, int version, RunSummary summary)
    {
        json.WriteNumber("schema_version", version);
        json.WriteString("run_id", summary.RunId);
        json.WriteString("generated_at", summary.GeneratedAt);
    }
}
