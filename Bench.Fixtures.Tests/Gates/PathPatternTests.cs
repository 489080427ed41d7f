using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Gates;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("docs/a.md", "docs/a.md", true)]
    [InlineData("docs/a.md", "docs/a.md5", false)]
    [InlineData("docs/a.md", "docs/axmd", false)]
    [InlineData("docs", "docs/a.md", false)]
    [InlineData("docs/", "docs/deep/a.md", true)]
    [InlineData("docs/", "docs2/a.md", false)]
    [InlineData("docs/*", "docs/deep/a.md", true)]
    [InlineData("docs*", "docs2/a.md", true)]
    [InlineData("docs/**", "docs/deep/a.md", true)]
    [InlineData("*", "any/thing", true)]
    [InlineData("*.md", "a.md", true)]
    [InlineData("*.md", "docs/a.md", false)]
    [InlineData("**/*.md", "a.md", true)]
    [InlineData("**/*.md", "docs/deep/a.md", true)]
    [InlineData("src/**/test?.cs", "src/a/b/test1.cs", true)]
    [InlineData("src/**/test?.cs", "src/a/b/test/.cs", false)]
    [InlineData("a[1].txt", "a[1].txt", true)]
    [InlineData("a[1].txt", "a1.txt", false)]
    [InlineData("Docs/*", "docs/a", false)]
    [InlineData("a*", "a\nb", true)]
    [InlineData("a", "a\n", false)]
    public void A_pattern_stands_for_paths(string pattern, string path, bool matches)
    {
        Assert.Equal(matches, PathPattern.ParseAll([pattern])[0].Matches(path));
    }

    [Fact]
    public void Patterns_that_match_nothing_are_refused_all_at_once()
    {
        string[] bad = ["", " ", "/etc/passwd", "../outside", "./docs", "a\\b", "docs/../src"];

        var problems = Assert.Throws<BenchUsageException>(() => PathPattern.ParseAll(["docs/*", .. bad])).Problems;

        Assert.Equal(bad.Length, problems.Count);
        Assert.All(bad.Zip(problems), pair => Assert.Contains($"'{pair.First}'", pair.Second, StringComparison.Ordinal));
    }
}
