namespace Bench.Fixtures.Processes.Metering;

/// <summary>
/// Says which process belongs to which tree: by session, group and parents as far as they live, by what was known at the last look, and, for what was left
/// behind by its parents, by the marks in its environment.
/// </summary>
/// <param name="trees">The trees.</param>
/// <param name="strangers">Processes whose environment was read and had no tree's marks; kept from look to look.</param>
internal sealed class TreeFinder(IReadOnlyList<TreeMeter> trees, HashSet<(int Pid, long StartTicks)> strangers)
{
    private readonly Dictionary<int, TreeMeter?> owners = [];
    private byte[] buffer = [];

    /// <summary>The members of every tree.</summary>
    public IReadOnlyDictionary<TreeMeter, List<ProcUsage>> Find(IReadOnlyList<ProcUsage> table)
    {
        var members = trees.ToDictionary(tree => tree, _ => new List<ProcUsage>());
        var byPid = table.ToDictionary(process => process.Entry.Pid);
        foreach (var tree in trees)
        {
            owners[tree.Root] = tree;
        }

        // Nobody asks a process for its marks that is older than every tree.
        var oldest = trees.Min(tree => byPid.TryGetValue(tree.Root, out var root) ? root.Entry.StartTicks : long.MaxValue);
        foreach (var process in table)
        {
            if (OwnerOf(process, byPid, oldest) is { } owner)
            {
                members[owner].Add(process);
            }
        }

        strangers.IntersectWith(table.Select(process => process.Identity));
        return members;
    }

    private TreeMeter? OwnerOf(ProcUsage process, Dictionary<int, ProcUsage> byPid, long oldest)
    {
        if (owners.TryGetValue(process.Entry.Pid, out var known))
        {
            return known;
        }

        // A process without an owner yet stops the way up where parents form a circle, which a table that changes while it is read may show.
        owners[process.Entry.Pid] = null;
        var entry = process.Entry;
        var owner = entry.StartTicks < oldest ? null
            : trees.FirstOrDefault(tree => entry.Session == tree.Root || entry.Group == tree.Root || tree.Knows(process.Identity))
            ?? (byPid.TryGetValue(entry.Parent, out var parent) ? OwnerOf(parent, byPid, oldest) : null)
            ?? ByMarks(process);
        return owners[entry.Pid] = owner;
    }

    // A child of Bench itself is an agent or a probe, and in a tree as its root or in none.
    private TreeMeter? ByMarks(ProcUsage process)
    {
        if (process.Entry.Parent == System.Environment.ProcessId || process.Entry.Pid == System.Environment.ProcessId || strangers.Contains(process.Identity))
        {
            return null;
        }

        foreach (var tree in trees)
        {
            if (tree.Marks.Count > 0 && ProcTable.HasEnvironment(process.Entry.Pid, tree.Marks, ref buffer))
            {
                return tree;
            }
        }

        strangers.Add(process.Identity);
        return null;
    }
}
