using System.Text.Json;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>Forgiving look-ups: a missing or oddly typed member is null.</summary>
internal static class JsonReading
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? Member(this JsonElement? element, string name) => element is { } e ? e.Member(name) : null;

    public static string? Text(this JsonElement? element) => element is { ValueKind: JsonValueKind.String } e ? e.GetString() : null;

    public static bool IsTrue(this JsonElement? element) => element is { ValueKind: JsonValueKind.True };

    public static long? Number(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } e && e.TryGetDouble(out var value) && double.IsFinite(value) ? (long)value : null;

    /// <summary>A count of tokens; one that cannot be (negative, a fraction, over 2^53, no number) is unknown, whatever was said before; what is not said stays as it was.</summary>
    public static long? Count(this JsonElement? element, long? before)
    {
        const double Most = 1L << 53;
        return element is not { } e ? before
            : e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var value) && value is >= 0 and <= Most && double.IsInteger(value) ? (long)value : null;
    }

    public static IEnumerable<JsonElement> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } e ? e.EnumerateArray() : Enumerable.Empty<JsonElement>();

    /// <summary>The messages of an array; each element may be several.</summary>
    /// <exception cref="ModelCallException">It is no array of objects.</exception>
    public static IReadOnlyList<ChatMessage> AsMessages(this JsonElement array, Func<JsonElement, IEnumerable<ChatMessage>> read)
    {
        if (array.ValueKind != JsonValueKind.Array || array.EnumerateArray().Any(m => m.ValueKind != JsonValueKind.Object))
        {
            throw new ModelCallException("The conversation is not an array of objects.");
        }

        return [.. array.EnumerateArray().SelectMany(read)];
    }

    /// <summary>The tool that a JSON schema of parameters describes.</summary>
    public static OfferedTool ToolOf(string name, JsonElement? schema)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (var property in properties.EnumerateObject())
            {
                parameters[property.Name] = property.Value.Member("description").Text() ?? "";
            }
        }

        return new OfferedTool(name, parameters, [.. schema.Member("required").Items().Select(r => ((JsonElement?)r).Text()).OfType<string>()]);
    }

    /// <summary>The texts of a content that is a string, or an array of strings and <c>{"text": …}</c> parts.</summary>
    public static IReadOnlyList<string> TextsOf(JsonElement? content)
    {
        if (content.Text() is { } text)
        {
            return [text];
        }

        return [.. content.Items().Select(part => ((JsonElement?)part).Text() ?? part.Member("text").Text()).OfType<string>()];
    }
}
