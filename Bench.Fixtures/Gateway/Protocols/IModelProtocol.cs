using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>The spelling of one model API.</summary>
internal interface IModelProtocol
{
    ModelApi Api { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="body">The JSON body.</param>
    /// <param name="pathModel">The model named in the path, where the API does that.</param>
    /// <param name="pathStreams">The path asks for a stream, where the API does that.</param>
    /// <exception cref="ModelCallException">It is not what the API describes.</exception>
    ModelCall Read(JsonElement body, string? pathModel, bool pathStreams);

    /// <summary>The answer as one document.</summary>
    JsonObject Whole(ModelCall call, ModelAnswer answer);

    /// <summary>The answer as a stream, in groups of about <paramref name="groupTokens"/> tokens.</summary>
    IEnumerable<AnswerFrame> Stream(ModelCall call, ModelAnswer answer, int groupTokens);

    ApiErrorReply Error(ApiError error);

    JsonObject ModelList(IReadOnlyList<string> models);

    JsonObject ModelEntry(string model);

    JsonObject TokenCount(long tokens);

    /// <summary>How the API spells the finish reason.</summary>
    string FinishWord(ScriptedFinish finish);

    /// <summary>A reader of answers that a real provider gives.</summary>
    AnswerReader NewReader();
}

/// <summary>The three APIs.</summary>
internal static class ModelProtocols
{
    public static IModelProtocol Of(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => OpenAiChatProtocol.Instance,
        ModelApi.AnthropicMessages => AnthropicMessagesProtocol.Instance,
        ModelApi.GeminiGenerate => GeminiGenerateProtocol.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "No such API."),
    };

    /// <summary>The API's name in usage.jsonl.</summary>
    public static string NameOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => "openai_chat",
        ModelApi.AnthropicMessages => "anthropic_messages",
        ModelApi.GeminiGenerate => "gemini_generate",
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "No such API."),
    };
}
