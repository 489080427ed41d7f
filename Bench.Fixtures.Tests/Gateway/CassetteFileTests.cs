using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway.Cassettes;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>The cassette as a file: its format, and what a bad one says.</summary>
public sealed class CassetteFileTests : IDisposable
{
    private static readonly string Example = FormatPage.Fence("cassette.md", "json");

    private readonly CassetteBed bed = new();

    [Fact]
    public void The_example_of_the_format_page_is_a_cassette()
    {
        var cassette = Cassette.Read(bed.Write(Example));

        Assert.Equal(("embedded", "1.18.33"), (cassette.Header.Profile, cassette.Header.Agents["opencode"]));
        Assert.Equal("opencode_run_headless__latency_speed_1", Assert.Single(cassette.Exchanges).Job);
        Assert.Equal(["glm-5"], cassette.Models);
        Assert.False(cassette.IsCutOff);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_format_page_describes_every_member()
    {
        await bed.RecordAsync(live => live.TextAsync("/v1/messages", AnthropicBody(stream: true)));
        var page = FormatPage.Text("cassette.md");

        var members = bed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(line => JsonDocument.Parse(line).RootElement.EnumerateObject().ToList());

        Assert.All(members, member => Assert.Contains($"| `{member.Name}` |", page, StringComparison.Ordinal));
        Assert.All(JsonDocument.Parse(bed.Text.Split('\n')[1]).RootElement.GetProperty("usage").EnumerateObject(), member => Assert.Contains($"`{member.Name}`", page, StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_last_line_that_a_killed_recorder_left_is_told_and_the_rest_is_used()
    {
        await bed.RecordAsync(live => live.TextAsync("/v1/messages", AnthropicBody()));
        var whole = bed.Text;
        File.WriteAllText(bed.Path, whole + whole.Split('\n')[1][..100]);

        await using var replay = await bed.ReplayAsync(job: "wf__p2");
        using var missed = await replay.PostAsync("/v1/messages", AnthropicBody());

        Assert.True(Cassette.Read(bed.Path).IsCutOff);
        Assert.Single(Cassette.Read(bed.Path).Exchanges);
        Assert.Contains("The cassette's last line is cut off.", (string?)(await JsonOf(missed))["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_bad_line_is_named()
    {
        var lines = Example.TrimEnd('\n').Split('\n');
        var bad = lines[1].Replace("\"complete\"", "\"maybe\"", StringComparison.Ordinal);
        bed.Write(string.Join('\n', lines[0], "{}", bad, lines[1], "not JSON", lines[1]) + "\n");

        var problems = Assert.Throws<BenchUsageException>(() => Cassette.Read(bed.Path)).Problems;

        Assert.Equal(4, problems.Count);
        Assert.StartsWith($"Line 2 of the cassette '{bed.Path}' cannot be read: ", problems[0], StringComparison.Ordinal);
        Assert.StartsWith("Line 3 of the cassette", problems[1], StringComparison.Ordinal);
        Assert.StartsWith("Line 5 of the cassette", problems[2], StringComparison.Ordinal);
        Assert.Contains("2 times", problems[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("{\"schema_version\":2,\"recorded_at\":\"\",\"bench\":\"\",\"profile\":\"\",\"agents\":{}}\nwhatever\n")]
    public void A_file_that_is_no_cassette_of_this_version_is_the_callers_mistake(string text)
    {
        var mistake = Assert.Throws<BenchUsageException>(() => Cassette.Read(bed.Write(text)));

        Assert.Single(mistake.Problems);
        Assert.Contains("Gateway:RecordTo", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_the_callers_mistake()
    {
        var mistake = Assert.Throws<BenchUsageException>(() => Cassette.Read(bed.Path));

        Assert.Contains(bed.Path, mistake.Message, StringComparison.Ordinal);
    }

    public void Dispose() => bed.Dispose();
}
