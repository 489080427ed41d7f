using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// Compares JSON with a shape, which is JSON itself. An object must have every key of the shape's object, and may have more.
/// An array's elements must each match one of the shape's elements; an empty array in the shape takes any array.
/// A string that is a type name (<c>string</c>, <c>number</c>, <c>integer</c>, <c>boolean</c>, <c>object</c>, <c>array</c>, <c>null</c>, <c>any</c>),
/// or several joined by <c>|</c>, takes values of these types. Every other value is an example: it takes values of its own type.
/// </summary>
internal static partial class JsonShape
{
    private const int MostDepth = 64;

    private static readonly string[] TypeNames = ["string", "number", "integer", "boolean", "object", "array", "null", "any"];

    /// <summary>Why the answer has not the shape, in one line without the answer's words; null when it has.</summary>
    public static string? Mismatch(string shape, string answer)
    {
        using var drawn = TryParse(shape);
        if (drawn is null)
        {
            return "the shape is not JSON; correct the prompt's check";
        }

        using var value = TryParse(answer) ?? TryParse(FirstFencedBlock(answer));
        return value is null
            ? IsTooDeep(answer) || IsTooDeep(FirstFencedBlock(answer)) ? $"the answer is JSON that is nested deeper than {MostDepth} levels" : "neither the answer nor its first fenced block is JSON"
            : Compare(drawn.RootElement, value.RootElement, "$");
    }

    private static string? Compare(JsonElement shape, JsonElement value, string path) => shape.ValueKind switch
    {
        JsonValueKind.Object => CompareObject(shape, value, path),
        JsonValueKind.Array => CompareArray(shape, value, path),
        JsonValueKind.String when TypesOf(shape.GetString()!) is { Length: > 0 } types =>
            types.Any(t => IsOfType(value, t)) ? null : Wrong(path, string.Join(" or ", types), value),
        _ => NameOf(shape) == NameOf(value) ? null : Wrong(path, NameOf(shape), value),
    };

    private static string? CompareObject(JsonElement shape, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Wrong(path, "object", value);
        }

        foreach (var field in shape.EnumerateObject())
        {
            var place = $"{path}.{field.Name}";
            var problem = value.TryGetProperty(field.Name, out var found) ? Compare(field.Value, found, place) : $"{place} is missing";
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? CompareArray(JsonElement shape, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return Wrong(path, "array", value);
        }

        var allowed = shape.EnumerateArray().ToList();
        foreach (var (index, element) in value.EnumerateArray().Index())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
            var problems = allowed.Select(a => Compare(a, element, place)).ToList();
            if (problems.Count > 0 && problems.TrueForAll(p => p is not null))
            {
                return problems.Count == 1 ? problems[0] : $"{place} is like none of the shape's {problems.Count.ToString(CultureInfo.InvariantCulture)} elements";
            }
        }

        return null;
    }

    private static string[] TypesOf(string text)
    {
        var names = text.Split('|', StringSplitOptions.TrimEntries);
        return names.All(TypeNames.Contains) ? names : [];
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "any" => true,
        "integer" => value.ValueKind == JsonValueKind.Number && IsInteger(value.GetRawText()),
        _ => NameOf(value) == type,
    };

    // By value, of any size: 1.0 and 1e2 are, 1.5 and 1e-1 are not.
    private static bool IsInteger(string number)
    {
        var split = number.IndexOfAny(['e', 'E']);
        var digits = split < 0 ? number : number[..split];
        var exponent = split < 0 ? 0 : ExponentOf(number[(split + 1)..]);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : digits.Length - point - 1;
        var all = digits.Replace(".", "", StringComparison.Ordinal);
        var significant = all.TrimEnd('0');
        return significant.TrimStart('-').TrimStart('0').Length == 0 || exponent - fraction + (all.Length - significant.Length) >= 0;
    }

    // Beyond any number of digits that an answer has, only its sign matters.
    private static long ExponentOf(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
        ? Math.Clamp(exponent, int.MinValue, int.MaxValue)
        : text[0] == '-' ? int.MinValue : int.MaxValue;

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    private static string Wrong(string path, string wanted, JsonElement value) => $"{path} is {NameOf(value)}, not {wanted}";

    private static JsonDocument? TryParse(string? text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? null : OutsideJson.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsTooDeep(string? text)
    {
        try
        {
            using var document = string.IsNullOrWhiteSpace(text) ? null : OutsideJson.Parse(Encoding.UTF8.GetBytes(text), new JsonDocumentOptions { MaxDepth = int.MaxValue });
            return document is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? FirstFencedBlock(string answer)
    {
        try
        {
            return FenceRegex().Match(answer) is { Success: true } match ? match.Groups["body"].Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            // Megabytes of fences that never close: no block.
            return null;
        }
    }

    // A fence opens with three or more back-ticks or tildes and closes with at least as many of the same.
    [GeneratedRegex(@"^[ ]{0,3}(?<fence>`{3,}|~{3,})[^\n`]*\n(?<body>.*?)^[ ]{0,3}\k<fence>", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FenceRegex();
}
