using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>How the three APIs stream a text in pieces, as a provider writes it and as an agent joins it.</summary>
internal static class StreamedPieces
{
    public static IReadOnlyList<string> Kinds { get; } = ["openai", "openai reasoning", "openai call", "anthropic", "anthropic thinking", "anthropic call", "gemini", "gemini thought"];

    public static string PathOf(string kind) => kind.Split(' ')[0] switch
    {
        "openai" => "/v1/chat/completions",
        "anthropic" => "/v1/messages?beta=true",
        _ => "/v1beta/models/gemini-3-flash-preview:streamGenerateContent?alt=sse",
    };

    public static JsonObject RequestOf(string kind) => kind.Split(' ')[0] switch
    {
        "openai" => GatewayBed.OpenAiBody(stream: true),
        "anthropic" => GatewayBed.AnthropicBody(stream: true),
        _ => GatewayBed.GeminiBody(),
    };

    /// <summary>One event with a piece of the text.</summary>
    public static string Event(string kind, string piece)
    {
        var text = JsonSerializer.Serialize(piece);
        return kind switch
        {
            "openai" => Data($$$"""{"id":"c1","model":"glm-5","choices":[{"index":0,"delta":{"content":{{{text}}}}}]}"""),
            "openai reasoning" => Data($$$"""{"id":"c1","model":"glm-5","choices":[{"index":0,"delta":{"content":"","reasoning_content":{{{text}}}}}]}"""),
            "openai call" => Data($$$"""{"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":{{{text}}}}}]}}]}"""),
            "anthropic" => "event: content_block_delta\n" + Data($$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{text}}}}}"""),
            "anthropic thinking" => "event: content_block_delta\n" + Data($$$"""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":{{{text}}}}}"""),
            "anthropic call" => "event: content_block_delta\n" + Data($$$"""{"delta":{"type":"input_json_delta","partial_json":{{{text}}}},"type":"content_block_delta","index":3}"""),
            "gemini" => Data($$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":{{{text}}}}]},"index":0}],"modelVersion":"gemini-3-flash-preview"}"""),
            "gemini thought" => Data($$$"""{"candidates":[{"content":{"parts":[{"thought":true,"text":{{{text}}}}],"role":"model"},"index":0}]}"""),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
        };
    }

    /// <summary>The text that an agent makes of a stream.</summary>
    public static string Joined(string stream)
    {
        var text = new StringBuilder();
        foreach (var line in stream.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)))
        {
            var data = JsonNode.Parse(line["data: ".Length..])!;
            var delta = data["delta"] ?? data["choices"]?[0]?["delta"] ?? data["candidates"]?[0]?["content"]?["parts"]?[0];
            text.Append((string?)(delta?["text"] ?? delta?["thinking"] ?? delta?["partial_json"] ?? delta?["reasoning_content"] ?? delta?["content"]
                ?? delta?["tool_calls"]?[0]?["function"]?["arguments"]));
        }

        return text.ToString();
    }

    private static string Data(string json) => $"data: {json}\n\n";
}
