using System.Globalization;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>
/// A run id that nobody chose, so that two runs which begin in one second get two: the second one's has a number behind it. Held until the run's folder is
/// there, by a lock beside it that the system takes back when the process ends, however it ends.
/// </summary>
public sealed class RunIdClaim : IDisposable
{
    private const int Most = 1000;

    private readonly FileLock file;
    private readonly IReadOnlyList<string> madeFolders;

    private RunIdClaim(string runId, FileLock file, IReadOnlyList<string> madeFolders)
    {
        RunId = runId;
        this.file = file;
        this.madeFolders = madeFolders;
    }

    /// <summary>The id: the one that was made, or it with <c>-2</c>, <c>-3</c>, … behind it.</summary>
    public string RunId { get; }

    /// <summary>Claims an id.</summary>
    /// <param name="outputDir">The folder that holds run folders; created when absent, and taken away at the end when it was, and nothing came into it.</param>
    /// <param name="made">The id that the clock gave.</param>
    /// <exception cref="BenchUsageException">The folder cannot be written.</exception>
    public static RunIdClaim Take(string outputDir, string made)
    {
        try
        {
            var missing = Missing(outputDir);
            Directory.CreateDirectory(outputDir);
            for (var number = 1; number <= Most; number++)
            {
                var runId = number == 1 ? made : string.Create(CultureInfo.InvariantCulture, $"{made}-{number}");
                if (!IsTaken(outputDir, runId) && FileLock.Await(Path.Combine(outputDir, $".{runId}.claim"), TimeSpan.Zero, FileOptions.DeleteOnClose) is { } file)
                {
                    if (!IsTaken(outputDir, runId))
                    {
                        return new RunIdClaim(runId, file, missing);
                    }

                    file.Dispose();
                }
            }
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem))
        {
            throw OutputFolder.CannotBeWritten(outputDir, problem);
        }

        throw new BenchUsageException($"No run id is free: '{outputDir}' has '{made}' and {Most - 1} more that begin like it. Give one by RunId.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        file.Dispose();
        try
        {
            // A run that is refused leaves nothing.
            foreach (var folder in madeFolders)
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The run's folder is in it, or somebody else's.
        }
    }

    // Inner ones first.
    private static List<string> Missing(string folder)
    {
        var missing = new List<string>();
        for (var current = Path.GetFullPath(folder); current is not null && !Directory.Exists(current); current = Path.GetDirectoryName(current))
        {
            missing.Add(current);
        }

        return missing;
    }

    // A governed run whose gates were red leaves no folder, but a report with its id.
    private static bool IsTaken(string outputDir, string runId) =>
        Path.Exists(Path.Combine(outputDir, runId)) || Path.Exists(Path.Combine(outputDir, $"{runId}.governance_report.json"));
}
