using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Dispatches;

/// <summary>
/// The dispatched jobs of one folder, shared by every process that knows it: whoever calls first settles what has died and starts what waits,
/// so no service has to run. All changes happen under one file lock; what takes long, closing what a dead worker left, happens under a lock of that job alone.
/// </summary>
public sealed partial class DispatchStore
{
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(60);

    // Nobody waits for a worker, and it has no other moment to say how its job ended.
    private static readonly TimeSpan WorkerLockLimit = TimeSpan.FromMinutes(10);

    // A child that a worker was just starting may hold its files for a moment longer than the worker. A person's command holds them for as long as it takes.
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(3);

    private readonly IReadOnlyDictionary<string, int> limits;
    private readonly WorkerCommand worker;
    private readonly TimeProvider clock;

    /// <summary>The jobs below a folder.</summary>
    /// <param name="settings">The folder, and the limits that jobs are started by.</param>
    /// <param name="worker">How workers are started.</param>
    /// <param name="clock">The clock.</param>
    public DispatchStore(DispatchSettings settings, WorkerCommand worker, TimeProvider clock)
    {
        Folder = new DispatchFolder(settings.Dir);
        limits = settings.Limits;
        this.worker = worker;
        this.clock = clock;
    }

    /// <summary>The folder.</summary>
    public DispatchFolder Folder { get; }

    /// <summary>Every job's last instance, by id, after dead ones were closed and waiting ones started.</summary>
    /// <exception cref="IOException">The folder cannot be read, or another process keeps it locked.</exception>
    public IReadOnlyList<DispatchEntry> Read()
    {
        if (!Directory.Exists(Folder.Root))
        {
            return [];
        }

        Settle();
        using var held = Hold();
        Pump();
        return [.. Entries()];
    }

    /// <summary>One job, and its place in the queue from 1 (null when it does not wait), after the same; null when there is none with this id.</summary>
    /// <exception cref="IOException">The folder cannot be read, or another process keeps it locked.</exception>
    public (DispatchEntry Entry, int? QueuePosition)? Find(string beads)
    {
        if (!Directory.Exists(Folder.Root) || !DispatchFolder.IsId(beads))
        {
            return null;
        }

        Settle(beads);
        using var held = Hold();
        Pump();
        return Last(beads) is { } entry ? (entry, PositionOf(entry, OpenEntries())) : null;
    }

    private static int? PositionOf(DispatchEntry entry, IEnumerable<DispatchEntry> others) =>
        entry.IsQueued ? 1 + others.Count(other => other.IsQueued && other.Job.Provider == entry.Job.Provider && other.Job.Ticket < entry.Job.Ticket) : null;

    // The jobs as they are; under the lock nobody else changes them.
    private IEnumerable<DispatchEntry> Entries() => Folder.Ids().Select(Last).OfType<DispatchEntry>();

    // Those that are not over: there may be thousands that are.
    private List<DispatchEntry> OpenEntries() =>
        [.. Folder.Ids().Select(id => Folder.Instances(id)[^1]).Where(instance => !File.Exists(instance.Outcome)).Select(Entry).OfType<DispatchEntry>()];

    private DispatchEntry? Last(string beads) => Folder.Instances(beads) is [.., var last] ? Entry(last) : null;

    private DispatchEntry? Entry(DispatchInstance instance) => DispatchEntry.Read(instance) is not { } entry ? null
        : entry is { IsElsewhere: true, IsQueued: false, Outcome: null } ? entry with { SilentFor = SilenceWatch.Look(instance, entry, clock) }
        : entry;

    private FileLock Hold() => Hold(Folder, LockLimit);

    private static FileLock Hold(DispatchFolder folder, TimeSpan limit)
    {
        Directory.CreateDirectory(folder.Root);
        return FileLock.Await(folder.Lock, limit)
            ?? throw new IOException(FormattableString.Invariant($"'{folder.Lock}' is held by another process for more than {limit.TotalSeconds:0} s. See what holds it, and try again."));
    }

    // Closes the jobs whose worker has gone without a word, so that none is in flight for ever. Not under the lock of the folder: killing processes and summing a run up
    // takes long, and everybody else would wait. What another process is closing is left to it, unless it is the job that was asked for.
    private List<string> Settle(string? awaited = null)
    {
        List<DispatchEntry> dead;
        using (Hold())
        {
            dead = [.. OpenEntries().Where(entry => entry.IsDead)];
        }

        var settled = new List<string>();
        foreach (var entry in dead.Where(entry => Directory.Exists(entry.Instance.Root)))
        {
            var (closingLimit, runLimit) = entry.Job.Beads == awaited ? (LockLimit, RunLimit) : (TimeSpan.Zero, TimeSpan.Zero);
            using var closing = FileLock.Await(entry.Instance.Closing, closingLimit, FileOptions.DeleteOnClose);
            if (closing is not null && Entry(entry.Instance) is { IsDead: true } still && DeadJob.TryClose(still, worker.Environment, clock, runLimit))
            {
                settled.Add(entry.Job.Beads);
            }
        }

        return settled;
    }

    // Starts what waits, first come first served, as far as slots are free.
    private void Pump()
    {
        var entries = OpenEntries();
        foreach (var queue in entries.Where(entry => entry.IsQueued).GroupBy(entry => entry.Job.Provider))
        {
            var free = LimitOf(queue.Key) - entries.Count(entry => entry.IsInFlight && entry.Job.Provider == queue.Key);

            // Whoever lacks the key of the first leaves the queue to somebody who has it: nobody overtakes.
            foreach (var entry in queue.OrderBy(entry => entry.Job.Ticket).Take(Math.Max(free, 0)).TakeWhile(entry => worker.HasKeyOf(entry.Job)))
            {
                Launch(entry.Instance, entry.Job);
            }
        }
    }

    private int LimitOf(string provider) => limits.GetValueOrDefault(provider);

    private DispatchEntry Launch(DispatchInstance instance, DispatchJob job)
    {
        job = job with { Ticket = null, StartedAt = clock.GetUtcNow(), Host = System.Environment.MachineName };
        DispatchJson.Write(instance.Job, job);
        try
        {
            var identity = worker.Start(instance, job.Cwd);
            job = job with { Pid = identity.Pid, PidStartTicks = identity.StartTicks };
            DispatchJson.Write(instance.Job, job);
        }
        catch (ProcessStartException problem)
        {
            Conclude(instance, job, OutcomeVerdict.NotStarted(problem.Message), new());
        }

        return Entry(instance)!;
    }

    private DispatchOutcome Conclude(DispatchInstance instance, DispatchJob job, OutcomeVerdict verdict, OutcomeFacts facts)
    {
        KeptPrompt.Redact(instance, job, worker.Environment);
        var outcome = facts.OutcomeOf(job, instance, verdict, clock.GetUtcNow());
        DispatchJson.Write(instance.Outcome, outcome);
        return outcome;
    }
}
