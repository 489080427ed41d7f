using System.Globalization;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents;

/// <summary>What the readers of newline-delimited JSON share. Nothing here throws for a field that is absent or of another type.</summary>
internal static class JsonEvents
{
    private const int MaxQuotedChars = 120;
    private const int MaxLineBytes = 2048;

    /// <summary>Hands a line's event to its reader, or notes in the reading why it is none; the first problem stays.</summary>
    /// <param name="line">A line of standard output.</param>
    /// <param name="gate">Guards the reading.</param>
    /// <param name="reading">The reader's own.</param>
    /// <param name="onEvent">Takes the object and the line's timestamp, with the gate held.</param>
    public static void Take(in OutputLine line, Lock gate, ref AgentReading reading, Action<JsonElement, long> onEvent)
    {
        using var document = Parse(line, out var wasMended, out var problem);
        lock (gate)
        {
            if (document is null)
            {
                reading = reading with { ParserProblem = reading.ParserProblem ?? problem, OwnLines = problem is null ? reading.OwnLines : WithLine(reading.OwnLines, line) };
                return;
            }

            reading = wasMended ? reading with { MendedTexts = reading.MendedTexts + 1 } : reading;
            onEvent(document.RootElement, line.Timestamp);
        }
    }

    // The first ones: why a program did not begin stands at the beginning.
    private static IReadOnlyList<string> WithLine(IReadOnlyList<string> lines, in OutputLine line) =>
        lines.Count >= AgentReading.MaxOwnLines ? lines : [.. lines, Encoding.UTF8.GetString(line.Bytes.Span[..Math.Min(line.Bytes.Length, MaxLineBytes)])];

    /// <summary>The line as a JSON object; null for a blank line, and for one that is none, which <paramref name="problem"/> then says.</summary>
    public static JsonDocument? Parse(in OutputLine line, out bool wasMended, out string? problem)
    {
        problem = null;
        wasMended = false;
        if (line.Bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return null;
        }

        if (line.IsTruncated)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"A line of standard output is longer than {line.Bytes.Length} bytes and was cut: '{Quote(line.Bytes.Span)}'");
            return null;
        }

        try
        {
            var document = OutsideJson.Parse(line.Bytes, out wasMended);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Said below, together with JSON that is no object.
        }

        problem = $"A line of standard output is not a JSON object: '{Quote(line.Bytes.Span)}'";
        return null;
    }

    /// <summary>The object or array at the end of the path.</summary>
    public static JsonElement? Child(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    /// <summary>The string at the end of the path; null when it is absent or no string.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Child(path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The whole number at the end of the path; null when it is absent or none.</summary>
    public static long? Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Child(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>Whether the field is there and true.</summary>
    public static bool IsTrue(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Child(path) is { ValueKind: JsonValueKind.True };

    /// <summary>The elements of the array at the end of the path; none when it is absent or no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Child(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The fields of the object at the end of the path; none when it is absent or no object.</summary>
    public static IEnumerable<JsonProperty> Fields(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Child(path) is { ValueKind: JsonValueKind.Object } fields ? fields.EnumerateObject() : [];

    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * MaxQuotedChars)]).Trim();
        return text.Length <= MaxQuotedChars ? text : string.Concat(text.AsSpan(0, MaxQuotedChars), "…");
    }
}
