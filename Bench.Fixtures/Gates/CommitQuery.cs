namespace Bench.Fixtures.Gates;

/// <summary>The commit that a revision names.</summary>
/// <param name="Commit">Its hash; null when there is none.</param>
/// <param name="Problem">Why there is none and what to do, in sentences; null when there is one.</param>
public sealed record CommitAnswer(string? Commit, string? Problem);

/// <summary>Asks git which commit a revision names, for what must hold for one commit alone.</summary>
public static class CommitQuery
{
    /// <summary>Asks git. What is wrong is said in the answer, never thrown.</summary>
    /// <param name="git">Git in a folder of the work tree.</param>
    /// <param name="revision">Any revision.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<CommitAnswer> AskAsync(GitCli git, string revision, CancellationToken cancellationToken)
    {
        try
        {
            var repository = await GitRepository.OpenAsync(git, cancellationToken);
            return await repository.FindCommitAsync(revision, cancellationToken) is { } commit
                ? new(commit, null)
                : ProblemOf(MissingCommit.Of(repository, "reported", revision, GateReasons.ReportedCommitNotFound));
        }
        catch (GitException e)
        {
            return ProblemOf(GateProblem.Of(e));
        }
    }

    private static CommitAnswer ProblemOf(GateProblem problem) => new(null, $"{problem.Text} {problem.NextAction}");
}
