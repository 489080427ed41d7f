using System.Text;

namespace Bench.Fixtures.Processes;

/// <summary>
/// Finds what an agent started, and kills it. Agents put their tool children into sessions of their own, so the process group is not enough:
/// group, session, parents as far as they live, the marks in the environment and, for a held pipe, its holders are all asked.
/// </summary>
internal sealed class Descendants(int root, IReadOnlyDictionary<string, string> environment)
{
    private const int MostRounds = 8;
    private const int WidestWindow = 512;
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);

    private readonly List<byte[]> marks = [.. ProcessMarks.In(environment).Select(Encoding.UTF8.GetBytes)];
    private readonly Dictionary<int, ProcEntry> known = [];

    // Nothing older than the agent can be its descendant. 0: not known yet, look at all.
    private long rootStartTicks;

    /// <summary>Notes when the agent started; must be called while its pid is still its own (before it is reaped).</summary>
    internal void IdentifyRoot()
    {
        if (rootStartTicks == 0)
        {
            rootStartTicks = ProcTable.Read(root)?.StartTicks ?? 0;
        }
    }

    /// <summary>Remembers every living descendant, and signals those that a signal to the agent's process group does not reach.</summary>
    internal void SignalOutsideGroup(int signal)
    {
        foreach (var descendant in Find([]))
        {
            known[descendant.Pid] = descendant;
            if (descendant.Group != root)
            {
                _ = LibC.Kill(descendant.Pid, signal);
            }
        }
    }

    /// <summary>Kills every living descendant until none is found and all are gone (waiting at most 2 s); returns how many there were.</summary>
    /// <param name="pipes">Pipes whose holders count as descendants too.</param>
    internal int KillAll(IReadOnlyCollection<string> pipes)
    {
        var (killed, emptyLooks) = (0, 0);
        for (var round = 0; round < MostRounds && emptyLooks < 2; round++)
        {
            var victims = Find(pipes);
            killed += ProcessKiller.KillAndWait(victims, DeathLimit);

            // One look may miss a process that is in the middle of exec.
            emptyLooks = victims.Count == 0 ? emptyLooks + 1 : 0;
        }

        return killed;
    }

    /// <summary>
    /// Whether an agent that has ended may have left something behind, as cheaply as can be known: its group has members,
    /// or a process with its marks lives. After a short life only the few pids given out since are asked.
    /// </summary>
    internal bool MayHaveSurvivors(TimeSpan lifetime)
    {
        if (LibC.Kill(-root, 0) == 0)
        {
            return true;
        }

        if (marks.Count == 0)
        {
            return false;
        }

        var newest = ProcTable.NewestPid();
        return lifetime > ShortLife || newest < root || newest - root > WidestWindow || HasMarkedBetween(root + 1, newest);
    }

    private bool HasMarkedBetween(int first, int last)
    {
        byte[] buffer = [];
        for (var pid = first; pid <= last; pid++)
        {
            if (ProcTable.HasEnvironment(pid, marks, ref buffer))
            {
                return true;
            }
        }

        return false;
    }

    private List<ProcEntry> Find(IReadOnlyCollection<string> pipes)
    {
        var candidates = ProcTable.ReadAll();
        candidates.RemoveAll(entry => entry.StartTicks < rootStartTicks || entry.Pid == root || entry.Pid == System.Environment.ProcessId);
        var found = new Dictionary<int, ProcEntry>();
        byte[] buffer = [];
        foreach (var entry in candidates)
        {
            if (IsOwn(entry) || IsMarked(entry, ref buffer) || Holds(entry, pipes))
            {
                found[entry.Pid] = entry;
            }
        }

        AddChildren(candidates, found);
        return [.. found.Values.Where(entry => !entry.IsDead)];
    }

    private bool IsOwn(in ProcEntry entry) =>
        entry.Group == root || entry.Session == root || entry.Parent == root
        || (known.TryGetValue(entry.Pid, out var before) && before.StartTicks == entry.StartTicks);

    // A child of Bench itself is another agent or probe, not a descendant of this one. As pid 1, Bench also inherits orphans.
    private bool IsMarked(in ProcEntry entry, ref byte[] buffer) =>
        marks.Count > 0 && (entry.Parent != System.Environment.ProcessId || System.Environment.ProcessId == 1)
        && ProcTable.HasEnvironment(entry.Pid, marks, ref buffer);

    // A child of Bench itself holds every pipe of Bench for the moment between fork and exec: another agent, just starting.
    private static bool Holds(in ProcEntry entry, IReadOnlyCollection<string> pipes) =>
        pipes.Count > 0 && entry.Parent != System.Environment.ProcessId && ProcTable.HoldsAny(entry.Pid, pipes);

    private static void AddChildren(List<ProcEntry> candidates, Dictionary<int, ProcEntry> found)
    {
        int before;
        do
        {
            before = found.Count;
            foreach (var entry in candidates)
            {
                if (found.ContainsKey(entry.Parent))
                {
                    found[entry.Pid] = entry;
                }
            }
        }
        while (found.Count > before);
    }
}
