namespace Bench.Fixtures.Workspaces;

/// <summary>
/// An empty repository as <c>git init -b main</c> makes it, without its hook samples, written directly: no process, no template folder and none of the
/// user's settings take part. The format is gitrepository-layout(5), version 0.
/// </summary>
internal static class GitSkeleton
{
    private static readonly string[] Folders = ["info", "objects/info", "objects/pack", "refs/heads", "refs/tags"];

    internal static void Write(string workTree)
    {
        var git = Path.Combine(workTree, ".git");
        foreach (var folder in Folders)
        {
            Directory.CreateDirectory(Path.Combine(git, folder));
        }

        File.WriteAllText(Path.Combine(git, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(git, "config"), $"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tlogallrefupdates = true\n{FileSystemTraits}");
        File.WriteAllText(Path.Combine(git, "info", "exclude"), "");
    }

    /// <summary>
    /// A neutral identity, so that agents can commit. No automatic maintenance: it would leave a process behind and vary the times.
    /// </summary>
    internal static void WriteUserConfig(string home) => File.WriteAllText(
        Path.Combine(home, ".gitconfig"),
        "[user]\n\tname = Bench\n\temail = bench@localhost\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n");

    // What git init finds out by trying.
    private static string FileSystemTraits =>
        OperatingSystem.IsWindows() ? "\tfilemode = false\n\tsymlinks = false\n\tignorecase = true\n"
        : OperatingSystem.IsMacOS() ? "\tfilemode = true\n\tignorecase = true\n\tprecomposeunicode = true\n"
        : "\tfilemode = true\n";
}
