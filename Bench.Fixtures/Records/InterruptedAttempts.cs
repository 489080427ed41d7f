namespace Bench.Fixtures.Records;

/// <summary>Keeps the logs of attempts that a kill interrupted apart from those of the attempts that replace them.</summary>
internal static class InterruptedAttempts
{
    /// <summary>Moves the prompts, logs and events of these jobs into a new folder below <c>raw/interrupted</c>; creates none when there are none.</summary>
    public static void SetAside(RunFolder folder, IEnumerable<string> jobIds)
    {
        var jobs = jobIds.ToHashSet(StringComparer.Ordinal);
        var left = Directory.EnumerateFiles(folder.Raw).Where(path => JobOf(Path.GetFileName(path)) is { } job && jobs.Contains(job)).ToList();
        if (left.Count == 0)
        {
            return;
        }

        var resume = Enumerable.Range(1, int.MaxValue - 1).First(number => !Directory.Exists(folder.Interrupted(number)));
        var target = Directory.CreateDirectory(folder.Interrupted(resume)).FullName;
        foreach (var path in left)
        {
            File.Move(path, Path.Combine(target, Path.GetFileName(path)));
        }
    }

    // <job>__attempt<n>.<kind>.<extension>; null for the names of other files. A prompt is written again with the same text.
    private static string? JobOf(string fileName) =>
        fileName.LastIndexOf("__attempt", StringComparison.Ordinal) is var place and > 0 ? fileName[..place] : null;
}
