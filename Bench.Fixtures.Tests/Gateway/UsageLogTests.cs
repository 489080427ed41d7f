using System.Text.Json.Nodes;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class UsageLogTests
{
    private const string Path = "/v1/chat/completions";

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_line_holds_the_figures_of_its_request()
    {
        using var folder = new TestFolder();
        var options = Options with { Clock = new JumpingClock(), UsagePath = folder.At("gateway", "usage.jsonl"), FirstTokenDelay = TimeSpan.FromMilliseconds(250), TokensPerSecond = 1 };
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."), options);

        await bed.EventsAsync(Path, OpenAiBody(stream: true));
        await bed.OnlyRequestAsync();

        // 2 reasoning tokens, then 4 of text: the last group is due 5 s after the first.
        Assert.Equal(
            """
            {"schema_version":1,"started_at":"1970-01-01T00:00:00.000Z","job":"wf__p1","attempt":0,"api":"openai_chat","model_asked":"glm-5","model_answered":"glm-5","hidden":false,"fault":null,"status":200,"input_tokens":9,"output_tokens":6,"cached_tokens":0,"reasoning_tokens":2,"ttft_ms":250,"duration_ms":5250,"finish_reason":"stop","error":null,"error_name":null,"retry_after_ms":null}

            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(options.UsagePath!, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_file_holds_no_text_of_requests_or_answers_and_no_header_value()
    {
        using var folder = new TestFolder();
        var options = Options with { UsagePath = folder.At("usage.jsonl") };
        await using var bed = await StartAsync(Script("the-answer"), options);

        using var ok = await bed.PostToAsync(bed.Route.BaseUrl + Path, OpenAiBody(), ("x-private", "header-value"));
        using var refused = await bed.SendAsync(HttpMethod.Post, bed.Route.BaseUrl + Path, "{\"secret-body\":1}");
        using var stranger = await bed.PostToAsync(bed.Route.BaseUrl + Path, OpenAiBody(), ("Authorization", "Bearer stranger"));
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        var text = await File.ReadAllTextAsync(options.UsagePath!, TestContext.Current.CancellationToken);
        Assert.Equal(3, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(["hello", "the-answer", "header-value", "secret-body", "stranger", bed.Gateway.Token], secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_line_that_a_kill_cut_off_spoils_none_of_those_of_the_resumed_run()
    {
        using var folder = new TestFolder();
        var options = Options with { UsagePath = folder.Write("usage.jsonl", "{\"schema_version\":1}\n{\"schema_ver") };
        await using var bed = await StartAsync(options: options);

        await bed.JsonAsync(Path, OpenAiBody());
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        var lines = await File.ReadAllLinesAsync(options.UsagePath!, TestContext.Current.CancellationToken);
        Assert.Equal(3, lines.Length);
        Assert.Equal("wf__p1", (string?)JsonNode.Parse(lines[2])!["job"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Requests_at_once_get_a_whole_line_each()
    {
        using var folder = new TestFolder();
        var options = Options with { UsagePath = folder.At("usage.jsonl") };
        await using var bed = await StartAsync(options: options);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => bed.JsonAsync(Path, OpenAiBody())));
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        var lines = await File.ReadAllLinesAsync(options.UsagePath!, TestContext.Current.CancellationToken);
        Assert.Equal(40, lines.Length);
        Assert.All(lines, line => Assert.Equal("wf__p1", (string?)JsonNode.Parse(line)!["job"]));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Lines_are_appended_to_those_of_an_earlier_gateway()
    {
        using var folder = new TestFolder();
        var options = Options with { UsagePath = folder.Write("usage.jsonl", "{\"earlier\":1}\n") };
        await using var bed = await StartAsync(options: options);

        await bed.JsonAsync(Path, OpenAiBody());
        await bed.OnlyRequestAsync();

        var lines = await File.ReadAllLinesAsync(options.UsagePath!, TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.Equal("{\"earlier\":1}", lines[0]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_file_that_cannot_be_written_is_reported_and_breaks_no_answer()
    {
        using var folder = new TestFolder();
        var options = Options with { UsagePath = folder.At("usage.jsonl") };
        Directory.CreateDirectory(options.UsagePath!);
        await using var bed = await StartAsync(options: options);
        Assert.Null(bed.Gateway.WriteProblem);

        var answer = await bed.JsonAsync(Path, OpenAiBody());
        await bed.OnlyRequestAsync();

        Assert.NotNull(answer["choices"]);
        Assert.Contains(options.UsagePath!, bed.Gateway.WriteProblem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_formats_example_has_the_members_of_a_real_line()
    {
        using var folder = new TestFolder();
        var options = Options with { UsagePath = folder.At("usage.jsonl") };
        await using var bed = await StartAsync(options: options);
        var page = await File.ReadAllTextAsync(System.IO.Path.Combine(TestFolder.RepositoryRoot, "docs", "formats", "usage.md"), TestContext.Current.CancellationToken);

        await bed.JsonAsync(Path, OpenAiBody());
        await bed.OnlyRequestAsync();

        var example = JsonNode.Parse(page.Split("```json\n")[1].Split("```")[0])!.AsObject();
        var line = await OnlyLineAsync(options.UsagePath!);
        Assert.Equal(line.AsObject().Select(m => m.Key), example.Select(m => m.Key));
        Assert.All(example, member => Assert.Contains($"| `{member.Key}` |", page, StringComparison.Ordinal));
    }

    /// <summary>The only line of a usage file, once it is there.</summary>
    public static async Task<JsonNode> OnlyLineAsync(string path)
    {
        string[] lines;
        while (!File.Exists(path) || (lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Length == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return JsonNode.Parse(Assert.Single(lines))!;
    }
}
