using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Tests.Prompts;

/// <summary>As much of JSON Schema 2020-12 as the schemas of this repository use; an unknown keyword fails the test.</summary>
internal static class SmallJsonSchema
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description", "default"];

    /// <summary>Each violation as <c>path: keyword</c>.</summary>
    public static IReadOnlyList<string> Violations(JsonElement schema, JsonElement value) => [.. Check(schema, schema, value, "$")];

    private static IEnumerable<string> Check(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        foreach (var keyword in schema.EnumerateObject().Where(keyword => !Annotations.Contains(keyword.Name)))
        {
            var children = keyword.Name switch
            {
                "$ref" => Check(root, root.GetProperty("$defs").GetProperty(keyword.Value.GetString()!.Split('/')[^1]), value, path),
                "properties" when value.ValueKind == JsonValueKind.Object => value.EnumerateObject()
                    .Where(member => keyword.Value.TryGetProperty(member.Name, out _))
                    .SelectMany(member => Check(root, keyword.Value.GetProperty(member.Name), member.Value, $"{path}.{member.Name}")),
                "additionalProperties" when value.ValueKind == JsonValueKind.Object => value.EnumerateObject()
                    .Where(member => !schema.GetProperty("properties").TryGetProperty(member.Name, out _))
                    .Select(member => $"{path}.{member.Name}: unknown"),
                "items" when value.ValueKind == JsonValueKind.Array => value.EnumerateArray()
                    .SelectMany((item, index) => Check(root, keyword.Value, item, $"{path}[{index}]")),
                "properties" or "additionalProperties" or "items" => [],
                _ => Holds(keyword.Name, keyword.Value, value) ? [] : [$"{path}: {keyword.Name}"],
            };
            foreach (var violation in children)
            {
                yield return violation;
            }
        }
    }

    private static bool Holds(string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "type" when rule.ValueKind == JsonValueKind.Array => rule.EnumerateArray().Any(type => IsOf(type.GetString()!, value)),
        "type" => IsOf(rule.GetString()!, value),
        "enum" => rule.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)),
        "required" => rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "minItems" => value.GetArrayLength() >= rule.GetInt32(),
        "minimum" => value.GetDouble() >= rule.GetDouble(),
        "maxLength" => value.GetString()!.Length <= rule.GetInt32(),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!),
        _ => throw new NotSupportedException($"The schema uses '{keyword}', which this test helper does not know."),
    };

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => string.Equals(type, value.ValueKind.ToString(), StringComparison.OrdinalIgnoreCase),
    };
}
