using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Dispatches;

/// <summary>What a killed worker left: processes, an open run folder, no outcome.</summary>
internal static class DeadJob
{
    /// <summary>
    /// Stops what still runs, closes the run's folder and writes the outcome. A record that the worker had written counts. False when somebody else writes the run:
    /// a worker that is alive after all, or a person's command; then nothing is changed, and whoever comes next tries again.
    /// </summary>
    /// <param name="entry">The job.</param>
    /// <param name="environment">Holds the secrets that the kept prompt is redacted by.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="limit">How long to wait for whoever writes the run.</param>
    public static bool TryClose(DispatchEntry entry, IReadOnlyDictionary<string, string> environment, TimeProvider clock, TimeSpan limit)
    {
        var hasRun = File.Exists(entry.Instance.Run.Manifest) && Directory.Exists(entry.Instance.Run.Raw);
        using var ownership = hasRun ? RunOwnership.Await(entry.Instance.Run, limit) : null;
        if (hasRun && ownership is null)
        {
            return false;
        }

        KeptPrompt.Redact(entry.Instance, entry.Job, environment);
        KillProcesses(entry.Instance);
        Finalize(entry.Instance, hasRun);
        var record = RecordOf(entry.Instance);
        var ending = File.Exists(entry.Instance.StopRequest) ? DispatchEnding.Stopped : DispatchEnding.Signalled;
        var verdict = record is not null && record.Status != JobStatuses.Cancelled ? OutcomeVerdict.Of(record, ending, lacksCommit: entry.Job.RequireCommitArtifact && entry.Heartbeat?.ReportedCommit is null, [])
            : ending == DispatchEnding.Stopped ? OutcomeVerdict.OfEnding(ending)
            : OutcomeVerdict.WorkerDied;
        var facts = new OutcomeFacts
        {
            SelectedModel = record?.ModelSelected,
            Mutations = entry.Heartbeat?.MutationCount,
            ReportedCommit = entry.Heartbeat?.ReportedCommit,
            LogBytes = JobLogs.BytesOf(entry.Instance),
            CpuTimeSec = entry.Heartbeat?.CpuTimeSec,
        };
        DispatchJson.Write(entry.Instance.Outcome, facts.OutcomeOf(entry.Job, entry.Instance, verdict, clock.GetUtcNow()));
        return true;
    }

    /// <summary>Kills every process of the job's run, wherever it went; returns how many.</summary>
    public static int KillProcesses(DispatchInstance instance) => MarkOf(instance) is { } mark ? ProcessReaper.Kill(mark) : 0;

    /// <summary>The job's record; null when there is none that can be read.</summary>
    public static JobRecord? RecordOf(DispatchInstance instance)
    {
        try
        {
            return Directory.Exists(instance.Run.Raw) && Directory.EnumerateFiles(instance.Run.Raw, "*.json").FirstOrDefault(path => !path.Contains("__attempt", StringComparison.Ordinal)) is { } file
                ? RecordJson.Deserialize(File.ReadAllBytes(file))
                : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static RunMark? MarkOf(DispatchInstance instance)
    {
        try
        {
            return ManifestHeader.Read(instance.Run.Manifest).ProcessMark is { } mark ? new RunMark(instance.RunId, mark) : null;
        }
        catch (Exception problem) when (problem is IOException or BenchUsageException)
        {
            return null;
        }
    }

    private static void Finalize(DispatchInstance instance, bool hasRun)
    {
        try
        {
            if (hasRun)
            {
                RunFinalizer.Finalize(instance.Run);
            }
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem) || problem is BenchUsageException)
        {
            // The outcome must be written all the same; 'dotnet bench collect' on the folder says what is wrong with it.
        }
    }
}
