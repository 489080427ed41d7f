namespace Bench.Fixtures.Gates;

/// <summary>Whether one commit is an ancestor of another, or the same.</summary>
internal enum Ancestry
{
    /// <summary>It is.</summary>
    Yes,

    /// <summary>It is not.</summary>
    No,

    /// <summary>The clone is shallow, and what it has of the history does not say.</summary>
    Unknown,
}

/// <summary>The tip of a branch.</summary>
/// <param name="Name">The full name of the reference, or <c>HEAD</c>.</param>
/// <param name="Commit">Its hash.</param>
internal sealed record BranchHead(string Name, string Commit);

/// <summary>What git knows of a repository: any work tree of it, a bare or a shallow one, with or without a branch.</summary>
internal sealed class GitRepository
{
    private readonly GitCli git;

    private GitRepository(GitCli git, bool isBare, bool isShallow)
    {
        this.git = git;
        IsBare = isBare;
        IsShallow = isShallow;
    }

    /// <summary>The root of the work tree; of a bare repository the folder that was given.</summary>
    public string Root => git.Folder;

    /// <summary>It has no work tree.</summary>
    public bool IsBare { get; }

    /// <summary>Older commits were not fetched.</summary>
    public bool IsShallow { get; }

    /// <summary>The repository that a folder belongs to.</summary>
    /// <param name="folder">Git in any folder of the work tree.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="GitException">There is no such folder, no git or no repository.</exception>
    public static async Task<GitRepository> OpenAsync(GitCli folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder.Folder))
        {
            throw new GitException(GateReasons.WorktreeMissing, $"The folder '{folder.Folder}' does not exist.", "Name a folder of the repository's work tree.");
        }

        var answer = await folder.RunAsync(cancellationToken, "rev-parse", "--is-bare-repository", "--is-shallow-repository", "--is-inside-work-tree");
        if (answer.ExitCode != 0)
        {
            throw Failed(folder, answer);
        }

        var facts = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var hasWorkTree = facts[2] == "true";
        return new GitRepository(hasWorkTree ? folder.In(await RootOfAsync(folder, cancellationToken)) : folder, !hasWorkTree, facts[1] == "true");
    }

    /// <summary>The hash of the commit that a revision names; null when it names none here.</summary>
    public async Task<string?> FindCommitAsync(string revision, CancellationToken cancellationToken)
    {
        // Git would take it for an option; no name of a commit begins so.
        if (revision.Length == 0 || revision[0] == '-')
        {
            return null;
        }

        var answer = await git.RunAsync(cancellationToken, "rev-parse", "--verify", "--quiet", revision + "^{commit}");
        var hash = answer.Output.Trim();
        return answer.ExitCode == 0 && IsHash(hash) ? hash : null;
    }

    /// <summary>
    /// The tip of a branch: a local one, else a remote one by its full name (<c>origin/main</c>), else that of <c>origin</c>;
    /// <c>HEAD</c>, as git calls the branch of a detached one, is the commit that is checked out. Null when there is none.
    /// </summary>
    public async Task<BranchHead?> FindBranchAsync(string branch, CancellationToken cancellationToken)
    {
        if (branch == "HEAD")
        {
            return await FindCommitAsync(branch, cancellationToken) is { } commit ? new BranchHead(branch, commit) : null;
        }

        string[] names = branch.StartsWith("refs/heads/", StringComparison.Ordinal) || branch.StartsWith("refs/remotes/", StringComparison.Ordinal)
            ? [branch]
            : [$"refs/heads/{branch}", $"refs/remotes/{branch}", $"refs/remotes/origin/{branch}"];
        foreach (var name in names)
        {
            // Takes names only: a revision such as main~1 is no branch.
            var answer = await git.RunAsync(cancellationToken, "show-ref", "--verify", "--hash", name);
            if (answer.ExitCode == 0 && answer.Output.Trim() is var hash && IsHash(hash))
            {
                return new BranchHead(name, hash);
            }
        }

        return null;
    }

    /// <summary>Whether a commit is an ancestor of another; both are hashes.</summary>
    /// <exception cref="GitException">Objects are missing.</exception>
    public async Task<Ancestry> AncestryAsync(string ancestor, string descendant, CancellationToken cancellationToken)
    {
        if (await IsAncestorAsync(ancestor, descendant, cancellationToken))
        {
            return Ancestry.Yes;
        }

        // The other way round it cannot be either, however much of the history is missing.
        return !IsShallow || await IsAncestorAsync(descendant, ancestor, cancellationToken) ? Ancestry.No : Ancestry.Unknown;
    }

    /// <summary>
    /// The paths, from the root with forward slashes, of files that were changed, added, removed or renamed (then the old and the new path),
    /// committed or not; untracked ones too, ignored ones not. Sorted.
    /// </summary>
    /// <param name="before">The hash of the commit to compare with, committed changes since then included; null compares with the last commit.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="GitException">Git failed.</exception>
    public async Task<IReadOnlyList<string>> ChangedFilesAsync(string? before, CancellationToken cancellationToken)
    {
        // Without renames a moved file is one removed and one added, so that both its places count. Settings of the repository must hide nothing.
        var status = await AskAsync(cancellationToken, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=none");
        const int StateLength = 3;
        var paths = Entries(status).Select(entry => entry[StateLength..]);
        if (before is not null)
        {
            var difference = await AskAsync(cancellationToken, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative", "--ignore-submodules=none", before, "--");
            paths = paths.Concat(Entries(difference));
        }

        return [.. paths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static async Task<string> RootOfAsync(GitCli folder, CancellationToken cancellationToken)
    {
        var answer = await folder.RunAsync(cancellationToken, "rev-parse", "--show-toplevel");
        return answer.ExitCode == 0 ? Path.GetFullPath(answer.Output.TrimEnd('\n', '\r')) : throw Failed(folder, answer);
    }

    private static string[] Entries(string output) => output.Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsHash(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private static GitException Failed(GitCli git, GitAnswer answer) => git.RefusalOf(answer) ?? new(
        GateReasons.GitFailed,
        $"Git failed in '{git.Folder}' (exit code {answer.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}): {(answer.Error.Length > 0 ? answer.Error : "it said nothing")}",
        "Run 'git fsck' there and correct what it names.");

    private async Task<bool> IsAncestorAsync(string ancestor, string descendant, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync(cancellationToken, "merge-base", "--is-ancestor", ancestor, descendant);
        return answer.ExitCode switch
        {
            0 => true,

            // Git goes on past a commit that it cannot read, and says no.
            1 when answer.Error.Length == 0 => false,
            _ => throw Failed(git, answer),
        };
    }

    private async Task<string> AskAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var answer = await git.RunAsync(cancellationToken, arguments);
        return answer.ExitCode == 0 ? answer.Output : throw Failed(git, answer);
    }
}
