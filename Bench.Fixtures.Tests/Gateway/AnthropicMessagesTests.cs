using System.Net;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class AnthropicMessagesTests
{
    private const string Path = "/v1/messages?beta=true";

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_has_the_documented_order_of_events()
    {
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."));

        var stream = await bed.TextAsync(Path, AnthropicBody(stream: true));

        Assert.Equal(
            [
                "message_start", "ping",
                "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ],
            stream.Split('\n').Where(l => l.StartsWith("event: ", StringComparison.Ordinal)).Select(l => l["event: ".Length..]));
        var events = EventsOf(stream);
        Assert.Equal("thinking_delta", (string?)events[3]["delta"]!["type"]);
        Assert.Equal("signature_delta", (string?)events[4]["delta"]!["type"]);
        Assert.Equal("Hello, world!", (string?)events[7]["delta"]!["text"]);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], events.Skip(2).Take(7).Select(e => (int)e["index"]!));
        Assert.All(events, e => Assert.NotNull((string?)e["type"]));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Usage_leaves_cached_tokens_out_of_the_input()
    {
        await using var bed = await StartAsync(Script(
            new ScriptedTurn { Text = "I look.", ToolCalls = [Call("shell", ("command", "ls"))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = "done" }));
        JsonNode[] more =
        [
            new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_use", ["id"] = "call_0_0", ["name"] = "Bash", ["input"] = new JsonObject { ["command"] = "ls" } }) },
            new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = "call_0_0", ["content"] = "a.txt b.txt" }) },
        ];

        var answer = await bed.JsonAsync(Path, AnthropicBody(more: more));

        // prompt; then "I look." (2), shell (2), command (2), ls (1) and the tool's 11 characters (3)
        var prompt = (Prompt.Length + 3) / 4;
        Assert.Equal(prompt, (int?)answer["usage"]!["cache_read_input_tokens"]);
        Assert.Equal(2 + 2 + 2 + 1 + 3, (int?)answer["usage"]!["input_tokens"]);
        Assert.Equal(1, (int?)answer["usage"]!["output_tokens"]);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((prompt + 10L, (long)prompt, 1L), (request.InputTokens, request.CachedTokens, request.OutputTokens));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_ends_with_the_whole_usage()
    {
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."));

        var events = await bed.EventsAsync(Path, AnthropicBody(stream: true));

        var usage = events[^2]["usage"]!;
        Assert.Equal("end_turn", (string?)events[^2]["delta"]!["stop_reason"]);
        Assert.Equal((Prompt.Length + 3) / 4, (int?)usage["input_tokens"]);
        Assert.Equal(6, (int?)usage["output_tokens"]);
        Assert.Equal(2, (int?)usage["output_tokens_details"]!["thinking_tokens"]);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("""{"type":"disabled"}""")]
    [InlineData("""{"type":"adaptive","display":"omitted"}""")]
    public async Task Thinking_that_was_not_asked_for_is_not_shown(string thinking)
    {
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."));
        var body = AnthropicBody();
        body["thinking"] = JsonNode.Parse(thinking);

        var answer = await bed.JsonAsync(Path, body);

        Assert.Equal(["text"], answer["content"]!.AsArray().Select(b => (string?)b!["type"]));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tool_call_is_a_block_of_its_own_after_the_text()
    {
        await using var bed = await StartAsync(Script(
            new ScriptedTurn { Text = "I write.", ToolCalls = [Call("write_file", ("path", "a.txt"), ("content", "x")), Call("shell", ("command", "cat a.txt"))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = "done" }));

        var events = await bed.EventsAsync(Path, AnthropicBody(stream: true));

        var blocks = events.Where(e => (string?)e["type"] == "content_block_start").Select(e => e["content_block"]!).ToList();
        Assert.Equal(["text", "tool_use", "tool_use"], blocks.Select(b => (string?)b["type"]));
        Assert.Equal(["Write", "Bash"], blocks.Skip(1).Select(b => (string?)b["name"]));
        Assert.NotEqual((string?)blocks[1]["id"], (string?)blocks[2]["id"]);
        var input = string.Concat(events.Where(e => (int?)e["index"] == 1).Select(e => (string?)e["delta"]?["partial_json"]));
        Assert.Equal("/srv/here/a.txt", (string?)JsonNode.Parse(input)!["file_path"]);
        Assert.Equal("tool_use", (string?)events[^2]["delta"]!["stop_reason"]);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(ScriptedFinish.Length, "max_tokens")]
    [InlineData(ScriptedFinish.ContentFilter, "refusal")]
    public async Task Other_finishes_have_the_APIs_own_words(ScriptedFinish finish, string word)
    {
        await using var bed = await StartAsync(Script(new ScriptedTurn { Text = "cut", Finish = finish }));

        var answer = await bed.JsonAsync(Path, AnthropicBody());

        Assert.Equal(word, (string?)answer["stop_reason"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_unknown_model_gets_the_APIs_not_found_error()
    {
        await using var bed = await StartAsync();

        using var response = await bed.PostAsync(Path, AnthropicBody(model: "glm-6"));

        var answer = (await JsonOf(response));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(("error", "not_found_error", "model: glm-6"), ((string?)answer["type"], (string?)answer["error"]!["type"], (string?)answer["error"]!["message"]));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Tokens_are_counted_and_models_listed_in_the_APIs_shape_and_neither_is_booked()
    {
        await using var bed = await StartAsync();
        bed.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        var count = await bed.JsonAsync("/v1/messages/count_tokens?beta=true", AnthropicBody());
        var list = await bed.GetAsync(bed.Route.BaseUrl + "/v1/models");

        Assert.True((int?)count["input_tokens"] > Prompt.Length / 4);
        Assert.Equal("model", (string?)list["data"]![0]!["type"]);
        Assert.Empty(bed.Route.Requests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Hello_needs_no_token()
    {
        await using var bed = await StartAsync();
        using var client = new HttpClient();
        using var hello = new HttpRequestMessage(HttpMethod.Head, bed.Route.BaseUrl + "/api/hello");

        using var response = await client.SendAsync(hello, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
