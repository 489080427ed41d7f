using System.Globalization;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workspaces;

/// <summary>
/// The workspaces of one run, below a folder of its own that only this user can enter.
/// Their paths are short (agents put unix sockets below TMPDIR) and neutral: a path that names the lane or the prompt would be part of what the model reads.
/// </summary>
public sealed class JobWorkspaces : IAsyncDisposable
{
    private readonly RunMark run;
    private readonly bool keep;
    private readonly string? workTree;
    private int count;

    private JobWorkspaces(RunMark run, string root, bool keep, string? workTree)
    {
        this.run = run;
        this.keep = keep;
        this.workTree = workTree;
        Root = root;
    }

    /// <summary>The run's folder, absolute, without symbolic links in it.</summary>
    public string Root { get; }

    /// <summary>What could not be deleted, one sentence each; empty before the disposal and after a complete one.</summary>
    public IReadOnlyList<string> Leftovers { get; private set; } = [];

    /// <summary>Creates the run's folder.</summary>
    /// <param name="run">The run; part of the workspaces' marks.</param>
    /// <param name="parent">Where to create the folder; null takes the system's temporary folder, or <c>/tmp</c> where that has a long path.</param>
    /// <param name="keep">Nothing is ever deleted.</param>
    /// <param name="workTree">The git work tree of all attempts, absolute; never deleted. Null makes an empty one for each.</param>
    public static JobWorkspaces Create(RunMark run, string? parent = null, bool keep = false, string? workTree = null) =>
        new(run, WorkspaceRoot.Create(parent), keep, workTree);

    /// <summary>Creates the folders of one attempt. Called at once for many jobs; every call gives folders of its own (but for a work tree that was given), also for an attempt that has some.</summary>
    public Task<JobWorkspace> CreateAsync(string jobId, int attempt, CancellationToken cancellationToken) => CreateAsync(jobId, attempt, workTree, cancellationToken);

    /// <summary>Creates the folders of an agent server, which works in a tree of its own whatever its sessions work in.</summary>
    public Task<JobWorkspace> CreateForServerAsync(string name, CancellationToken cancellationToken) => CreateAsync(name, 0, null, cancellationToken);

    /// <summary>Deletes the run's folder with every workspace in it; fills <see cref="Leftovers"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!keep)
        {
            Leftovers = await FolderRemoval.RemoveAsync(Root);
        }
    }

    private Task<JobWorkspace> CreateAsync(string jobId, int attempt, string? givenTree, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        var root = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

        // For a person who looks into kept folders.
        File.WriteAllText(Path.Combine(root, "job.txt"), string.Create(CultureInfo.InvariantCulture, $"{jobId} attempt {attempt}\n"));
        return Task.FromResult(new JobWorkspace(root, ProcessMarks.Of(run, jobId, attempt), keep, givenTree));
    }
}
