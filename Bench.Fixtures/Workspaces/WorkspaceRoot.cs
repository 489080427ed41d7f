using System.Security.Cryptography;

namespace Bench.Fixtures.Workspaces;

/// <summary>Makes a run's folder: a name that nobody guesses, for this user only, its path short and free of symbolic links.</summary>
internal static class WorkspaceRoot
{
    // A unix socket's path is at most 103 bytes (macOS); this leaves 60 for "/bench-<16>/1234/tmp/" and the socket's own name.
    private const int LongestParent = 40;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal static string Create(string? parent)
    {
        var root = Path.Combine(WithoutLinks(parent ?? DefaultParent()), "bench-" + RandomNumberGenerator.GetHexString(12, lowercase: true));
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(root).FullName;
        }

        return Directory.CreateDirectory(root, OwnerOnly).FullName;
    }

    private static string DefaultParent()
    {
        var system = Path.GetTempPath();
        return system.Length > LongestParent && Directory.Exists("/tmp") ? "/tmp" : system;
    }

    // Agents report the folder that the system tells them, links resolved; it must be the one that they were given.
    private static string WithoutLinks(string path)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        foreach (var part in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(resolved, part);
            resolved = Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName is { } target ? WithoutLinks(target) : next;
        }

        return resolved;
    }
}
