using System.Text.RegularExpressions;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Summaries;

public sealed partial class PercentageTests
{
    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(1, 0, "100")]
    [InlineData(0.5, 0, "50")]
    [InlineData(0.285, 0, "29")]
    [InlineData(2 / 3.0, 1, "66.7")]
    [InlineData(0.85, 1, "85")]
    [InlineData(1.3, 0, "130")]
    [InlineData(199 / 200.0, 0, "99.5")]
    [InlineData(1999 / 2000.0, 1, "99.95")]
    [InlineData(1999 / 2000.0, 0, "99.95")]
    [InlineData(1 / 200.0, 0, "1")]
    [InlineData(1 / 2000.0, 0, "0.1")]
    [InlineData(0.0001, 1, "0.01")]
    [InlineData(1e-9, 1, "< 0.01")]
    [InlineData(1 - 1e-9, 1, "> 99.99")]
    [InlineData(1 + 1e-9, 0, "> 100")]
    [InlineData(1 - 1e-16, 0, "100")]
    public void Only_what_is_0_or_100_is_shown_so(double share, int decimals, string expected) => Assert.Equal(expected, Percentage.Of(share, decimals));

    [Theory]
    [InlineData(1, "100.0")]
    [InlineData(0, "0.0")]
    [InlineData(0.85, "85.0")]
    [InlineData(0.9996, "99.96")]
    public void Padded_ones_show_their_zeros(double share, string expected) => Assert.Equal(expected, Percentage.Of(share, 1, isPadded: true));

    [Theory]
    [InlineData(0.5272, "52.8")]
    [InlineData(0.221, "22.1")]
    [InlineData(0.9996, "99.96")]
    [InlineData(0.99999, "> 99.99")]
    [InlineData(1, "100.0")]
    public void A_bound_is_never_rounded_down(double bound, string expected) => Assert.Equal(expected, Percentage.UpTo(bound, 1));

    [Fact]
    public void A_document_has_0_or_1_only_for_what_is_that()
    {
        Assert.Equal([0, 1, 0.8145, 0.99997, 1e-7, 1.5], new[] { 0, 1, 0.81450625, 0.99997, 1e-7, 1.5 }.Select(Rounding.Share));
        Assert.Equal(double.NaN, Rounding.Share(double.NaN));
    }

    // Whoever multiplies by 100 on a line with a percent sign spells a share in a way of its own.
    [Fact]
    public void Shares_are_spelled_in_one_place()
    {
        string[] projects = ["Bench.Fixtures", "Bench.Cli", "Bench.TestLogger"];
        var offenders =
            from project in projects
            from file in Directory.GetFiles(Path.Combine(TestFolder.RepositoryRoot, project), "*.cs", SearchOption.AllDirectories)
            where !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any() && Path.GetFileName(file) != "Percentage.cs"
            from line in File.ReadLines(file)
            where OwnSpelling().IsMatch(line)
            select $"{Path.GetFileName(file)}: {line.Trim()}";

        Assert.Empty(offenders);
    }

    [GeneratedRegex(@"(\b100 \* |\* 100\b).*%|:[Pp]\d?\}")]
    private static partial Regex OwnSpelling();
}
