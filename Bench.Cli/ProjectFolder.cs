using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Cli;

/// <summary>Finds the folder with <c>bench.json</c> that a command is about.</summary>
internal static class ProjectFolder
{
    /// <summary>
    /// Looks in each folder from the current one up to the root of the repository, and in its direct subfolders; the first find counts.
    /// Without any, the current folder, so that the defaults apply.
    /// </summary>
    /// <exception cref="BenchUsageException">Several subfolders have one.</exception>
    public static string Find(string currentFolder)
    {
        var root = SettingsRoot.Above(currentFolder);
        for (var folder = Path.GetFullPath(currentFolder); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (HasSettings(folder))
            {
                return folder;
            }

            var below = Directory.EnumerateDirectories(folder).Where(HasSettings).Order(StringComparer.Ordinal).ToList();
            if (below.Count > 1)
            {
                throw new BenchUsageException(
                    $"Several folders below '{folder}' have a {SettingsReader.FileName}: {string.Join(", ", below.Select(path => $"'{Path.GetFileName(path)}'"))}. Name one by --project.");
            }

            if (below.Count == 1)
            {
                return below[0];
            }

            if (folder == root)
            {
                break;
            }
        }

        return currentFolder;
    }

    /// <summary>The folder that an argument names: a folder, or a project file in it.</summary>
    /// <exception cref="BenchUsageException">It does not exist.</exception>
    public static string Named(string path, string currentFolder)
    {
        var fullPath = Path.GetFullPath(path, currentFolder);
        return Directory.Exists(fullPath)
            ? fullPath
            : File.Exists(fullPath)
                ? Path.GetDirectoryName(fullPath)!
                : throw new BenchUsageException($"The project '{fullPath}' does not exist. Name a folder with a {SettingsReader.FileName} by --project.");
    }

    /// <summary>The folder, or null when there is none, or more than one.</summary>
    public static string? TryFind(string currentFolder)
    {
        try
        {
            return Find(currentFolder);
        }
        catch (BenchUsageException)
        {
            return null;
        }
    }

    /// <summary>Whether the folder has a <c>bench.json</c>.</summary>
    public static bool HasSettings(string folder) => File.Exists(Path.Combine(folder, SettingsReader.FileName));
}
