using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workspaces;

/// <summary>Deletes a folder with everything in it: read-only files and folders too, links but never what they point to.</summary>
internal static class FolderRemoval
{
    private const int MostNamed = 20;
    private static readonly TimeSpan RmLimit = TimeSpan.FromSeconds(30);

    // A killed process may still finish a write in between.
    private const int MostTries = 3;

    /// <summary>Returns what could not be deleted and why, at most 20 entries; empty when the folder is gone, or was never there.</summary>
    internal static async Task<IReadOnlyList<string>> RemoveAsync(string folder)
    {
        var problems = await Task.Run(() => Remove(folder));
        return problems.Count > 0 && await RemoveByRmAsync(folder) && !Directory.Exists(folder) ? [] : problems;
    }

    // It knows names that are not UTF-8 and walks into paths of any length, which .NET does not. Rights were given before.
    private static async Task<bool> RemoveByRmAsync(string folder)
    {
        const string Rm = "/bin/rm";
        if (!LinuxSupport.IsAvailable || !File.Exists(Rm))
        {
            return false;
        }

        try
        {
            var spec = new ProcessSpec { FileName = Rm, Arguments = ["-rf", "--", folder], WorkingDirectory = "/", Environment = new Dictionary<string, string>() };
            await using var rm = AgentProcess.Start(spec, observer: null, TimeProvider.System);
            await rm.Completion.WaitAsync(RmLimit);
            return true;
        }
        catch (Exception problem) when (problem is ProcessStartException or TimeoutException)
        {
            return false;
        }
    }

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

    // Of a path that is too long for the system .NET says that it is empty: an ArgumentException.
    private static bool IsAboutFiles(Exception problem) => problem is IOException or UnauthorizedAccessException or ArgumentException;

    private static bool TryDeleteWhole(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception problem) when (IsAboutFiles(problem))
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
        catch (Exception problem) when (IsAboutFiles(problem))
        {
            problems.Add($"'{entry.FullName}' could not be deleted: {problem.Message}");
        }
    }
}
