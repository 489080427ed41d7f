using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>The folder that holds run folders.</summary>
public static class OutputFolder
{
    /// <summary>Tries to write in the folder, or in the nearest one above it that exists; nothing is left of it.</summary>
    /// <returns>What is wrong and what to do; null when a run could write there.</returns>
    public static string? Problem(string outputDir)
    {
        try
        {
            var nearest = outputDir;
            while (!Directory.Exists(nearest) && Path.GetDirectoryName(nearest) is { } above)
            {
                if (Path.Exists(nearest))
                {
                    throw new IOException($"'{nearest}' is a file.");
                }

                nearest = above;
            }

            // A folder too: there are places, such as /proc, where a caller may do whatever he likes and nothing can be made.
            var probe = Directory.CreateDirectory(Path.Combine(nearest, $".bench-{Guid.NewGuid():N}"));
            try
            {
                File.WriteAllBytes(Path.Combine(probe.FullName, "probe"), [0]);
            }
            finally
            {
                probe.Delete(recursive: true);
            }

            return null;
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem))
        {
            return CannotBeWritten(outputDir, problem).Message;
        }
    }

    /// <summary>The caller's mistake of a folder in which no run folder can be made.</summary>
    internal static BenchUsageException CannotBeWritten(string folder, Exception problem) => new(
        $"The run folder '{folder}' cannot be written: {problem.Message} Choose a folder that this account may write with OutputDir in bench.json, BENCH__OutputDir or -p:BenchOutputDir.");
}
