namespace Bench.Fixtures.Gates;

/// <summary>Says that a commit is not there: because nobody made it, or because the clone was not given it.</summary>
internal static class MissingCommit
{
    private const string Unshallow = "Fetch the whole history ('git fetch --unshallow'; in CI a fetch depth of 0) and ask again.";

    /// <summary>A revision that names no commit.</summary>
    /// <param name="repository">Where it was looked for.</param>
    /// <param name="role">What it was to be, e.g. <c>required</c>.</param>
    /// <param name="revision">As it was given.</param>
    /// <param name="reasonCode">The reason in a whole clone.</param>
    public static GateProblem Of(GitRepository repository, string role, string revision, string reasonCode) =>
        repository.IsShallow && MayBeOlder(revision)
            ? HistoryMissing(repository.Root, $"whether there is the {role} commit '{revision}'")
            : new(reasonCode, $"The {role} revision '{revision}' names no commit in '{repository.Root}'.", "Correct the revision, or fetch the commit ('git fetch origin').");

    /// <summary>A question that a shallow clone cannot answer.</summary>
    public static GateProblem HistoryMissing(string root, string question) =>
        new(GateReasons.HistoryMissing, $"'{root}' is a shallow clone, and the history that it has does not say {question}.", Unshallow);

    // Branches and tags are there or not; a hash, or a way back from a name, may lie behind the clone's border.
    private static bool MayBeOlder(string revision) =>
        (revision.Length >= 4 && revision.All(char.IsAsciiHexDigit)) || revision.AsSpan().ContainsAny('~', '^');
}
