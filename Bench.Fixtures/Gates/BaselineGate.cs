namespace Bench.Fixtures.Gates;

/// <summary>Whether what runs is at least as new as a commit that is required: that one is an ancestor of the runtime commit, or the same.</summary>
public static class BaselineGate
{
    /// <summary>Asks git. What is wrong is said in the verdict, never thrown.</summary>
    /// <param name="git">Git in a folder of the work tree.</param>
    /// <param name="requiredBaseline">Any revision.</param>
    /// <param name="runtime">Any revision; as a rule <c>HEAD</c>, or the commit of a manifest.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<BaselineVerdict> CheckAsync(GitCli git, string requiredBaseline, string runtime, CancellationToken cancellationToken)
    {
        var required = requiredBaseline.Trim();
        var problems = new List<GateProblem>();
        if (required.Length == 0)
        {
            problems.Add(new(GateReasons.RequiredBaselineMissing, "No baseline is named.", "Name the commit that is required, e.g. --required v1.2.0."));
        }

        var facts = new Facts(git.Folder, null, null);
        try
        {
            var repository = await GitRepository.OpenAsync(git, cancellationToken);
            facts = facts with { Worktree = repository.Root, RuntimeCommit = await repository.FindCommitAsync(runtime, cancellationToken) };
            if (facts.RuntimeCommit is null)
            {
                problems.Add(new(GateReasons.RuntimeCommitMissing, $"The runtime revision '{runtime}' names no commit in '{repository.Root}'.", "Commit something, or name a commit that exists."));
            }

            if (required.Length > 0)
            {
                facts = facts with { RequiredCommit = await repository.FindCommitAsync(required, cancellationToken) };
                problems.AddRange(facts.RequiredCommit is null ? [MissingCommit.Of(repository, "required", required, GateReasons.RequiredCommitMissing)] : []);
            }

            if (facts is { RuntimeCommit: { } runtimeCommit, RequiredCommit: { } requiredCommit })
            {
                problems.AddRange(Judge(await repository.AncestryAsync(requiredCommit, runtimeCommit, cancellationToken), facts));
            }
        }
        catch (GitException e)
        {
            problems.Add(GateProblem.Of(e));
        }

        return VerdictOf(required, facts, problems);
    }

    private static IEnumerable<GateProblem> Judge(Ancestry ancestry, Facts facts) => ancestry switch
    {
        Ancestry.Yes => [],
        Ancestry.No =>
        [
            new(
                GateReasons.BaselineNotMet,
                $"The runtime commit {facts.RuntimeCommit} does not contain the required commit {facts.RequiredCommit}.",
                $"Bring the required commit in, e.g. 'git merge {facts.RequiredCommit}', and run again."),
        ],
        _ => [MissingCommit.HistoryMissing(facts.Worktree, $"whether {facts.RequiredCommit} is an ancestor of {facts.RuntimeCommit}")],
    };

    private static BaselineVerdict VerdictOf(string required, Facts facts, List<GateProblem> problems) => new()
    {
        Passed = problems.Count == 0,
        ReasonCode = problems.Count == 0 ? GateReasons.BaselineOk : problems[0].ReasonCode,
        Worktree = facts.Worktree,
        RequiredBaseline = required,
        RequiredCommit = facts.RequiredCommit,
        RuntimeCommit = facts.RuntimeCommit,
        Details = problems.Count == 0 ? $"The runtime commit {facts.RuntimeCommit} contains the required commit {facts.RequiredCommit}." : GateProblem.Texts(problems),
        NextAction = problems.Count == 0 ? null : GateProblem.NextActions(problems),
    };

    private sealed record Facts(string Worktree, string? RequiredCommit, string? RuntimeCommit);
}
