using System.Text.Json;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>
/// Writes a run's folder while the run goes on, so that a run killed at any moment keeps every finished job. Thread-safe.
/// A finished job's document is written first and its journal line second: a kill between the two leaves the document, which the
/// reader finds; the other order could leave a line whose document is missing. Neither order can count a job twice, because readers
/// count job ids, not files.
/// </summary>
public sealed class RunWriter : IDisposable
{
    private readonly JournalWriter journal;
    private readonly HashSet<string> finished = [];
    private readonly Lock gate = new();

    private readonly RunOwnership owner;

    private RunWriter(RunFolder folder, RunOwnership owner, JournalWriter journal)
    {
        Folder = folder;
        this.owner = owner;
        this.journal = journal;
        Start = journal.Start;
    }

    /// <summary>Where in the journal, in bytes, this process began: 0 unless the run was resumed.</summary>
    public long Start { get; private set; }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>Creates the folder of a new run, with its manifest first.</summary>
    /// <param name="outputDir">The folder that holds run folders; created when absent.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="manifest">The manifest, as JSON.</param>
    /// <param name="clock">Stamps the journal.</param>
    /// <exception cref="BenchUsageException">The run id exists, or the folder cannot be written.</exception>
    public static RunWriter Create(string outputDir, string runId, ReadOnlySpan<byte> manifest, TimeProvider clock)
    {
        var folder = RunFolder.Of(outputDir, runId);
        RefuseTaken(folder, runId);

        RunOwnership? owner = null;
        try
        {
            Directory.CreateDirectory(folder.Raw);

            // Of two processes that choose the same id at once, one wins here.
            AtomicFile.Write(folder.Manifest, manifest, flushToDisk: true, replace: false);
            owner = RunOwnership.Take(folder);
            return Begin(folder, owner, JournalWriter.Create(folder.Journal, clock), runId);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            owner?.Dispose();
            throw File.Exists(folder.Manifest) && File.Exists(folder.Journal)
                ? Exists(folder, runId)
                : OutputFolder.CannotBeWritten(folder.Root, exception);
        }
    }

    /// <summary>
    /// Goes on with a run that was cancelled or killed. Which jobs still need a result is for <see cref="RunReader"/> to say; what an
    /// interrupted attempt of theirs left in <c>raw/</c> is moved to <c>raw/interrupted/&lt;number of the resume&gt;/</c>.
    /// </summary>
    /// <param name="folder">The run.</param>
    /// <param name="owner">The right to write it; released with the writer, also when this fails.</param>
    /// <param name="manifest">Replaces the manifest, as JSON; null leaves it.</param>
    /// <param name="jobsToRun">The jobs that will run again.</param>
    /// <param name="clock">Stamps the journal.</param>
    /// <exception cref="BenchUsageException">The folder is no run of Bench, or cannot be written.</exception>
    public static RunWriter Resume(RunFolder folder, RunOwnership owner, byte[]? manifest, IEnumerable<string> jobsToRun, TimeProvider clock)
    {
        if (!File.Exists(folder.Manifest) || !File.Exists(folder.Journal))
        {
            owner.Dispose();
            throw new BenchUsageException(
                $"The run '{folder.Root}' cannot be resumed: its manifest.json or raw/journal.ndjson is missing. Start a run with another RunId.");
        }

        var runId = ManifestHeader.Read(folder.Manifest).RunId ?? folder.Name;
        try
        {
            InterruptedAttempts.SetAside(folder, jobsToRun);
            if (manifest is not null)
            {
                AtomicFile.Write(folder.Manifest, manifest, flushToDisk: true);
            }

            return Begin(folder, owner, JournalWriter.Continue(folder.Journal, clock), runId);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            owner.Dispose();
            throw new BenchUsageException($"The run '{folder.Root}' cannot be resumed, its folder cannot be written: {exception.Message}");
        }
    }

    /// <summary>Replaces the manifest, whole.</summary>
    public void WriteManifest(ReadOnlySpan<byte> manifest) => AtomicFile.Write(Folder.Manifest, manifest, flushToDisk: true);

    /// <summary>Keeps the text that a job sends, and returns the file's path.</summary>
    /// <exception cref="ArtifactException">The file could not be written.</exception>
    public string WritePrompt(string jobId, string text)
    {
        var path = Folder.PromptText(jobId);
        return ArtifactException.Write(path, () =>
        {
            File.WriteAllText(path, text);
            return path;
        });
    }

    /// <summary>A job was given its slot. Without a later <see cref="JobFinished"/> the job counts as lost.</summary>
    public void JobStarted(string jobId) =>
        journal.Append(JournalEvents.JobStarted, json => json.WriteString("job_id", jobId));

    /// <summary>An attempt ended; what it did is in the job's record, this line only tells when.</summary>
    public void AttemptFinished(string jobId, AttemptRecord attempt) => journal.Append(JournalEvents.AttemptFinished, json =>
    {
        json.WriteString("job_id", jobId);
        json.WriteNumber("attempt", attempt.Attempt);
        json.WriteBoolean("success", attempt.Success);
        json.WriteString("failure_category", attempt.FailureCategory);
        json.WriteString("failure_reason", attempt.FailureReason);
    });

    /// <summary>No job of a provider starts for a while, because an attempt of this job was turned away for its rate.</summary>
    public void ProviderPaused(string provider, TimeSpan pause, string jobId) => journal.Append(JournalEvents.ProviderPaused, json =>
    {
        json.WriteString("provider", provider);
        json.WriteNumber("pause_ms", Math.Round(pause.TotalMilliseconds));
        json.WriteString("job_id", jobId);
    });

    /// <summary>Keeps a job's record; when this returns, neither the end of the process nor a power failure can lose it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="row">What its test comes to, one of <see cref="RowOutcomes"/>; null when it has none, or nobody said.</param>
    /// <exception cref="InvalidOperationException">The job has a record of this process already.</exception>
    /// <exception cref="RecordWriteException">Document or journal line could not be written; holds the record as it now counts.</exception>
    public void JobFinished(JobRecord record, string? row = null)
    {
        lock (gate)
        {
            if (!finished.Add(record.JobId))
            {
                throw new InvalidOperationException($"The job '{record.JobId}' has a record already; records are written once.");
            }
        }

        try
        {
            Keep(record, row);
        }
        catch (Exception cause) when (!ArtifactException.IsCause(cause))
        {
            // What cannot be written as JSON is no record: the job may still get another one.
            lock (gate)
            {
                finished.Remove(record.JobId);
            }

            throw;
        }
    }

    /// <summary>Something about the run as a whole that a person should see now: one sentence, without secrets.</summary>
    public void Notice(string text) => journal.Append(JournalEvents.Notice, json => json.WriteString("text", text));

    /// <summary>The run is over. What is derived from it is <c>RunFinalizer</c>'s to write.</summary>
    /// <param name="status">One of <see cref="RunStatuses"/>.</param>
    public void Finish(string status) =>
        journal.Append(JournalEvents.RunFinished, json => json.WriteString("status", status), flushToDisk: true);

    /// <summary>Closes the journal. Without a <see cref="Finish"/> before it, the run counts as crashed.</summary>
    public void Dispose()
    {
        journal.Dispose();
        owner.Dispose();
    }

    /// <summary>Replaces the record of a job that is over and does not run again, before the first job of this process starts.</summary>
    public void Amend(JobRecord record)
    {
        JobFinished(record);
        Start = journal.Position;
    }

    private void Keep(JobRecord record, string? row)
    {
        try
        {
            AtomicFile.Write(Folder.JobRecord(record.JobId), RecordJson.SerializeIndented(record));
        }
        catch (Exception cause) when (ArtifactException.IsCause(cause))
        {
            var failed = RecordWriteException.OfDocument(record, Folder.JobRecord(record.JobId), cause);
            TryAppendRecord(failed.Record);
            throw failed;
        }

        try
        {
            AppendRecord(record, row);
        }
        catch (IOException cause)
        {
            // The document has the record: one of the two is enough.
            throw new RecordWriteException(record, Folder.Journal, cause is ArtifactException ? cause.InnerException! : cause);
        }
    }

    private void AppendRecord(JobRecord record, string? row) => journal.Append(
        JournalEvents.JobFinished,
        json =>
        {
            json.WriteString("job_id", record.JobId);
            if (row is not null)
            {
                json.WriteString("row", row);
            }

            // Last, so that a reader needs no more of the line than the record's own numbers.
            json.WritePropertyName("record");
            json.WriteRawValue(RecordJson.Serialize(record), skipInputValidation: true);
        },
        flushToDisk: true);

    private void TryAppendRecord(JobRecord record)
    {
        try
        {
            AppendRecord(record, row: null);
        }
        catch (IOException)
        {
            // Then the record is nowhere and the job counts as lost; the document's problem is on its way to the caller.
        }
    }

    private static RunWriter Begin(RunFolder folder, RunOwnership owner, JournalWriter journal, string runId)
    {
        var writer = new RunWriter(folder, owner, journal);
        journal.Append(JournalEvents.RunStarted, json => json.WriteString("run_id", runId));
        return writer;
    }

    /// <summary>Refuses the folder of a new run in which there is something.</summary>
    /// <exception cref="BenchUsageException">The run id exists.</exception>
    internal static void RefuseTaken(RunFolder folder, string runId)
    {
        if (Directory.Exists(folder.Root) && Directory.EnumerateFileSystemEntries(folder.Root).Any())
        {
            throw Exists(folder, runId);
        }
    }

    private static BenchUsageException Exists(RunFolder folder, string runId) => new(
        $"The run id '{runId}' exists: '{folder.Root}' is not empty, and a run's records are never overwritten. " +
        "Choose another RunId (RunId in bench.json or BENCH__RunId), or resume the run.");
}
