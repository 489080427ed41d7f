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
    private const int MostNamed = 5;

    private static readonly string[] TypeNames = ["string", "number", "integer", "boolean", "object", "array", "null", "any"];

    /// <summary>Why the answer has not the shape, every difference up to a few, in one line without the answer's words; null when it has.</summary>
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
            : Told(Differences(drawn.RootElement, value.RootElement, "$"));
    }

    // As the answer is read; none when it has the shape.
    private static IEnumerable<string> Differences(JsonElement shape, JsonElement value, string path) => shape.ValueKind switch
    {
        JsonValueKind.Object => OfObject(shape, value, path),
        JsonValueKind.Array => OfArray(shape, value, path),
        JsonValueKind.String when TypesOf(shape.GetString()!) is { Length: > 0 } types =>
            types.Any(t => IsOfType(value, t)) ? [] : [Wrong(path, string.Join(" or ", types), value)],
        _ => NameOf(shape) == NameOf(value) ? [] : [Wrong(path, NameOf(shape), value)],
    };

    private static IEnumerable<string> OfObject(JsonElement shape, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [Wrong(path, "object", value)];
        }

        return shape.EnumerateObject().SelectMany(field =>
        {
            var place = $"{path}.{field.Name}";
            return value.TryGetProperty(field.Name, out var found) ? Differences(field.Value, found, place) : [$"{place} is missing"];
        });
    }

    private static IEnumerable<string> OfArray(JsonElement shape, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return [Wrong(path, "array", value)];
        }

        var allowed = shape.EnumerateArray().ToList();
        return value.EnumerateArray().Index().SelectMany(item =>
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{item.Index}]");
            return allowed switch
            {
                [] => [],
                [var only] => Differences(only, item.Item, place),
                _ when allowed.Exists(one => !Differences(one, item.Item, place).Any()) => [],
                _ => [$"{place} is like none of the shape's {allowed.Count.ToString(CultureInfo.InvariantCulture)} elements"],
            };
        });
    }

    // An answer of a thousand wrong elements is told in a line all the same.
    private static string? Told(IEnumerable<string> differences)
    {
        var (named, more) = (new List<string>(MostNamed), 0);
        foreach (var difference in differences)
        {
            if (named.Count < MostNamed)
            {
                named.Add(difference);
            }
            else
            {
                more++;
            }
        }

        var text = string.Join("; ", named);
        return named.Count == 0 ? null : more == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}; and {more} more");
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
