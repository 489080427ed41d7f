using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>Agents that cut an emoji in two ask with half of it: as an escape, or as bytes.</summary>
public sealed class BrokenTextTests
{
    private const string OpenAi = "/v1/chat/completions";
    private const string Anthropic = "/v1/messages";
    private const string Gemini = "/v1beta/models/gemini-3-flash-preview:generateContent";
    private const string Mark = "half-an-emoji";
    private const string Key = "provider-key";

    private static readonly ScriptedAnswer TwoTurns = Script(
        new ScriptedTurn { ToolCalls = [Call("shell", ("command", "ls"))], Finish = ScriptedFinish.ToolCalls },
        new ScriptedTurn { Text = "There it is." });

    public static TheoryData<string, bool> Requests { get; } = new()
    {
        { OpenAi, true },
        { OpenAi, false },
        { Anthropic, true },
        { Anthropic, false },
        { Gemini, true },
        { Gemini, false },
    };

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Requests))]
    public async Task The_scripted_model_answers(string path, bool isEscape)
    {
        await using var bed = await StartAsync(TwoTurns, model: ModelOf(path));

        using var response = await PostAsync(bed, path, BodyOf(path, isEscape));

        Assert.Contains("There it is.", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((200, null, true, false), (request.Status, request.Error, request.WasMended, request.Hidden));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Requests))]
    public async Task The_provider_gets_the_bytes_as_they_came_and_its_answer_is_the_agents(string path, bool isEscape)
    {
        var answer = $$"""{"model":"glm-5","modelVersion":"glm-5","{{"\\ud83d"}}":"{{"\\udc00"}}","choices":[{"message":{"content":"{{"\\ud83d"}}"},"finish_reason":"stop"}],"type":"message","content":[{"type":"text","text":"{{"\\ud83d"}}"}],"stop_reason":"stop","candidates":[{"content":{"parts":[{"text":"{{"\\ud83d"}}"}]},"finishReason":"stop"}]}""";
        await using var provider = await FakeProvider.StartAsync(200, answer);
        await using var bed = await StartAsync(model: ModelOf(path), upstream: new UpstreamTarget(provider.BaseUrl, Key));
        var body = BodyOf(path, isEscape);

        using var response = await PostAsync(bed, path, body);

        Assert.Equal(answer, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(body, Assert.Single(provider.Requests).Bytes);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((200, null, "glm-5", "stop", true), (request.Status, request.Error, request.ModelAnswered, request.FinishReason, request.WasMended));
        Assert.NotNull(request.FirstTokenTimestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_request_with_whole_characters_is_not_noted()
    {
        await using var bed = await StartAsync();
        var body = OpenAiBody(more: [Message("assistant", "An emoji: \U0001F600")]);

        await bed.TextAsync(OpenAi, body);

        Assert.False((await bed.OnlyRequestAsync()).WasMended);
    }

    private static string ModelOf(string path) => path == Gemini ? "gemini-3-flash-preview" : "glm-5";

    private static byte[] BodyOf(string path, bool isEscape)
    {
        var body = path switch
        {
            OpenAi => OpenAiBody(more: [Message("assistant", "I look."), Message("tool", Mark)]),
            Anthropic => AnthropicBody(more:
            [
                Message("assistant", "I look."),
                new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["content"] = Mark }) },
            ]),
            _ => GeminiBody(more:
            [
                new JsonObject { ["role"] = "model", ["parts"] = new JsonArray(new JsonObject { ["text"] = "I look." }) },
                new JsonObject
                {
                    ["role"] = "user",
                    ["parts"] = new JsonArray(new JsonObject { ["functionResponse"] = new JsonObject { ["name"] = "x", ["response"] = new JsonObject { ["output"] = Mark } } }),
                },
            ]),
        };
        var parts = body.ToJsonString().Split(Mark).Select(Encoding.UTF8.GetBytes).ToList();
        return [.. parts[0], .. isEscape ? "\\ud83d"u8 : (ReadOnlySpan<byte>)[0xF0, 0x9F, 0x98], .. parts[1]];
    }

    private static async Task<HttpResponseMessage> PostAsync(GatewayBed bed, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        var response = await bed.Client.PostAsync(new Uri(bed.Route.BaseUrl + path), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
