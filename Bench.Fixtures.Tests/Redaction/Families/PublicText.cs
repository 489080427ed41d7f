namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Public source text that is there after <c>npm ci</c>: bundles, minified scripts, type declarations, lock files, documentation of the agents.</summary>
internal static class PublicText
{
    private static readonly string[] Endings = [".js", ".mjs", ".cjs", ".ts", ".json", ".md", ".txt", ".py", ".h", ".cc", ".map", ".sh", ".gypi", ".ps1"];

    /// <summary>Every such file, in a fixed order; none before <c>npm ci</c>.</summary>
    public static IReadOnlyList<string> Files()
    {
        var agents = Path.Combine(TestFolder.RepositoryRoot, "agents");
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.Exists(Path.Combine(agents, "node_modules"))
            ? [.. Directory.EnumerateFiles(agents, "*", options).Where(f => Endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)]
            : [];
    }
}
