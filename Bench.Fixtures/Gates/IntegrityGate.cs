namespace Bench.Fixtures.Gates;

/// <summary>Whether the commit that a report names is on the branch that it names: it is an ancestor of the branch's tip, or the tip.</summary>
public static class IntegrityGate
{
    /// <summary>Asks git. What is wrong is said in the verdict, never thrown.</summary>
    /// <param name="git">Git in a folder of the work tree.</param>
    /// <param name="reportedCommit">Any revision.</param>
    /// <param name="branch">A local branch, else a remote one (<c>origin/main</c>), else one of <c>origin</c>; <c>HEAD</c> for what is checked out.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<IntegrityVerdict> CheckAsync(GitCli git, string reportedCommit, string branch, CancellationToken cancellationToken)
    {
        var (reported, branchName) = (reportedCommit.Trim(), branch.Trim());
        var problems = new List<GateProblem>();
        if (reported.Length == 0)
        {
            problems.Add(new(GateReasons.ReportedCommitMissing, "No commit is reported.", "Name the commit that the report is about, e.g. --reported HEAD."));
        }

        var facts = new Facts(git.Folder, null, null);
        try
        {
            var repository = await GitRepository.OpenAsync(git, cancellationToken);
            facts = new Facts(
                repository.Root,
                branchName.Length == 0 ? null : await repository.FindBranchAsync(branchName, cancellationToken),
                reported.Length == 0 ? null : await repository.FindCommitAsync(reported, cancellationToken));
            problems.AddRange(Missing(repository, branchName, reported, facts));
            if (facts is { Branch: { } head, Reported: { } commit })
            {
                problems.AddRange(Judge(await repository.AncestryAsync(commit, head.Commit, cancellationToken), branchName, facts));
            }
        }
        catch (GitException e)
        {
            problems.Add(GateProblem.Of(e));
        }

        return VerdictOf(reported, branchName, facts, problems);
    }

    private static IEnumerable<GateProblem> Missing(GitRepository repository, string branch, string reported, Facts facts)
    {
        if (branch.Length == 0)
        {
            yield return new(GateReasons.BranchMissing, "No branch is named.", "Name the branch that must hold the reported commit, e.g. --branch main.");
        }
        else if (facts.Branch is null)
        {
            yield return new(GateReasons.BranchHeadMissing, $"There is no branch '{branch}' with a commit in '{repository.Root}', neither a local one nor one of origin.", "Correct the name, or fetch the branch ('git fetch origin').");
        }

        if (reported.Length > 0 && facts.Reported is null)
        {
            yield return MissingCommit.Of(repository, "reported", reported, GateReasons.ReportedCommitNotFound);
        }
    }

    private static IEnumerable<GateProblem> Judge(Ancestry ancestry, string branch, Facts facts) => ancestry switch
    {
        Ancestry.Yes => [],
        Ancestry.No =>
        [
            new(
                GateReasons.ReportedNotAncestor,
                $"The reported commit {facts.Reported} is not on the branch '{branch}' ({facts.Branch!.Name} at {facts.Branch.Commit}).",
                "Report a commit of the branch, or push and merge the reported one."),
        ],
        _ => [MissingCommit.HistoryMissing(facts.Worktree, $"whether {facts.Reported} is on the branch '{branch}'")],
    };

    private static IntegrityVerdict VerdictOf(string reported, string branch, Facts facts, List<GateProblem> problems) => new()
    {
        Passed = problems.Count == 0,
        ReasonCode = problems.Count == 0 ? GateReasons.IntegrityOk : problems[0].ReasonCode,
        Worktree = facts.Worktree,
        Branch = branch,
        BranchRef = facts.Branch?.Name,
        BranchHead = facts.Branch?.Commit,
        ReportedCommit = facts.Reported ?? reported,
        Details = problems.Count == 0 ? $"The reported commit {facts.Reported} is on the branch '{branch}' ({facts.Branch!.Name})." : GateProblem.Texts(problems),
        NextAction = problems.Count == 0 ? null : GateProblem.NextActions(problems),
    };

    private sealed record Facts(string Worktree, BranchHead? Branch, string? Reported);
}
