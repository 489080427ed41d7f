using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat. Reasoning is <c>reasoning_content</c>, as GLM spells it.</summary>
internal sealed class OpenAiChatProtocol : IModelProtocol
{
    public static OpenAiChatProtocol Instance { get; } = new();

    public ModelApi Api => ModelApi.OpenAiChat;

    public ModelCall Read(JsonElement body, string? pathModel, bool pathStreams)
    {
        var format = body.Member("response_format");
        return new ModelCall
        {
            Api = Api,
            Model = body.Member("model").Text() ?? throw new ModelCallException("you must provide a model parameter"),
            Stream = body.Member("stream").IsTrue(),
            StreamUsage = body.Member("stream_options").Member("include_usage").IsTrue(),
            WantsJson = format.Member("type").Text() is "json_object" or "json_schema",
            JsonSchema = format.Member("json_schema").Member("schema"),
            Messages = [.. (body.Member("messages") ?? throw new ModelCallException("Missing required parameter: 'messages'.")).AsMessages(MessageOf)],
            Tools = [.. body.Member("tools").Items().Select(ToolOf).OfType<OfferedTool>()],
        };
    }

    public JsonObject Whole(ModelCall call, ModelAnswer answer)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Text };
        if (answer.Reasoning.Length > 0)
        {
            message["reasoning_content"] = answer.Reasoning;
        }

        if (answer.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. answer.ToolCalls.Select(c => ToolCallNode(c, c.Arguments.ToJsonString()))]);
        }

        var document = Envelope(answer, "chat.completion");
        document["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = FinishWord(answer.Finish) });
        document["usage"] = Usage(answer.Tokens);
        return document;
    }

    public IEnumerable<AnswerFrame> Stream(ModelCall call, ModelAnswer answer, int groupTokens)
    {
        yield return Chunk(answer, new JsonObject { ["role"] = "assistant", ["content"] = "" }, 0);
        foreach (var (piece, tokens) in TextGroups.Cut(answer.Reasoning, groupTokens))
        {
            yield return Chunk(answer, new JsonObject { ["reasoning_content"] = piece }, tokens);
        }

        foreach (var (piece, tokens) in TextGroups.Cut(answer.Text, groupTokens))
        {
            yield return Chunk(answer, new JsonObject { ["content"] = piece }, tokens);
        }

        for (var index = 0; index < answer.ToolCalls.Count; index++)
        {
            foreach (var frame in ToolCallFrames(answer, index, groupTokens))
            {
                yield return frame;
            }
        }

        yield return Chunk(answer, [], 0, FinishWord(answer.Finish));
        if (call.StreamUsage)
        {
            var last = Envelope(answer, "chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = Usage(answer.Tokens);
            yield return new AnswerFrame(null, last.ToJsonString(), 0);
        }

        yield return new AnswerFrame(null, "[DONE]", 0);
    }

    public ApiErrorReply Error(ApiError error)
    {
        var message = error.IsModelNotFound ? $"The model `{error.Message}` does not exist or you do not have access to it." : error.Message;
        var type = error.Status switch
        {
            401 => "authentication_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };
        var name = error.Status == 401 ? "invalid_api_key" : error.Code;
        var body = new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = name } };
        return new ApiErrorReply(body.ToJsonString(), name);
    }

    public JsonObject ModelList(IReadOnlyList<string> models) =>
        new() { ["object"] = "list", ["data"] = new JsonArray([.. models.Select(ModelEntry)]) };

    public JsonObject ModelEntry(string model) => new() { ["id"] = model, ["object"] = "model", ["created"] = 0, ["owned_by"] = "bench" };

    public JsonObject TokenCount(long tokens) => new() { ["total_tokens"] = tokens };

    public string FinishWord(ScriptedFinish finish) => finish switch
    {
        ScriptedFinish.ToolCalls => "tool_calls",
        ScriptedFinish.Length => "length",
        ScriptedFinish.ContentFilter => "content_filter",
        _ => "stop",
    };

    public AnswerReader NewReader() => new OpenAiChatReader();

    private static IEnumerable<ChatMessage> MessageOf(JsonElement message)
    {
        var speaker = message.Member("role").Text() switch
        {
            "system" or "developer" => Speaker.System,
            "user" => Speaker.User,
            "assistant" => Speaker.Assistant,
            "tool" or "function" => Speaker.Tool,
            var other => throw new ModelCallException($"Invalid value: '{other}'. Supported values are: 'system', 'developer', 'user', 'assistant', 'tool'."),
        };
        yield return new ChatMessage(speaker, JsonReading.TextsOf(message.Member("content")));
    }

    private static OfferedTool? ToolOf(JsonElement tool) =>
        tool.Member("function").Member("name").Text() is { } name ? JsonReading.ToolOf(name, tool.Member("function").Member("parameters")) : null;

    private static IEnumerable<AnswerFrame> ToolCallFrames(ModelAnswer answer, int index, int groupTokens)
    {
        var call = answer.ToolCalls[index];
        var start = ToolCallNode(call, "");
        start["index"] = index;
        yield return Chunk(answer, new JsonObject { ["tool_calls"] = new JsonArray(start) }, 0);
        foreach (var (piece, tokens) in TextGroups.Cut(call.Arguments.ToJsonString(), groupTokens))
        {
            var part = new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = piece } };
            yield return Chunk(answer, new JsonObject { ["tool_calls"] = new JsonArray(part) }, tokens);
        }
    }

    private static JsonObject ToolCallNode(AnsweredToolCall call, string arguments) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = arguments },
    };

    private static AnswerFrame Chunk(ModelAnswer answer, JsonObject delta, long tokens, string? finish = null)
    {
        var chunk = Envelope(answer, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish });
        return new AnswerFrame(null, chunk.ToJsonString(), tokens);
    }

    private static JsonObject Envelope(ModelAnswer answer, string kind) => new()
    {
        ["id"] = answer.Id,
        ["object"] = kind,
        ["created"] = answer.Created.ToUnixTimeSeconds(),
        ["model"] = answer.Model,
    };

    private static JsonObject Usage(AnswerTokens tokens) => new()
    {
        ["prompt_tokens"] = tokens.Input,
        ["completion_tokens"] = tokens.Output,
        ["total_tokens"] = tokens.Input + tokens.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = tokens.Cached },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = tokens.Reasoning },
    };
}

/// <summary>Reads chat completions and their chunks.</summary>
internal sealed class OpenAiChatReader : AnswerReader
{
    protected override void ReadObject(JsonElement document)
    {
        Model = document.Member("model").Text() ?? Model;
        if (document.Member("usage") is { } usage)
        {
            Input = usage.Member("prompt_tokens").Count(Input);
            Output = usage.Member("completion_tokens").Count(Output);
            Cached = usage.Member("prompt_tokens_details").Member("cached_tokens").Count(Cached);
            Reasoning = usage.Member("completion_tokens_details").Member("reasoning_tokens").Count(Reasoning);
        }

        foreach (var choice in document.Member("choices").Items())
        {
            FinishReason = choice.Member("finish_reason").Text() ?? FinishReason;
            HasToken |= IsToken(choice.Member("delta") ?? choice.Member("message"));
        }
    }

    private static bool IsToken(JsonElement? delta) =>
        delta.Member("content").Text() is { Length: > 0 }
        || delta.Member("reasoning_content").Text() is { Length: > 0 }
        || delta.Member("reasoning").Text() is { Length: > 0 }
        || delta.Member("tool_calls").Items().Any();
}
