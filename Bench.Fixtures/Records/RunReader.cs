using System.Text;

namespace Bench.Fixtures.Records;

/// <summary>
/// Reads a run's folder: one that Bench wrote, finished or killed, or one of the original Python harness. Every job counts once.
/// The journal is read in one go; documents in <c>raw/</c> are read for the jobs that it does not have. Records are streamed: memory
/// grows by what the sink keeps and by some 50 bytes per record, not with answers and logs.
/// </summary>
public static class RunReader
{
    /// <summary>Reads every record of a run.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="createSink">Makes an empty sink; called once per reading thread.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BenchUsageException">The manifest is no JSON object.</exception>
    public static RunReading<TSink> Read<TSink>(RunFolder folder, Func<TSink> createSink, CancellationToken cancellationToken)
        where TSink : IRecordSink<TSink> => new RunScanner<TSink>(folder, createSink, spool: null, cancellationToken).Read().Reading;

    /// <summary>The job ids that have a record, for a run that is resumed. Sorted by workflow, prompt and trial.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="withCancelled">Whether a job that was cancelled, or not run, counts as one that has a record.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static IReadOnlyList<string> RecordedJobs(RunFolder folder, bool withCancelled, CancellationToken cancellationToken)
    {
        var reading = Read(folder, () => new JobIdSink(withCancelled), cancellationToken);
        return [.. reading.Sink.JobIds.Order(StringComparer.Ordinal)];
    }

    /// <summary>The records of jobs that are over, by job id: passed or failed, not cancelled and not left out.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static IReadOnlyDictionary<string, JobRecord> FinalRecords(RunFolder folder, CancellationToken cancellationToken) =>
        Records(folder, withCancelled: false, cancellationToken);

    /// <summary>The records of a run, by job id, whole; for runs of which all records fit into memory.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="withCancelled">Whether those of jobs that were cancelled, or not run, are among them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static IReadOnlyDictionary<string, JobRecord> Records(RunFolder folder, bool withCancelled, CancellationToken cancellationToken)
    {
        var records = new Dictionary<string, JobRecord>(StringComparer.Ordinal);
        foreach (var jobId in RecordedJobs(folder, withCancelled, cancellationToken))
        {
            // The document is written before the journal's line, so where both are, it is never the older one.
            records[jobId] = File.Exists(folder.JobRecord(jobId))
                ? RecordJson.Deserialize(File.ReadAllBytes(folder.JobRecord(jobId)))
                : JournalLines.LastRecordOf(folder.Journal, jobId);
        }

        return records;
    }

    private sealed class JobIdSink(bool withCancelled) : IRecordSink<JobIdSink>
    {
        public List<string> JobIds { get; } = [];

        public void Add(in RecordRow row)
        {
            if (withCancelled || (row.Outcome != JobOutcome.Cancelled && !row.NeverStarted))
            {
                JobIds.Add(row.JobId);
            }
        }

        public void Merge(JobIdSink other) => JobIds.AddRange(other.JobIds);
    }
}
