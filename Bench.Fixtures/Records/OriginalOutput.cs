using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>What an agent printed in an attempt of the original harness, which took any output of a process that ended with 0 for an answer.</summary>
internal static class OriginalOutput
{
    // They frame what an agent says.
    private static readonly string[] Frames = ["step_start", "step_finish", "done"];

    /// <summary>Whether nothing was printed but error events: one JSON object, or one per line.</summary>
    public static bool IsOnlyAnError(string output)
    {
        if (KindOf(output) is { } whole)
        {
            return whole == Kind.Error;
        }

        var kinds = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(KindOf).ToHashSet();
        return kinds.Contains(Kind.Error) && !kinds.Contains(Kind.Other) && !kinds.Contains(null);
    }

    // Null: no JSON object.
    private static Kind? KindOf(string text)
    {
        if (!text.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var document = OutsideJson.Parse(text);
            return KindOf(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Kind KindOf(JsonElement json)
    {
        var type = json.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        var hasError = json.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String;
        var isError = json.TryGetProperty("is_error", out var flag) && flag.ValueKind == JsonValueKind.True;
        var isAnswered = json.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(response.GetString());
        return !isAnswered && (type == "error" || hasError || isError) ? Kind.Error : Frames.Contains(type) ? Kind.Frame : Kind.Other;
    }

    private enum Kind
    {
        Error,
        Frame,
        Other,
    }
}
