using System.Globalization;
using System.Text.RegularExpressions;
using Bench.Cli;

namespace Bench.Fixtures.Tests.Cli;

public sealed partial class ExitCodesPageTests
{
    [Fact]
    public void The_page_lists_every_code_that_all_commands_share()
    {
        var codes = typeof(ExitCodes).GetFields().Select(field => (int)field.GetRawConstantValue()!);

        var listed = Row().Matches(File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "exit-codes.md"))).Select(row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture));

        Assert.Equal(codes.Order(), listed.Order());
    }

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
