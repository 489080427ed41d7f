using System.Text.Json;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>A message of a session, as <c>GET /session/:id/message</c> gives it. A turn with tools has one assistant message per model answer.</summary>
internal sealed record OpenCodeMessage
{
    /// <summary>Written by the assistant. The prompt itself is a message too, and must never pass for an answer.</summary>
    public required bool IsAssistant { get; init; }

    /// <summary>A summary that the program made for itself, no answer.</summary>
    public required bool IsSummary { get; init; }

    /// <summary><c>provider/model</c>; null when not named.</summary>
    public required string? Model { get; init; }

    /// <summary>Why the model stopped; null while it runs, after an error and after an abort.</summary>
    public required string? Finish { get; init; }

    /// <summary>Nothing more will be added.</summary>
    public required bool IsCompleted { get; init; }

    /// <summary>What it failed with.</summary>
    public required OpenCodeError? Error { get; init; }

    /// <summary>Tokens of the model request behind it.</summary>
    public required TokenUsage Tokens { get; init; }

    /// <summary>Its text parts, joined.</summary>
    public required string Text { get; init; }

    /// <summary>Tools that it was not allowed to use.</summary>
    public required int Denials { get; init; }

    /// <summary>Its parts by type, for saying what another view of the session lacks.</summary>
    public required IReadOnlyList<string> PartTypes { get; init; }

    /// <summary>Reads the array; an element that is no message is left out.</summary>
    public static IReadOnlyList<OpenCodeMessage> ListOf(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().Where(m => m.Child("info") is not null).Select(Of)] : [];

    private static OpenCodeMessage Of(JsonElement message)
    {
        var parts = message.Items("parts").ToList();
        var model = message.Text("info", "modelID");
        var provider = message.Text("info", "providerID");
        return new OpenCodeMessage
        {
            IsAssistant = message.Text("info", "role") == "assistant",
            IsSummary = message.IsTrue("info", "summary"),
            Model = model is null ? null : new OpenCodeModel(provider ?? "", model).ToString(),
            Finish = message.Text("info", "finish"),
            IsCompleted = message.Number("info", "time", "completed") is not null,
            Error = message.Child("info", "error") is { ValueKind: JsonValueKind.Object } error ? OpenCodeError.Of(error) : null,
            Tokens = OpenCodeTokens.Of(message.Child("info", "tokens")),
            Text = string.Concat(parts.Where(p => p.Text("type") == "text").Select(p => p.Text("text"))),
            Denials = parts.Count(p => OpenCodeTools.IsDenial(p.Text("state", "error"))),
            PartTypes = [.. parts.Select(p => p.Text("type")).OfType<string>()],
        };
    }
}
