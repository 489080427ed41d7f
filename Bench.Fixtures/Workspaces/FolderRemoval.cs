namespace Bench.Fixtures.Workspaces;

/// <summary>Deletes a folder with everything in it: read-only files and folders too, links but never what they point to.</summary>
internal static class FolderRemoval
{
    private const int MostNamed = 20;

    // A killed process may still finish a write in between.
    private const int MostTries = 3;

    /// <summary>Returns what could not be deleted and why, at most 20 entries; empty when the folder is gone, or was never there.</summary>
    internal static async Task<IReadOnlyList<string>> RemoveAsync(string folder) => await Task.Run(() => Remove(folder));

    private static List<string> Remove(string folder)
    {
        var problems = new List<string>();
        for (var attempt = 0; attempt < MostTries && Directory.Exists(folder); attempt++)
        {
            problems.Clear();
            if (!TryDeleteWhole(folder))
            {
                DeleteOneByOne(new DirectoryInfo(folder), problems);
            }
        }

        return !Directory.Exists(folder) ? []
            : problems.Count <= MostNamed ? problems
            : [.. problems.Take(MostNamed), $"… and {problems.Count - MostNamed} more below '{folder}'."];
    }

    private static bool TryDeleteWhole(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void DeleteOneByOne(DirectoryInfo folder, List<string> problems)
    {
        Attempt(folder, problems, () =>
        {
            var before = problems.Count;
            MakeWritable(folder);
            foreach (var entry in folder.GetFileSystemInfos())
            {
                if (entry is DirectoryInfo inner && inner.LinkTarget is null)
                {
                    DeleteOneByOne(inner, problems);
                }
                else
                {
                    Attempt(entry, problems, () => DeleteFile(entry));
                }
            }

            // With something left in it there is nothing to try and nothing to add.
            if (problems.Count == before)
            {
                folder.Delete();
            }
        });
    }

    private static void DeleteFile(FileSystemInfo file)
    {
        if (OperatingSystem.IsWindows())
        {
            file.Attributes = FileAttributes.Normal;
        }

        file.Delete();
    }

    private static void MakeWritable(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }
    }

    private static void Attempt(FileSystemInfo entry, List<string> problems, Action act)
    {
        try
        {
            act();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add($"'{entry.FullName}' could not be deleted: {problem.Message}");
        }
    }
}
