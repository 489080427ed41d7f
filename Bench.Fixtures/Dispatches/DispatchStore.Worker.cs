using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

// What a worker does to its own job.
public sealed partial class DispatchStore
{
    /// <summary>
    /// Takes a job for this process. Null when it is not to be run: it is over already, or another worker has it. Whoever started this process may have died
    /// before it could note whom it had started.
    /// </summary>
    /// <exception cref="IOException">Another process keeps the folder locked.</exception>
    public static DispatchEntry? Claim(DispatchInstance instance)
    {
        using var held = Hold(new DispatchFolder(RootOf(instance)), WorkerLockLimit);
        var self = ProcessIdentity.Current;
        if (self is null || DispatchEntry.Read(instance) is not { Outcome: null } entry || (entry.Job.Worker is { } other && other != self))
        {
            return null;
        }

        if (entry.Job.Worker is null)
        {
            DispatchJson.Write(instance.Job, entry.Job with { Pid = self.Pid, PidStartTicks = self.StartTicks });
        }

        return DispatchEntry.Read(instance);
    }

    /// <summary>The instance whose folder this is.</summary>
    public static DispatchInstance InstanceAt(string path) => new DispatchFolder(Path.GetDirectoryName(Path.GetDirectoryName(path))!)
        .Instance(Path.GetFileName(Path.GetDirectoryName(path))!, int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Notes the work tree as the job finds it: a queued job must not be credited with what others did while it waited.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process keeps it locked.</exception>
    public DispatchEntry NoteTree(DispatchEntry entry, WorkTreeState tree)
    {
        using var held = Hold();
        DispatchJson.Write(entry.Instance.Tree, tree);
        DispatchJson.Write(entry.Instance.Job, entry.Job with { StartHeadCommit = tree.HeadCommit });
        return Entry(entry.Instance)!;
    }

    /// <summary>Writes what the worker sees. A folder that is gone is no reason to end the job.</summary>
    public static void Beat(DispatchInstance instance, DispatchHeartbeat heartbeat)
    {
        try
        {
            AtomicFile.Write(instance.Heartbeat, DispatchJson.Serialize(heartbeat));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The next one, or the outcome, will say more.
        }
    }

    /// <summary>The work tree at the start; null when the job was given none.</summary>
    public static WorkTreeState? TreeAtStart(DispatchInstance instance) => DispatchJson.TryRead<WorkTreeState>(instance.Tree);

    /// <summary>Whether somebody asked for the job's end.</summary>
    public static bool IsStopRequested(DispatchInstance instance) => File.Exists(instance.StopRequest);

    /// <summary>The job's record; null when there is none.</summary>
    public static JobRecord? RecordOf(DispatchInstance instance) => DeadJob.RecordOf(instance);

    /// <summary>Writes how the job ended; its slot is free with that, and who waits is started.</summary>
    public DispatchOutcome End(DispatchInstance instance, DispatchJob job, OutcomeVerdict verdict, OutcomeFacts facts)
    {
        // The outcome first and without any lock: it is nobody else's to write while this process lives, and must not be lost because somebody holds the folder.
        var outcome = DispatchEntry.Read(instance)?.Outcome ?? Conclude(instance, job, verdict, facts);
        Settle();
        using var held = Hold(Folder, WorkerLockLimit);
        Pump();
        return outcome;
    }

    private static string RootOf(DispatchInstance instance) => Path.GetDirectoryName(Path.GetDirectoryName(instance.Root))!;
}
