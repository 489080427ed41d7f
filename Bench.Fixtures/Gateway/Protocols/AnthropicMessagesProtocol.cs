using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>Anthropic Messages: https://docs.anthropic.com/en/api/messages-streaming.</summary>
internal sealed class AnthropicMessagesProtocol : IModelProtocol
{
    // Clients hand a thinking block's signature back unread.
    private const string Signature = "c2NyaXB0ZWQ=";

    public static AnthropicMessagesProtocol Instance { get; } = new();

    public ModelApi Api => ModelApi.AnthropicMessages;

    public ModelCall Read(JsonElement body, string? pathModel, bool pathStreams)
    {
        var format = body.Member("output_config").Member("format") ?? body.Member("output_format");
        var thinking = body.Member("thinking");
        var system = JsonReading.TextsOf(body.Member("system"));
        var messages = (body.Member("messages") ?? throw new ModelCallException("messages: Field required")).AsMessages(MessagesOf);
        return new ModelCall
        {
            Api = Api,
            Model = body.Member("model").Text() ?? throw new ModelCallException("model: Field required"),
            Stream = body.Member("stream").IsTrue(),
            ShowReasoning = thinking.Member("type").Text() is "enabled" or "adaptive" && thinking.Member("display").Text() != "omitted",
            WantsJson = format.Member("type").Text() == "json_schema",
            JsonSchema = format.Member("schema"),
            Messages = [.. system.Count > 0 ? [new ChatMessage(Speaker.System, system)] : Array.Empty<ChatMessage>(), .. messages],
            Tools = [.. body.Member("tools").Items().Select(ToolOf).OfType<OfferedTool>()],
        };
    }

    public JsonObject Whole(ModelCall call, ModelAnswer answer)
    {
        var content = new JsonArray();
        if (answer.Reasoning.Length > 0 && call.ShowReasoning)
        {
            content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = answer.Reasoning, ["signature"] = Signature });
        }

        if (answer.Text.Length > 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = answer.Text });
        }

        foreach (var tool in answer.ToolCalls)
        {
            content.Add(ToolUse(tool, tool.Arguments.DeepClone()));
        }

        var message = Message(answer, Usage(answer.Tokens, answer.Tokens.Output));
        message["content"] = content;
        message["stop_reason"] = FinishWord(answer.Finish);
        return message;
    }

    public IEnumerable<AnswerFrame> Stream(ModelCall call, ModelAnswer answer, int groupTokens)
    {
        yield return Frame("message_start", new JsonObject { ["message"] = Message(answer, Usage(answer.Tokens, 1)) });
        yield return Frame("ping", []);
        var blocks = Blocks(call, answer).ToList();
        for (var index = 0; index < blocks.Count; index++)
        {
            var block = blocks[index];
            yield return Frame("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block.Start });
            foreach (var (piece, tokens) in TextGroups.Cut(block.Text, groupTokens))
            {
                yield return Frame("content_block_delta", Delta(index, block.DeltaType, block.DeltaKey, piece), tokens);
            }

            if (block.DeltaType == "thinking_delta")
            {
                yield return Frame("content_block_delta", Delta(index, "signature_delta", "signature", Signature));
            }

            yield return Frame("content_block_stop", new JsonObject { ["index"] = index });
        }

        yield return Frame("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = FinishWord(answer.Finish), ["stop_sequence"] = null },
            ["usage"] = Usage(answer.Tokens, answer.Tokens.Output),
        });
        yield return Frame("message_stop", []);
    }

    public ApiErrorReply Error(ApiError error)
    {
        var name = error.Status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            404 or 410 => "not_found_error",
            413 => "request_too_large",
            503 => "overloaded_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };
        var message = error.IsModelNotFound ? $"model: {error.Message}" : error.Message;
        var body = new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = name, ["message"] = message } };
        return new ApiErrorReply(body.ToJsonString(), name);
    }

    public JsonObject ModelList(IReadOnlyList<string> models) => new()
    {
        ["data"] = new JsonArray([.. models.Select(ModelEntry)]),
        ["has_more"] = false,
        ["first_id"] = models.Count > 0 ? models[0] : null,
        ["last_id"] = models.Count > 0 ? models[^1] : null,
    };

    public JsonObject ModelEntry(string model) =>
        new() { ["type"] = "model", ["id"] = model, ["display_name"] = model, ["created_at"] = "1970-01-01T00:00:00Z" };

    public JsonObject TokenCount(long tokens) => new() { ["input_tokens"] = tokens };

    public string FinishWord(ScriptedFinish finish) => finish switch
    {
        ScriptedFinish.ToolCalls => "tool_use",
        ScriptedFinish.Length => "max_tokens",
        ScriptedFinish.ContentFilter => "refusal",
        _ => "end_turn",
    };

    public AnswerReader NewReader() => new AnthropicMessagesReader();

    // A user message may hold tool results and text; the two are apart everywhere else. Claude Code also sends messages with role system.
    private static IEnumerable<ChatMessage> MessagesOf(JsonElement message)
    {
        var content = message.Member("content");
        var speaker = message.Member("role").Text() switch
        {
            "user" => Speaker.User,
            "assistant" => Speaker.Assistant,
            "system" => Speaker.System,
            _ => throw new ModelCallException("messages: Input should be 'user' or 'assistant'"),
        };
        var results = content.Items().Where(b => b.Member("type").Text() == "tool_result").ToList();
        if (results.Count > 0)
        {
            yield return new ChatMessage(Speaker.Tool, [.. results.Select(r => string.Concat(JsonReading.TextsOf(r.Member("content"))))]);
        }

        var texts = JsonReading.TextsOf(content);
        if (texts.Count > 0 || results.Count == 0)
        {
            yield return new ChatMessage(speaker, texts);
        }
    }

    private static OfferedTool? ToolOf(JsonElement tool) =>
        tool.Member("name").Text() is { } name ? JsonReading.ToolOf(name, tool.Member("input_schema")) : null;

    private static IEnumerable<(JsonObject Start, string Text, string DeltaType, string DeltaKey)> Blocks(ModelCall call, ModelAnswer answer)
    {
        if (answer.Reasoning.Length > 0 && call.ShowReasoning)
        {
            yield return (new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" }, answer.Reasoning, "thinking_delta", "thinking");
        }

        if (answer.Text.Length > 0)
        {
            yield return (new JsonObject { ["type"] = "text", ["text"] = "" }, answer.Text, "text_delta", "text");
        }

        foreach (var tool in answer.ToolCalls)
        {
            yield return (ToolUse(tool, new JsonObject()), tool.Arguments.ToJsonString(), "input_json_delta", "partial_json");
        }
    }

    private static JsonObject ToolUse(AnsweredToolCall tool, JsonNode input) =>
        new() { ["type"] = "tool_use", ["id"] = tool.Id, ["name"] = tool.Name, ["input"] = input };

    private static JsonObject Delta(int index, string type, string key, string value) =>
        new() { ["index"] = index, ["delta"] = new JsonObject { ["type"] = type, [key] = value } };

    private static AnswerFrame Frame(string type, JsonObject members, long tokens = 0)
    {
        members.Insert(0, "type", type);
        return new AnswerFrame(type, members.ToJsonString(), tokens);
    }

    private static JsonObject Message(ModelAnswer answer, JsonObject usage) => new()
    {
        ["id"] = answer.Id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = answer.Model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = usage,
    };

    // input_tokens leaves the cached ones out: the API's convention.
    private static JsonObject Usage(AnswerTokens tokens, long output) => new()
    {
        ["input_tokens"] = tokens.Input - tokens.Cached,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = tokens.Cached,
        ["output_tokens"] = output,
        ["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = Math.Min(tokens.Reasoning, output) },
    };
}

/// <summary>Reads messages and their events.</summary>
internal sealed class AnthropicMessagesReader : AnswerReader
{
    private long? fresh;
    private long? created;

    // A part of the input was reported as a number that cannot be: the sum is unknown.
    private bool isBroken;

    protected override void ReadObject(JsonElement document)
    {
        switch (document.Member("type").Text())
        {
            case "message_start":
                ReadMessage(document.Member("message"));
                break;
            case "content_block_start":
                HasToken |= document.Member("content_block").Member("type").Text() == "tool_use";
                break;
            case "content_block_delta":
                HasToken = true;
                break;
            case "message_delta":
                FinishReason = document.Member("delta").Member("stop_reason").Text() ?? FinishReason;
                ReadUsage(document.Member("usage"));
                break;
            case "message":
                ReadMessage(document);
                HasToken |= document.Member("content").Items().Any();
                break;
        }
    }

    private void ReadMessage(JsonElement? message)
    {
        Model = message.Member("model").Text() ?? Model;
        FinishReason = message.Member("stop_reason").Text() ?? FinishReason;
        ReadUsage(message.Member("usage"));
    }

    // message_delta replaces what message_start said, member by member.
    private void ReadUsage(JsonElement? usage)
    {
        fresh = usage.Member("input_tokens").Count(fresh);
        created = usage.Member("cache_creation_input_tokens").Count(created);
        Cached = usage.Member("cache_read_input_tokens").Count(Cached);
        Output = usage.Member("output_tokens").Count(Output);
        Reasoning = usage.Member("output_tokens_details").Member("thinking_tokens").Count(Reasoning);
        isBroken |= (created is null && usage.Member("cache_creation_input_tokens") is not null) || (Cached is null && usage.Member("cache_read_input_tokens") is not null);
        Input = isBroken ? null : fresh + (created ?? 0) + (Cached ?? 0);
    }
}
