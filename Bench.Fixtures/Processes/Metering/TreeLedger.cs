namespace Bench.Fixtures.Processes.Metering;

/// <summary>
/// Adds up what the processes of a tree use, look by look. A process that ends hands its CPU time to the parent that waits for it, so what is gone is in
/// its parent's figure; only what nobody of the tree has waited for (orphans) is kept here, as it was at the last look.
/// </summary>
/// <param name="root">The tree's root; who started it waits for it, not one of the tree.</param>
internal sealed class TreeLedger(int root)
{
    private readonly Dictionary<(int Pid, long StartTicks), ProcUsage> members = [];
    private HashSet<int> pids = [];
    private TimeSpan orphaned;

    /// <summary>CPU time up to the last look; never falls.</summary>
    public TimeSpan CpuTime { get; private set; }

    /// <summary>Resident memory of all members at the last look.</summary>
    public long ResidentBytes { get; private set; }

    /// <summary>Whether the process was a member at the last look.</summary>
    public bool Contains((int Pid, long StartTicks) identity) => members.ContainsKey(identity);

    /// <summary>Takes a look in.</summary>
    /// <param name="seen">All members that are there now, also those that have exited and that nobody has waited for yet.</param>
    public void Take(IReadOnlyList<ProcUsage> seen)
    {
        var now = seen.Select(member => member.Identity).ToHashSet();
        orphaned += SumOf(members.Values.Where(member => !now.Contains(member.Identity) && IsOrphan(member)));
        members.Clear();
        foreach (var member in seen)
        {
            members[member.Identity] = member;
        }

        pids = [.. seen.Select(member => member.Entry.Pid)];
        ResidentBytes = seen.Sum(member => member.ResidentBytes);
        CpuTime = Larger(CpuTime, SumOf(seen) + orphaned);
    }

    /// <summary>Takes the root's end in.</summary>
    /// <param name="rootTime">What the system says of the root and of all below it that was waited for.</param>
    public void TakeEnd(TimeSpan rootTime)
    {
        // Children that were killed with their parent were waited for by nobody: what the last look saw of them stays.
        CpuTime = Larger(CpuTime, rootTime + orphaned + SumOf(members.Values.Where(IsOrphan)));
    }

    private static TimeSpan SumOf(IEnumerable<ProcUsage> processes) => processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.CpuTime);

    private static TimeSpan Larger(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private bool IsOrphan(ProcUsage member) => member.Entry.Pid != root && !pids.Contains(member.Entry.Parent);
}
