namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>Who speaks in a conversation; the same four for all APIs.</summary>
internal enum Speaker
{
    System,
    User,
    Assistant,
    Tool,
}

/// <summary>One message; an API message that mixes tool results with text is two of these.</summary>
internal sealed record ChatMessage(Speaker Speaker, IReadOnlyList<string> Texts);

/// <summary>A tool that the agent offers.</summary>
/// <param name="Name">The name to call it by.</param>
/// <param name="Parameters">Description by parameter name; empty descriptions where there are none.</param>
/// <param name="Required">The parameters that a call must have.</param>
internal sealed record OfferedTool(string Name, IReadOnlyDictionary<string, string> Parameters, IReadOnlyList<string> Required);

/// <summary>A model request, free of its API's spelling.</summary>
internal sealed record ModelCall
{
    public required ModelApi Api { get; init; }

    public required string Model { get; init; }

    public bool Stream { get; init; }

    /// <summary>The stream ends with a usage chunk (OpenAI's <c>stream_options.include_usage</c>; the other APIs always do).</summary>
    public bool StreamUsage { get; init; } = true;

    /// <summary>The answer shows its reasoning.</summary>
    public bool ShowReasoning { get; init; } = true;

    /// <summary>A text of the request was no Unicode, and U+FFFD stands in its place.</summary>
    public bool WasMended { get; init; }

    /// <summary>The answer must be JSON: how routers and title generators ask, never an agent's own turn.</summary>
    public bool WantsJson { get; init; }

    /// <summary>The JSON schema that goes with it; null when there is none.</summary>
    public System.Text.Json.JsonElement? JsonSchema { get; init; }

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    public required IReadOnlyList<OfferedTool> Tools { get; init; }
}

/// <summary>The request is not what the API describes; answered with 400.</summary>
internal sealed class ModelCallException(string message) : FormatException(message);
