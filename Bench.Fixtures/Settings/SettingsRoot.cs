namespace Bench.Fixtures.Settings;

/// <summary>The folder that relative paths in settings start from.</summary>
public static class SettingsRoot
{
    private const string OwnSolution = "Bench.sln";
    private static readonly string[] SolutionPatterns = ["*.sln", "*.slnx"];

    /// <summary>
    /// Where the relative paths of a project's settings start: at the project's folder, whatever repository it is part of. The projects of Bench's own
    /// solution, which lie beside it, share what is in its folder.
    /// </summary>
    /// <param name="folder">The folder with <c>bench.json</c>.</param>
    public static string Of(string folder)
    {
        var project = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetDirectoryName(project) is { } above && File.Exists(Path.Combine(above, OwnSolution)) ? above : project;
    }

    /// <summary>
    /// The nearest folder at or above <paramref name="folder"/> that holds <c>.git</c> or a solution file;
    /// <paramref name="folder"/> itself when there is none.
    /// </summary>
    public static string Above(string folder)
    {
        var start = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (var current = start; current is not null; current = Path.GetDirectoryName(current))
        {
            if (IsRoot(current))
            {
                return current;
            }
        }

        return start;
    }

    // In a git worktree .git is a file.
    private static bool IsRoot(string folder) =>
        Path.Exists(Path.Combine(folder, ".git"))
        || (Directory.Exists(folder) && SolutionPatterns.Any(pattern => Directory.EnumerateFiles(folder, pattern).Any()));
}
