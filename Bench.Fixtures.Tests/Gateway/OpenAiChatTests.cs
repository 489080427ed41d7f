using System.Net;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class OpenAiChatTests
{
    private const string Path = "/v1/chat/completions";

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_gives_role_reasoning_text_finish_usage_and_done_in_this_order()
    {
        var text = new string('x', 150) + "😀 end";
        await using var bed = await StartAsync(Script(text, reasoning: "I think."));

        var events = await bed.EventsAsync(Path, OpenAiBody(stream: true));

        var deltas = events.SkipLast(2).Select(e => e["choices"]![0]!["delta"]!).ToList();
        Assert.Equal("assistant", (string?)deltas[0]["role"]);
        Assert.Equal("I think.", (string?)deltas[1]["reasoning_content"]);
        Assert.Equal(text, string.Concat(deltas.Skip(2).Select(d => (string?)d["content"])));
        Assert.True(deltas.Count > 4, "one chunk per token group");
        Assert.Equal("stop", (string?)events[^3]["choices"]![0]!["finish_reason"]);
        Assert.Empty(events[^2]["choices"]!.AsArray());
        Assert.Equal("[DONE]", (string?)events[^1]);
        Assert.All(events.SkipLast(1), e => Assert.Equal("chat.completion.chunk", (string?)e["object"]));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Usage_counts_prompt_text_and_reasoning_in_the_APIs_convention()
    {
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."));

        var usage = (await bed.EventsAsync(Path, OpenAiBody(stream: true)))[^2]["usage"]!;

        var prompt = (Prompt.Length + 3) / 4;
        Assert.Equal(prompt, (int?)usage["prompt_tokens"]);
        Assert.Equal(4 + 2, (int?)usage["completion_tokens"]);
        Assert.Equal(prompt + 6, (int?)usage["total_tokens"]);
        Assert.Equal(0, (int?)usage["prompt_tokens_details"]!["cached_tokens"]);
        Assert.Equal(2, (int?)usage["completion_tokens_details"]!["reasoning_tokens"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_without_include_usage_has_no_usage_chunk_but_the_books_have_the_tokens()
    {
        await using var bed = await StartAsync();
        var body = OpenAiBody(stream: true);
        body.Remove("stream_options");

        var events = await bed.EventsAsync(Path, body);

        Assert.DoesNotContain(events.SkipLast(1), e => e["usage"] is not null);
        Assert.Equal(4, (await bed.OnlyRequestAsync()).OutputTokens);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_whole_answer_is_a_chat_completion()
    {
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: "I think."));

        var answer = await bed.JsonAsync(Path, OpenAiBody());

        var message = answer["choices"]![0]!["message"]!;
        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.Equal("glm-5", (string?)answer["model"]);
        Assert.Equal("Hello, world!", (string?)message["content"]);
        Assert.Equal("I think.", (string?)message["reasoning_content"]);
        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
        Assert.Equal(6, (int?)answer["usage"]!["completion_tokens"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tool_call_is_given_under_the_agents_own_names_with_an_absolute_path()
    {
        await using var bed = await StartAsync(Script(
            new ScriptedTurn { ToolCalls = [Call("write_file", ("path", "src/a.txt"), ("content", "naïve \"x\"\n"))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = "done" }));

        var events = await bed.EventsAsync(Path, OpenAiBody(stream: true));

        var calls = events.SkipLast(2).Select(e => e["choices"]![0]!["delta"]!["tool_calls"]?[0]!).Where(c => c is not null).ToList();
        Assert.Equal("write", (string?)calls[0]["function"]!["name"]);
        Assert.NotNull((string?)calls[0]["id"]);
        Assert.All(calls, c => Assert.Equal(0, (int?)c["index"]));
        var arguments = JsonNode.Parse(string.Concat(calls.Select(c => (string?)c["function"]!["arguments"])))!;
        Assert.Equal("/srv/here/src/a.txt", (string?)arguments["filePath"]);
        Assert.Equal("naïve \"x\"\n", (string?)arguments["content"]);
        Assert.Equal("tool_calls", (string?)events[^3]["choices"]![0]!["finish_reason"]);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(ScriptedFinish.Length, "length")]
    [InlineData(ScriptedFinish.ContentFilter, "content_filter")]
    public async Task Other_finishes_have_the_APIs_own_words(ScriptedFinish finish, string word)
    {
        await using var bed = await StartAsync(Script(new ScriptedTurn { Text = "cut", Finish = finish }));

        var answer = await bed.JsonAsync(Path, OpenAiBody());

        Assert.Equal(word, (string?)answer["choices"]![0]!["finish_reason"]);
        Assert.Equal(word, (await bed.OnlyRequestAsync()).FinishReason);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_unknown_model_gets_the_APIs_model_not_found()
    {
        await using var bed = await StartAsync();

        using var response = await bed.PostAsync(Path, OpenAiBody(model: "glm-6"));

        var error = (await JsonOf(response))["error"]!;
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("model_not_found", (string?)error["code"]);
        Assert.Contains("`glm-6`", (string?)error["message"], StringComparison.Ordinal);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal(("glm-6", 404, "model_not_found"), (request.ModelAsked, request.Status, request.Error));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Models_are_listed_with_and_without_the_version()
    {
        await using var bed = await StartAsync();

        var list = await bed.GetAsync(bed.Route.BaseUrl + "/v1/models");
        var shared = await bed.GetAsync(bed.Gateway.SharedBaseUrl + "/models");
        var one = await bed.GetAsync(bed.Route.BaseUrl + "/v1/models/glm-5");

        Assert.Equal(["glm-5", "gemini-3-flash-preview"], list["data"]!.AsArray().Select(m => (string?)m!["id"]));
        Assert.Equal(list.ToJsonString(), shared.ToJsonString());
        Assert.Equal("glm-5", (string?)one["id"]);
        Assert.Empty(bed.Route.Requests);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"model":"glm-5"}""")]
    [InlineData("""{"model":"glm-5","messages":"hi"}""")]
    [InlineData("""{"model":"glm-5","messages":[1]}""")]
    [InlineData("""{"model":"glm-5","messages":[{"role":"wizard","content":"hi"}]}""")]
    public async Task A_request_that_is_none_gets_400_and_a_reason(string body)
    {
        await using var bed = await StartAsync();

        using var response = await bed.SendAsync(HttpMethod.Post, bed.Route.BaseUrl + Path, body);

        var error = (await JsonOf(response))["error"]!;
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEqual("", (string?)error["message"]);
        Assert.Equal("invalid_request", (await bed.OnlyRequestAsync()).Error);
    }
}
