using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Bench.Fixtures.Intake;

/// <summary>
/// The one reader of JSON that comes from outside: requests, answers, agents' output, files. The platform's readers throw where a text is no Unicode,
/// and an agent that cuts an emoji in two sends such text; here U+FFFD stands in its place (<see cref="JsonMender"/>), so that no later look at
/// a text can fail. A byte-order mark is passed over. What is no such JSON is told with line and column, from 1, in words for whoever wrote it.
/// </summary>
public static class OutsideJson
{
    /// <summary>Reads a document, which may keep using the bytes.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options = default) => Parse(utf8, out _, options);

    /// <summary>Reads a document, which may keep using the bytes.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="wasMended">A text in it was no Unicode.</param>
    /// <param name="options">How strict to be.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, out bool wasMended, JsonDocumentOptions options = default)
    {
        var mended = JsonMender.Mend(utf8.Span);
        wasMended = mended is not null;
        var json = mended ?? utf8;
        json = json[MarkLength(json.Span)..];
        try
        {
            return JsonDocument.Parse(json, options);
        }
        catch (JsonException problem)
        {
            throw Located(problem, json.Span);
        }
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a document whose values can be changed. A name that stands twice in an object is an error, as it would be at some later look.</summary>
    /// <exception cref="JsonException">It is not such JSON.</exception>
    public static JsonNode? ParseNode(string text)
    {
        var json = Mended(Encoding.UTF8.GetBytes(text));
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException problem)
        {
            throw Located(problem, json);
        }
    }

    /// <summary>Reads a value of a type.</summary>
    /// <exception cref="JsonException">It is no such value.</exception>
    public static TValue? Deserialize<TValue>(ReadOnlySpan<byte> utf8, JsonTypeInfo<TValue> type)
    {
        var json = Mended(utf8);
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException problem)
        {
            throw Located(problem, json);
        }
    }

    /// <summary>Reads a value of a type.</summary>
    /// <exception cref="JsonException">It is no such value.</exception>
    public static TValue? Deserialize<TValue>(ReadOnlySpan<byte> utf8, JsonSerializerOptions options)
    {
        var json = Mended(utf8);
        try
        {
            return JsonSerializer.Deserialize<TValue>(json, options);
        }
        catch (JsonException problem)
        {
            throw Located(problem, json);
        }
    }

    /// <summary>Reads token by token. Offsets are those of <see cref="Mended"/>.</summary>
    public static Utf8JsonReader Read(ReadOnlySpan<byte> utf8, JsonReaderOptions options = default) => new(Mended(utf8), options);

    /// <summary>What is wrong with JSON that was read token by token, with line and column as far as they are known.</summary>
    /// <param name="problem">What the reader threw.</param>
    /// <param name="utf8">What it read.</param>
    public static string Told(JsonException problem, ReadOnlySpan<byte> utf8) => (JsonFault.Of(problem, Mended(utf8))?.ToString() ?? problem.Message).TrimEnd('.');

    /// <summary>The first fault of what should be one strict JSON value; null when it is one.</summary>
    internal static JsonFault? FaultIn(ReadOnlySpan<byte> utf8)
    {
        var json = Mended(utf8);
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException problem)
        {
            return JsonFault.Of(problem, json);
        }
    }

    /// <summary>The JSON with U+FFFD where a text was no Unicode, and without a byte-order mark; as a rule the very same bytes.</summary>
    public static ReadOnlySpan<byte> Mended(ReadOnlySpan<byte> utf8)
    {
        var mended = JsonMender.Mend(utf8);
        var json = mended is null ? utf8 : mended;
        return json[MarkLength(json)..];
    }

    private static JsonException Located(JsonException problem, ReadOnlySpan<byte> json) =>
        JsonFault.Of(problem, json) is { } fault ? new FaultyJsonException(fault, problem) : problem;

    private static int MarkLength(ReadOnlySpan<byte> json) => json.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
}
