namespace Bench.Fixtures.Tests;

/// <summary>The pages in docs/formats, whose examples the tests verify.</summary>
internal static class FormatPage
{
    /// <summary>The text of a page.</summary>
    public static string Text(string page) => File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "formats", page)).ReplaceLineEndings("\n");

    /// <summary>The content of the fenced block of this language, by its place among them.</summary>
    public static string Fence(string page, string language, int index = 0)
    {
        var blocks = Text(page).Split($"\n```{language}\n").Skip(1).Select(rest => rest[..rest.IndexOf("\n```", StringComparison.Ordinal)]);
        return blocks.ElementAt(index) + "\n";
    }
}
