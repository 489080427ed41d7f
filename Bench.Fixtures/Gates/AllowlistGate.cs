namespace Bench.Fixtures.Gates;

/// <summary>
/// Whether only allowed files of the work tree were changed. Asked before the jobs, against the last commit, and after them, against the
/// commit from before: then what the jobs committed counts too.
/// </summary>
public static class AllowlistGate
{
    private const int MostNamed = 10;

    /// <summary>Asks git. What is wrong with the work tree is said in the verdict, never thrown.</summary>
    /// <param name="git">Git in a folder of the work tree.</param>
    /// <param name="patterns">What may be changed (<see cref="PathPattern"/>); none allows nothing.</param>
    /// <param name="before">The revision from before the jobs; null compares with the last commit.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="BenchUsageException">Patterns cannot match any path; names all.</exception>
    public static async Task<AllowlistVerdict> CheckAsync(GitCli git, IReadOnlyList<string> patterns, string? before, CancellationToken cancellationToken)
    {
        var allowed = PathPattern.ParseAll(patterns);
        var facts = new Facts(git.Folder, patterns, null, []);
        try
        {
            var repository = await GitRepository.OpenAsync(git, cancellationToken);
            if (repository.IsBare)
            {
                return VerdictOf(facts, [], [new(GateReasons.WorktreeMissing, $"The repository '{repository.Root}' has no work tree.", "Name a folder of a work tree.")]);
            }

            var commit = before is null ? null : await repository.FindCommitAsync(before, cancellationToken);
            facts = facts with { Worktree = repository.Root, Before = commit };
            if (before is not null && commit is null)
            {
                return VerdictOf(facts, [], [MissingCommit.Of(repository, "earlier", before, GateReasons.BeforeCommitMissing)]);
            }

            facts = facts with { Modified = await repository.ChangedFilesAsync(commit, cancellationToken) };
        }
        catch (GitException e)
        {
            return VerdictOf(facts, [], [GateProblem.Of(e)]);
        }

        string[] violations = [.. facts.Modified.Where(path => !allowed.Any(pattern => pattern.Matches(path)))];
        return VerdictOf(facts, violations, violations.Length == 0 ? [] : [Drift(violations)]);
    }

    private static GateProblem Drift(string[] violations)
    {
        var more = violations.Length > MostNamed ? FormattableString.Invariant($" and {violations.Length - MostNamed} more") : "";
        return new(
            GateReasons.ScopeDriftDetected,
            FormattableString.Invariant($"Changed files that are not allowed ({violations.Length}): {string.Join(", ", violations.Take(MostNamed).Select(path => $"'{path}'"))}{more}."),
            "Take the changes back, or allow them by a pattern.");
    }

    private static AllowlistVerdict VerdictOf(Facts facts, string[] violations, GateProblem[] problems) => new()
    {
        Passed = problems.Length == 0,
        ReasonCode = problems.Length == 0 ? GateReasons.AllowlistOk : problems[0].ReasonCode,
        Worktree = facts.Worktree,
        AllowedPatterns = facts.Patterns,
        BeforeCommit = facts.Before,
        ModifiedFiles = facts.Modified,
        Violations = violations,
        Details = problems.Length == 0 ? FormattableString.Invariant($"Changed files: {facts.Modified.Count}, none of them against the allowlist.") : GateProblem.Texts(problems),
        NextAction = problems.Length == 0 ? null : GateProblem.NextActions(problems),
    };

    private sealed record Facts(string Worktree, IReadOnlyList<string> Patterns, string? Before, IReadOnlyList<string> Modified);
}
