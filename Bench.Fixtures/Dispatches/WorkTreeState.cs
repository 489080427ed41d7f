using System.Globalization;
using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Dispatches;

/// <summary>What has been changed in a work tree, at one moment: enough to tell later what was changed since.</summary>
public sealed record WorkTreeState
{
    /// <summary>The commit that is checked out; null in a repository without any.</summary>
    public required string? HeadCommit { get; init; }

    /// <summary>Changed, added, removed and untracked files with what tells their content from another; ignored ones are left out.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Looks at a work tree.</summary>
    /// <param name="git">Git in a folder of the work tree.</param>
    /// <param name="before">The commit to compare with, later commits included; null compares with the last commit.</param>
    /// <param name="without">A folder whose files do not count, absolute; null for none.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="GitException">There is no work tree, or git failed.</exception>
    public static async Task<WorkTreeState> ReadAsync(GitCli git, string? before, string? without, CancellationToken cancellationToken)
    {
        var repository = await GitRepository.OpenAsync(git, cancellationToken);
        var head = await repository.FindCommitAsync("HEAD", cancellationToken);
        var changed = await repository.ChangedFilesAsync(before, cancellationToken);
        var excluded = without is null ? null : Path.GetRelativePath(repository.Root, without).Replace('\\', '/') + "/";
        return new()
        {
            HeadCommit = head,
            Files = changed
                .Where(path => excluded is null || !path.StartsWith(excluded, StringComparison.Ordinal))
                .ToDictionary(path => path, path => SignatureOf(Path.Combine(repository.Root, path)), StringComparer.Ordinal),
        };
    }

    /// <summary>How many files are not as they were: changed since, or taken back.</summary>
    public int MutationsSince(WorkTreeState start) =>
        Files.Keys.Union(start.Files.Keys).Count(path => Files.GetValueOrDefault(path) != start.Files.GetValueOrDefault(path));

    /// <summary>Whether anything is otherwise than in another state, commits included.</summary>
    public bool IsSameAs(WorkTreeState other) => HeadCommit == other.HeadCommit && MutationsSince(other) == 0;

    // Content is not read: a build may change gigabytes.
    private static string SignatureOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}@{file.LastWriteTimeUtc.Ticks}")
            : Directory.Exists(path) ? "folder" : "gone";
    }
}
