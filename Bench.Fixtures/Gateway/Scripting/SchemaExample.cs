using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>The least JSON value that a schema takes, so that an agent's helper question (a title, a route) is answered with what it can parse.</summary>
internal static class SchemaExample
{
    private const int DeepestLevel = 32;

    /// <summary>JSON text; an object without members when there is no schema.</summary>
    public static string Of(JsonElement? schema, string text) => (Value(schema, text, 0) ?? new JsonObject()).ToJsonString();

    private static JsonNode? Value(JsonElement? schema, string text, int level)
    {
        if (schema.Member("enum").Items().ToList() is [var first, ..])
        {
            return NodeOf(first);
        }

        return TypeOf(schema) switch
        {
            "string" => text,
            "number" or "integer" => 0,
            "boolean" => false,
            "array" => new JsonArray(),
            _ => level > DeepestLevel ? null : Members(schema, text, level),
        };
    }

    // Read again it would have to be stricter than it was: a name may stand twice in an object.
    private static JsonNode? NodeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value),
    };

    private static JsonObject Members(JsonElement? schema, string text, int level)
    {
        var result = new JsonObject();
        if (schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (var property in properties.EnumerateObject())
            {
                result[property.Name] = Value(property.Value, text, level + 1);
            }
        }

        return result;
    }

    // Gemini's own schemas spell types in capitals.
    private static string? TypeOf(JsonElement? schema) =>
        (schema.Member("type").Text() ?? schema.Member("type").Items().Select(t => ((JsonElement?)t).Text()).FirstOrDefault())?.ToLowerInvariant();
}
