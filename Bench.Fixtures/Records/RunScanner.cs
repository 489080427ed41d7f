using System.Globalization;
using System.Text;

namespace Bench.Fixtures.Records;

/// <summary>One reading of a run's folder, step by step.</summary>
/// <param name="folder">The run.</param>
/// <param name="createSink">Makes an empty sink.</param>
/// <param name="spool">Keeps the bytes of records that only <c>raw/</c> has; null when nobody will copy them.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class RunScanner<TSink>(RunFolder folder, Func<TSink> createSink, RecordSpool? spool, CancellationToken cancellationToken)
    where TSink : IRecordSink<TSink>
{
    private readonly bool hasJournal = File.Exists(folder.Journal);
    private readonly List<string> notes = [];

    /// <summary>Reads everything. The index says where the records are.</summary>
    public (RunReading<TSink> Reading, RecordIndex Index) Read()
    {
        // Thousands of names: looked at while the journal is read.
        var survey = Task.Run(() => RawRecords.Survey(folder), cancellationToken);
        var manifestBytes = File.Exists(folder.Manifest) ? File.ReadAllBytes(folder.Manifest) : null;
        var manifest = manifestBytes is null ? ManifestHeader.Absent : ManifestHeader.Parse(manifestBytes, folder.Manifest);
        var runId = manifest.RunId ?? (hasJournal ? JournalLines.RunId(folder.Journal) : null);
        var raw = new RawRecordReader(folder, runId, LatestStamp.Parse(manifest.CreatedAt));

        var scan = ScanJournal(runId, raw, out var newerInRaw);
        ReadRaw(scan, raw, newerInRaw, survey.GetAwaiter().GetResult());
        var (planned, lost) = manifestBytes is null ? (null, [])
            : manifest.PlannedByWorkflow is null ? FindOriginal(manifest, scan)
            : (manifest.PlannedByWorkflow, FindLost(manifest, manifestBytes, scan));
        return (new RunReading<TSink>
        {
            RunId = runId ?? folder.Name,
            Manifest = manifest,
            RecordCount = scan.Index.Count,
            PlannedByWorkflow = planned,
            Lost = lost,
            LastCompletedAt = scan.LatestEnd.Text ?? manifest.CreatedAt,
            EndStatus = scan.EndStatus,
            Notes = notes,
            Sink = scan.Sink,
        }, scan.Index);
    }

    private JournalScan<TSink> ScanJournal(string? runId, RawRecordReader raw, out List<string> newerInRaw)
    {
        newerInRaw = [];
        if (!hasJournal)
        {
            return JournalScan<TSink>.Empty(createSink());
        }

        var scan = JournalScan<TSink>.Run(folder.Journal, runId, [], createSink, cancellationToken);
        scan.Index.Sort();
        var superseded = scan.Index.SupersededOffsets();
        if (scan.WasResumed)
        {
            newerInRaw = FindNewerInRaw(scan, raw, superseded);
        }

        // Sums cannot be taken back: what counts is read again without what is replaced. Only resumed runs come here.
        if (superseded.Count > 0)
        {
            scan = JournalScan<TSink>.Run(folder.Journal, runId, superseded, createSink, cancellationToken);
            scan.Index.Sort();
        }

        var lines = JournalLines.NumbersOf(folder.Journal, scan.UnusableLines.Select(line => line.Offset));
        foreach (var (offset, reason) in scan.UnusableLines)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"raw/journal.ndjson: line {lines[offset]} {reason}; not counted"));
        }

        return scan;
    }

    // A job that ran again after a resume, and whose process was killed between its document and its journal line.
    private List<string> FindNewerInRaw(JournalScan<TSink> scan, RawRecordReader raw, HashSet<long> superseded)
    {
        List<string> newer = [];
        using var journal = File.OpenHandle(folder.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        foreach (var jobId in JournalLines.JobsInFlight(folder.Journal, scan.LastRunStart).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(folder.JobRecord(jobId)) || raw.TryRead(jobId, out var row) is not null)
            {
                continue;
            }

            var place = Find(scan.Index, row);
            if (place < 0)
            {
                continue;
            }

            var entry = scan.Index.Sorted[place];
            var bytes = new byte[entry.Length];
            RandomAccess.Read(journal, bytes, entry.Offset);
            if (!raw.Compact.SequenceEqual(bytes))
            {
                superseded.Add(entry.Offset);
                newer.Add(jobId);
            }
        }

        return newer;
    }

    private void ReadRaw(JournalScan<TSink> scan, RawRecordReader raw, List<string> newerInRaw, (int Count, ulong JobIdSum) survey)
    {
        if (survey.Count > 0 && (newerInRaw.Count > 0 || survey != (scan.Index.Count, scan.Index.JobIdSum)))
        {
            var known = new HashSet<string>(scan.Index.Count);
            foreach (var entry in scan.Index.Sorted)
            {
                known.Add(scan.Index.JobIdOf(entry));
            }

            var found = new RecordIndex(raw.Names);
            foreach (var jobId in RawRecords.JobIds(folder).Where(jobId => !known.Contains(jobId)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Take(jobId, scan, raw, found);
            }

            spool?.Flush();
            scan.Index.AddAll(found);
        }

        scan.Index.Sort();
    }

    private void Take(string jobId, JournalScan<TSink> scan, RawRecordReader raw, RecordIndex found)
    {
        if (raw.TryRead(jobId, out var row) is { } reason)
        {
            notes.Add($"raw/{jobId}.json: {reason}; not counted");
            return;
        }

        if (raw.Nonsense is { } nonsense)
        {
            notes.Add($"raw/{jobId}.json: {nonsense}, which nothing can have measured; unknown, not counted");
        }

        if (raw.PassIsAnError)
        {
            notes.Add($"raw/{jobId}.json: passed, and all that its last attempt printed is an error event; counted as passed, as the original did");
        }

        var offset = spool?.Append(raw.Compact) ?? -1;
        found.Add(new RecordEntry(raw.Identity, RecordSource.Spool, offset, raw.Compact.Length));
        scan.LatestEnd.Take(raw.JobCompletedAt);
        scan.Sink.Add(row);
    }

    private List<LostJob> FindLost(ManifestHeader manifest, byte[] manifestBytes, JournalScan<TSink> scan)
    {
        if ((manifest.PlannedCount, manifest.PlannedJobIdSum) == (scan.Index.Count, scan.Index.JobIdSum))
        {
            return [];
        }

        List<LostJob> lost = [];
        ManifestHeader.VisitJobs(manifestBytes, (jobId, workflowId, promptId, trial) =>
        {
            if (scan.Index.Find(jobId, workflowId, promptId, trial) < 0)
            {
                lost.Add(new LostJob(Encoding.UTF8.GetString(jobId), Encoding.UTF8.GetString(workflowId), WasStarted: false));
            }
        });
        if (lost.Count == 0 || !hasJournal)
        {
            return lost;
        }

        var inFlight = JournalLines.JobsInFlight(folder.Journal, offset: 0);
        return [.. lost.Select(job => job with { WasStarted = inFlight.Contains(job.JobId) })];
    }

    // Its manifest lists no jobs.
    private (IReadOnlyDictionary<string, int>? Planned, IReadOnlyList<LostJob> Lost) FindOriginal(ManifestHeader manifest, JournalScan<TSink> scan)
    {
        var jobs = new HashSet<string>(StringComparer.Ordinal);
        var prompts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in scan.Index.Sorted)
        {
            jobs.Add(scan.Index.JobIdOf(entry));
            prompts.Add(scan.Index.PromptIdOf(entry));
        }

        var lanes = manifest.SchemaVersion is null ? manifest.OriginalLanes : [];
        var plan = OriginalPlan.Of(folder, lanes, prompts);
        if (plan.PlannedByWorkflow is null && lanes.Count > 0)
        {
            notes.Add($"manifest.json: the lanes {string.Join(", ", lanes)} left neither a record nor a prompt; how many jobs were lost is unknown");
        }

        return (plan.PlannedByWorkflow, plan.Lost(jobs));
    }

    private static int Find(RecordIndex index, in RecordRow row) => index.Find(
        Encoding.UTF8.GetBytes(row.JobId), Encoding.UTF8.GetBytes(row.WorkflowId), Encoding.UTF8.GetBytes(row.PromptId), row.Trial);
}
