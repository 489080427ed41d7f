using System.Net;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class GeminiGenerateTests
{
    private const string Model = "gemini-3-flash-preview";
    private const string Stream = $"/v1beta/models/{Model}:streamGenerateContent?alt=sse";
    private const string Whole = $"/v1beta/models/{Model}:generateContent";

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_gives_thoughts_then_text_and_ends_with_finish_and_usage()
    {
        await using var bed = await StartAsync(Script(new string('x', 150), reasoning: "I think."), model: Model);

        var stream = await bed.TextAsync(Stream, GeminiBody());

        var events = EventsOf(stream);
        var parts = events.Select(e => e["candidates"]![0]!["content"]!["parts"]![0]!).ToList();
        Assert.Equal(("I think.", true), ((string?)parts[0]["text"], (bool?)parts[0]["thought"]));
        Assert.Equal(new string('x', 150), string.Concat(parts.Skip(1).Select(p => (string?)p["text"])));
        Assert.All(events.SkipLast(1), e => Assert.Null(e["candidates"]![0]!["finishReason"]));
        Assert.Equal("STOP", (string?)events[^1]["candidates"]![0]!["finishReason"]);
        Assert.Equal(Model, (string?)events[^1]["modelVersion"]);
        Assert.DoesNotContain("event:", stream, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Usage_keeps_thoughts_out_of_the_candidates()
    {
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."), model: Model);

        var usage = (await bed.JsonAsync(Whole, GeminiBody()))["usageMetadata"]!;

        var prompt = (Prompt.Length + 3) / 4;
        Assert.Equal(prompt, (int?)usage["promptTokenCount"]);
        Assert.Equal(4, (int?)usage["candidatesTokenCount"]);
        Assert.Equal(2, (int?)usage["thoughtsTokenCount"]);
        Assert.Equal(prompt + 6, (int?)usage["totalTokenCount"]);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((6L, 2L), (request.OutputTokens, request.ReasoningTokens));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tool_call_is_a_function_call_with_the_scripts_relative_path()
    {
        await using var bed = await StartAsync(
            Script(
                new ScriptedTurn { ToolCalls = [Call("write_file", ("path", "a.txt"), ("content", "x"))], Finish = ScriptedFinish.ToolCalls },
                new ScriptedTurn { Text = "done" }),
            model: Model);

        var events = await bed.EventsAsync(Stream, GeminiBody());

        var call = events[0]["candidates"]![0]!["content"]!["parts"]![0]!["functionCall"]!;
        Assert.Equal("write_file", (string?)call["name"]);
        Assert.Equal("a.txt", (string?)call["args"]!["file_path"]);
        Assert.Equal("STOP", (string?)events[^1]["candidates"]![0]!["finishReason"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_alt_sse_the_stream_is_one_JSON_array()
    {
        await using var bed = await StartAsync(Script(new string('x', 150)), model: Model);

        var answer = await bed.JsonAsync($"/v1beta/models/{Model}:streamGenerateContent", GeminiBody());

        Assert.Equal(new string('x', 150), string.Concat(answer.AsArray().Select(e => (string?)e!["candidates"]![0]!["content"]!["parts"]![0]!["text"])));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(ScriptedFinish.Length, "MAX_TOKENS")]
    [InlineData(ScriptedFinish.ContentFilter, "SAFETY")]
    public async Task Other_finishes_have_the_APIs_own_words(ScriptedFinish finish, string word)
    {
        await using var bed = await StartAsync(Script(new ScriptedTurn { Text = "cut", Finish = finish }), model: Model);

        var answer = await bed.JsonAsync(Whole, GeminiBody());

        Assert.Equal(word, (string?)answer["candidates"]![0]!["finishReason"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_unknown_model_gets_the_APIs_NOT_FOUND()
    {
        await using var bed = await StartAsync(model: Model);

        using var response = await bed.PostAsync("/v1beta/models/gemini-9:generateContent", GeminiBody());

        var error = (await JsonOf(response))["error"]!;
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal((404, "NOT_FOUND"), ((int?)error["code"], (string?)error["status"]));
        Assert.Contains("models/gemini-9 is not found", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Tokens_are_counted_and_models_listed_in_the_APIs_shape()
    {
        await using var bed = await StartAsync(model: Model);

        var count = await bed.JsonAsync($"/v1beta/models/{Model}:countTokens", GeminiBody());
        var list = await bed.GetAsync(bed.Route.BaseUrl + "/v1beta/models");

        Assert.True((int?)count["totalTokens"] > Prompt.Length / 4);
        Assert.Equal("models/" + Model, (string?)list["models"]![1]!["name"]);
    }
}
