using Bench.Fixtures.Agents;

namespace Bench.Fixtures.Workspaces;

/// <summary>
/// One attempt's folders: an empty git work tree, or the one that was given; a home with its XDG folders, a temporary folder.
/// Deleted when disposed of, but for a work tree that was given.
/// </summary>
public sealed class JobWorkspace : IAsyncDisposable
{
    private readonly bool keep;

    internal JobWorkspace(string root, IReadOnlyDictionary<string, string> marks, bool keep, string? workTree = null)
    {
        this.keep = keep;
        Root = root;
        Marks = marks;
        OwnsTree = workTree is null;
        Directories = Create(root, workTree);
        if (workTree is null)
        {
            GitSkeleton.Write(Directories.Work);
        }

        GitSkeleton.WriteUserConfig(Directories.Home);
    }

    /// <summary>The folder that holds the others, absolute.</summary>
    public string Root { get; }

    /// <summary>The work tree is this attempt's alone; false for one that was given.</summary>
    public bool OwnsTree { get; }

    /// <summary>The folders.</summary>
    public AgentDirectories Directories { get; }

    /// <summary>The variables that mark every process of this attempt.</summary>
    public IReadOnlyDictionary<string, string> Marks { get; }

    /// <summary>What could not be deleted, one sentence each; empty before the disposal and after a complete one.</summary>
    public IReadOnlyList<string> Leftovers { get; private set; } = [];

    /// <summary>Deletes the folders, read-only ones too, unless the run keeps its workspaces; fills <see cref="Leftovers"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!keep)
        {
            Leftovers = await FolderRemoval.RemoveAsync(Root);
        }
    }

    // The XDG folders are where they are by default below a home, so that programs which know nothing of XDG agree.
    private static AgentDirectories Create(string root, string? workTree)
    {
        var home = Path.Combine(root, "home");
        var directories = new AgentDirectories(
            Work: workTree ?? Path.Combine(root, "work"),
            Home: home,
            Config: Path.Combine(home, ".config"),
            Data: Path.Combine(home, ".local", "share"),
            Cache: Path.Combine(home, ".cache"),
            State: Path.Combine(home, ".local", "state"),
            Temp: Path.Combine(root, "tmp"));
        string[] all = [directories.Work, directories.Config, directories.Data, directories.Cache, directories.State, directories.Temp];
        foreach (var directory in all)
        {
            Directory.CreateDirectory(directory);
        }

        return directories;
    }
}
