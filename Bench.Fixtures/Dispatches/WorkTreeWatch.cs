using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Dispatches;

/// <summary>Follows what a job changes in the work tree that it was given.</summary>
public sealed class WorkTreeWatch
{
    private readonly GitCli git;
    private readonly string? without;
    private readonly WorkTreeState start;
    private WorkTreeState last;

    /// <summary>Goes on from the state at the job's start.</summary>
    /// <param name="git">Git in the work tree.</param>
    /// <param name="without">A folder whose files do not count: the jobs' own state may be below the tree. Null for none.</param>
    /// <param name="start">The work tree at the start.</param>
    public WorkTreeWatch(GitCli git, string? without, WorkTreeState start)
    {
        this.git = git;
        this.without = without;
        this.start = last = start;
    }

    /// <summary>Files that are not as they were at the start; null when git could not be asked.</summary>
    public int? Mutations { get; private set; } = 0;

    /// <summary>The commit that was made since: what is checked out, when it is not what was and descends from it. Null when there is none.</summary>
    public string? NewCommit { get; private set; }

    /// <summary>Looks again; whether something has changed since the last look. A tree that is gone or that git fails on has <see cref="Mutations"/> null.</summary>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = await WorkTreeState.ReadAsync(git, start.HeadCommit, without, cancellationToken);
            var hasChanged = !now.IsSameAs(last);
            last = now;
            Mutations = now.MutationsSince(start);
            NewCommit = await IsMadeSinceAsync(now.HeadCommit, cancellationToken) ? now.HeadCommit : null;
            return hasChanged;
        }
        catch (GitException)
        {
            Mutations = null;
            return false;
        }
    }

    private async Task<bool> IsMadeSinceAsync(string? head, CancellationToken cancellationToken)
    {
        if (head is null || head == start.HeadCommit)
        {
            return false;
        }

        // In a repository without any commit the first one is new.
        return start.HeadCommit is null
            || await (await GitRepository.OpenAsync(git, cancellationToken)).AncestryAsync(start.HeadCommit, head, cancellationToken) == Ancestry.Yes;
    }
}
