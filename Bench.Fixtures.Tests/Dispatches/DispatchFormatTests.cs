using System.Text;
using System.Text.RegularExpressions;
using Bench.Fixtures.Dispatches;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>The examples of the format page are what is read and written.</summary>
public sealed partial class DispatchFormatTests
{
    [Fact]
    public void The_examples_of_the_format_page_are_read_and_written_as_they_are()
    {
        Same<DispatchJob>(0);
        Same<DispatchOutcome>(1);
        Same<DispatchHeartbeat>(2);
        Same<DispatchCheck>(3);
        Same<DispatchReport>(4);
        Same<DispatchStatus>(5);
    }

    [Fact]
    public void The_page_on_dispatch_names_every_state_reason_and_exit_code()
    {
        var page = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "dispatch.md"));
        var named = Code().Matches(page).Select(match => match.Groups[1].Value).ToHashSet();
        var words = new[] { typeof(DispatchStates), typeof(DispatchReasons), typeof(DispatchOutcomeStates) }
            .SelectMany(type => type.GetFields()).Select(field => (string)field.GetRawConstantValue()!);
        var codes = typeof(DispatchExitCodes).GetFields().Select(field => field.GetRawConstantValue()!.ToString()!);

        Assert.Empty(words.Except(named));
        Assert.All(codes, code => Assert.Contains($"| {code} |", page, StringComparison.Ordinal));
    }

    private static void Same<TDocument>(int index)
    {
        var example = FormatPage.Fence("dispatch.md", "json", index);

        var document = DispatchJson.Parse<TDocument>(Encoding.UTF8.GetBytes(example));

        Assert.Equal(example, Encoding.UTF8.GetString(DispatchJson.Serialize(document)));
    }

    [GeneratedRegex("`([a-z0-9_]+)`")]
    private static partial Regex Code();
}
