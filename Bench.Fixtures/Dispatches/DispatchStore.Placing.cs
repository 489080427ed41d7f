namespace Bench.Fixtures.Dispatches;

/// <summary>What became of a job that was to be started.</summary>
public sealed record DispatchPlacement
{
    /// <summary>The job, launched or queued; null when it was refused.</summary>
    public DispatchEntry? Entry { get; init; }

    /// <summary>Place in the queue, from 1; null when it is not queued.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>The job of the same id that is not over; null when there is none.</summary>
    public DispatchEntry? Alive { get; init; }

    /// <summary>Who holds the provider's slots; empty when the job got one.</summary>
    public IReadOnlyList<DispatchEntry> Holders { get; init; } = [];

    /// <summary>Who waits for a slot of the provider already, the first first; empty when the job got one.</summary>
    public IReadOnlyList<DispatchEntry> Waiting { get; init; } = [];
}

// Jobs come in.
public sealed partial class DispatchStore
{
    /// <summary>
    /// Starts a job, or queues it when its provider has no slot free and that was asked for. Its instance, its retries and the provider that it had before
    /// are filled in; all that happens at once, whoever else starts one.
    /// </summary>
    /// <param name="draft">What is asked for.</param>
    /// <param name="prompt">The prompt's bytes.</param>
    /// <param name="tree">The work tree at the start; null without one.</param>
    /// <param name="mayQueue">Whether the job may wait.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process keeps it locked.</exception>
    public DispatchPlacement Place(DispatchJob draft, ReadOnlyMemory<byte> prompt, WorkTreeState? tree, bool mayQueue)
    {
        Settle(draft.Beads);
        using var held = Hold();
        Pump();
        var entries = OpenEntries();
        if (entries.FirstOrDefault(entry => entry.Job.Beads == draft.Beads) is { } alive)
        {
            return new() { Alive = alive };
        }

        // Whoever waits already comes first: also when a slot is free that the first of them cannot take from here, for want of its key.
        var holders = entries.Where(entry => entry.IsInFlight && entry.Job.Provider == draft.Provider).ToList();
        var waiting = entries.Where(entry => entry.IsQueued && entry.Job.Provider == draft.Provider).OrderBy(entry => entry.Job.Ticket).ToList();
        var isFree = waiting.Count == 0 && holders.Count < LimitOf(draft.Provider);
        if (!isFree && !mayQueue)
        {
            return new() { Holders = holders, Waiting = waiting };
        }

        var (instance, job) = Create(draft with { Ticket = isFree ? null : NextTicket(entries) }, prompt, tree);
        if (isFree)
        {
            return new() { Entry = Launch(instance, job) };
        }

        var queued = Entry(instance)!;
        return new() { Entry = queued, QueuePosition = PositionOf(queued, [.. entries, queued]), Holders = holders, Waiting = waiting };
    }

    // Numbers matter among those who wait only.
    private static long NextTicket(List<DispatchEntry> entries) => 1 + (entries.Max(entry => entry.Job.Ticket) ?? 0);

    // The instance appears whole: made under a name that is none of a job's, and renamed.
    private (DispatchInstance Instance, DispatchJob Job) Create(DispatchJob draft, ReadOnlyMemory<byte> prompt, WorkTreeState? tree)
    {
        var earlier = Folder.Instances(draft.Beads);
        var instance = Folder.Instance(draft.Beads, earlier is [.., var last] ? last.Number + 1 : 1);
        var before = earlier is [.., var previous] ? DispatchEntry.Read(previous)?.Job.Provider : null;
        var job = draft with
        {
            RunInstance = instance.RunId,
            Retries = instance.Number - 1,
            ProviderSwitchFrom = before == draft.Provider ? null : before,
        };
        var hidden = instance with { Root = Folder.NewHiddenPath() };
        CreateForOwner(hidden.Root);
        File.WriteAllBytes(hidden.Prompt, prompt.Span);
        if (tree is not null)
        {
            DispatchJson.Write(hidden.Tree, tree);
        }

        DispatchJson.Write(hidden.Job, job);
        Directory.CreateDirectory(Path.GetDirectoryName(instance.Root)!);
        Directory.Move(hidden.Root, instance.Root);
        return (instance, job);
    }

    // The prompt is nobody else's to read.
    private static void CreateForOwner(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
