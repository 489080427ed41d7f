using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>Gemini <c>generateContent</c>: https://ai.google.dev/api/generate-content.</summary>
internal sealed class GeminiGenerateProtocol : IModelProtocol
{
    public static GeminiGenerateProtocol Instance { get; } = new();

    public ModelApi Api => ModelApi.GeminiGenerate;

    public ModelCall Read(JsonElement body, string? pathModel, bool pathStreams)
    {
        var generation = body.Member("generationConfig");
        var system = JsonReading.TextsOf((body.Member("systemInstruction") ?? body.Member("system_instruction")).Member("parts"));
        var messages = (body.Member("contents") ?? throw new ModelCallException("GenerateContentRequest.contents: contents is not specified")).AsMessages(MessagesOf);
        return new ModelCall
        {
            Api = Api,
            Model = pathModel ?? throw new ModelCallException("The path names no model."),
            Stream = pathStreams,
            ShowReasoning = generation.Member("thinkingConfig").Member("includeThoughts").IsTrue(),
            WantsJson = generation.Member("responseMimeType").Text() == "application/json",
            JsonSchema = generation.Member("responseJsonSchema") ?? generation.Member("responseSchema"),
            Messages = [.. system.Count > 0 ? [new ChatMessage(Speaker.System, system)] : Array.Empty<ChatMessage>(), .. messages],
            Tools = [.. body.Member("tools").Items().SelectMany(t => (t.Member("functionDeclarations") ?? t.Member("function_declarations")).Items()).Select(ToolOf).OfType<OfferedTool>()],
        };
    }

    public JsonObject Whole(ModelCall call, ModelAnswer answer)
    {
        var parts = new JsonArray();
        if (answer.Reasoning.Length > 0 && call.ShowReasoning)
        {
            parts.Add(Thought(answer.Reasoning));
        }

        if (answer.Text.Length > 0)
        {
            parts.Add(TextPart(answer.Text));
        }

        foreach (var tool in answer.ToolCalls)
        {
            parts.Add(CallPart(tool));
        }

        return Chunk(answer, parts, FinishWord(answer.Finish));
    }

    public IEnumerable<AnswerFrame> Stream(ModelCall call, ModelAnswer answer, int groupTokens)
    {
        if (call.ShowReasoning)
        {
            foreach (var (piece, tokens) in TextGroups.Cut(answer.Reasoning, groupTokens))
            {
                yield return Frame(Chunk(answer, new JsonArray(Thought(piece)), null), tokens);
            }
        }

        foreach (var (piece, tokens) in TextGroups.Cut(answer.Text, groupTokens))
        {
            yield return Frame(Chunk(answer, new JsonArray(TextPart(piece)), null), tokens);
        }

        foreach (var tool in answer.ToolCalls)
        {
            yield return Frame(Chunk(answer, new JsonArray(CallPart(tool)), null), tool.Tokens);
        }

        yield return Frame(Chunk(answer, new JsonArray(TextPart("")), FinishWord(answer.Finish)), 0);
    }

    public ApiErrorReply Error(ApiError error)
    {
        var name = error.Status switch
        {
            400 or 413 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 or 410 => "NOT_FOUND",
            429 => "RESOURCE_EXHAUSTED",
            502 or 503 => "UNAVAILABLE",
            _ => "INTERNAL",
        };
        var message = error.IsModelNotFound
            ? $"models/{error.Message} is not found for API version v1beta, or is not supported for generateContent."
            : error.Message;
        var body = new JsonObject { ["error"] = new JsonObject { ["code"] = error.Status, ["message"] = message, ["status"] = name } };
        return new ApiErrorReply(body.ToJsonString(), name);
    }

    public JsonObject ModelList(IReadOnlyList<string> models) => new() { ["models"] = new JsonArray([.. models.Select(ModelEntry)]) };

    public JsonObject ModelEntry(string model) => new()
    {
        ["name"] = "models/" + model,
        ["version"] = "1",
        ["displayName"] = model,
        ["inputTokenLimit"] = 1_048_576,
        ["outputTokenLimit"] = 65_536,
        ["supportedGenerationMethods"] = new JsonArray("generateContent", "countTokens"),
    };

    public JsonObject TokenCount(long tokens) => new() { ["totalTokens"] = tokens };

    // Gemini has no word of its own for "waits for tools".
    public string FinishWord(ScriptedFinish finish) => finish switch
    {
        ScriptedFinish.Length => "MAX_TOKENS",
        ScriptedFinish.ContentFilter => "SAFETY",
        _ => "STOP",
    };

    public AnswerReader NewReader() => new GeminiGenerateReader();

    private static IEnumerable<ChatMessage> MessagesOf(JsonElement content)
    {
        var parts = content.Member("parts");
        var results = parts.Items().Select(p => p.Member("functionResponse")).Where(r => r is not null).ToList();
        if (results.Count > 0)
        {
            yield return new ChatMessage(Speaker.Tool, [.. results.Select(ResultOf)]);
        }

        var texts = JsonReading.TextsOf(parts);
        if (texts.Count > 0 || results.Count == 0)
        {
            yield return new ChatMessage(content.Member("role").Text() == "model" ? Speaker.Assistant : Speaker.User, texts);
        }
    }

    private static string ResultOf(JsonElement? response) =>
        response.Member("response").Member("output").Text()
        ?? response.Member("response").Member("error").Text()
        ?? response.Member("response")?.GetRawText()
        ?? "";

    private static OfferedTool? ToolOf(JsonElement declaration) =>
        declaration.Member("name").Text() is { } name
            ? JsonReading.ToolOf(name, declaration.Member("parametersJsonSchema") ?? declaration.Member("parameters"))
            : null;

    private static JsonObject TextPart(string text) => new() { ["text"] = text };

    private static JsonObject Thought(string text) => new() { ["text"] = text, ["thought"] = true };

    private static JsonObject CallPart(AnsweredToolCall call) =>
        new() { ["functionCall"] = new JsonObject { ["id"] = call.Id, ["name"] = call.Name, ["args"] = call.Arguments.DeepClone() } };

    private static JsonObject Chunk(ModelAnswer answer, JsonArray parts, string? finish)
    {
        var candidate = new JsonObject { ["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts }, ["index"] = 0 };
        if (finish is not null)
        {
            candidate["finishReason"] = finish;
        }

        return new JsonObject
        {
            ["candidates"] = new JsonArray(candidate),
            ["usageMetadata"] = Usage(answer.Tokens, isLast: finish is not null),
            ["modelVersion"] = answer.Model,
            ["createTime"] = answer.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["responseId"] = answer.Id,
        };
    }

    // candidatesTokenCount leaves the thoughts out: the API's convention. Only the last chunk has the whole count.
    private static JsonObject Usage(AnswerTokens tokens, bool isLast)
    {
        var usage = new JsonObject { ["promptTokenCount"] = tokens.Input };
        if (tokens.Cached > 0)
        {
            usage["cachedContentTokenCount"] = tokens.Cached;
        }

        if (isLast)
        {
            usage["candidatesTokenCount"] = tokens.Output - tokens.Reasoning;
            usage["thoughtsTokenCount"] = tokens.Reasoning;
        }

        usage["totalTokenCount"] = isLast ? tokens.Input + tokens.Output : tokens.Input;
        return usage;
    }

    private static AnswerFrame Frame(JsonObject chunk, long tokens) => new(null, chunk.ToJsonString(), tokens);
}

/// <summary>Reads <c>GenerateContentResponse</c>s.</summary>
internal sealed class GeminiGenerateReader : AnswerReader
{
    protected override void ReadObject(JsonElement document)
    {
        Model = document.Member("modelVersion").Text() ?? Model;
        if (document.Member("usageMetadata") is { } usage)
        {
            var (cached, thoughts, candidates) = (usage.Member("cachedContentTokenCount"), usage.Member("thoughtsTokenCount"), usage.Member("candidatesTokenCount"));
            Input = usage.Member("promptTokenCount").Count(Input);

            // The API leaves out what is 0; thoughts come with the whole count, in the last chunk.
            Cached = cached is null ? Cached ?? (Input is null ? null : 0) : cached.Count(null);
            Reasoning = thoughts is null ? Reasoning ?? (candidates.Count(null) is null ? null : 0) : thoughts.Count(null);
            Output = candidates is null ? Output : candidates.Count(null) + Reasoning;
        }

        // A prompt that is blocked has no candidate.
        FinishReason = document.Member("promptFeedback").Member("blockReason").Text() ?? FinishReason;
        foreach (var candidate in document.Member("candidates").Items())
        {
            FinishReason = candidate.Member("finishReason").Text() ?? FinishReason;
            HasToken |= candidate.Member("content").Member("parts").Items().Any(p => p.Member("text").Text() is { Length: > 0 } || p.Member("functionCall") is not null);
        }
    }
}
