using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Prompts;

/// <summary>A JSON value that knows the line it stands on, so that an error can name it.</summary>
internal sealed record LocatedJson
{
    /// <summary>What it is.</summary>
    public required JsonValueKind Kind { get; init; }

    /// <summary>Line of its first character, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The unescaped text of a string; the literal of anything else, objects and arrays included.</summary>
    public required string Text { get; init; }

    /// <summary>The members of an object in file order, repeated names included; else empty.</summary>
    public IReadOnlyList<(string Name, int Line, LocatedJson Value)> Members { get; init; } = [];

    /// <summary>The items of an array; else empty.</summary>
    public IReadOnlyList<LocatedJson> Items { get; init; } = [];

    /// <summary>The last member with this name, or null.</summary>
    public LocatedJson? Find(string name) => Members.LastOrDefault(member => member.Name == name).Value;

    /// <summary>
    /// Parses strict JSON in UTF-8, with or without a byte-order mark. Files that are read this way say what will be measured: text that is no Unicode is
    /// a mistake to be named, for what would stand in its place is not what was meant.
    /// </summary>
    /// <returns>The value, or null when the bytes are not such JSON; then <paramref name="fault"/> says where.</returns>
    public static LocatedJson? TryParse(ReadOnlySpan<byte> utf8, out JsonFault? fault)
    {
        fault = null;
        var json = OutsideJson.Mended(utf8);
        var lines = new LineIndex(json);
        try
        {
            var reader = OutsideJson.Read(json);
            reader.Read();
            var value = ParseValue(ref reader, json, lines);
            reader.Read();
            fault = FaultOfText(utf8, json);
            return fault is null ? value : null;
        }
        catch (JsonException e)
        {
            fault = JsonFault.Of(e, json)!;
            return null;
        }
    }

    private static JsonFault? FaultOfText(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> json)
    {
        var given = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var same = given.CommonPrefixLength(json);
        if (same == json.Length)
        {
            return null;
        }

        // Of an escape that was mended, the beginning is the same.
        same -= json[..same].EndsWith("\\u"u8) ? 2 : 0;
        return JsonFault.At(json, same, "it holds text that is no Unicode: bytes that are not UTF-8, or half of a surrogate pair");
    }

    private static LocatedJson ParseValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LineIndex lines)
    {
        var start = (int)reader.TokenStartIndex;
        var line = lines.LineOf(start);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ParseObject(ref reader, json, lines, start, line),
            JsonTokenType.StartArray => ParseArray(ref reader, json, lines, start, line),
            JsonTokenType.String => new() { Kind = JsonValueKind.String, Line = line, Text = reader.GetString()! },
            JsonTokenType.Number => new() { Kind = JsonValueKind.Number, Line = line, Text = TextOf(json, start, ref reader) },
            JsonTokenType.True => new() { Kind = JsonValueKind.True, Line = line, Text = "true" },
            JsonTokenType.False => new() { Kind = JsonValueKind.False, Line = line, Text = "false" },
            _ => new() { Kind = JsonValueKind.Null, Line = line, Text = "null" },
        };
    }

    private static LocatedJson ParseObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LineIndex lines, int start, int line)
    {
        var members = new List<(string, int, LocatedJson)>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var nameLine = lines.LineOf((int)reader.TokenStartIndex);
            reader.Read();
            members.Add((name, nameLine, ParseValue(ref reader, json, lines)));
        }

        return new() { Kind = JsonValueKind.Object, Line = line, Text = TextOf(json, start, ref reader), Members = members };
    }

    private static LocatedJson ParseArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LineIndex lines, int start, int line)
    {
        var items = new List<LocatedJson>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ParseValue(ref reader, json, lines));
        }

        return new() { Kind = JsonValueKind.Array, Line = line, Text = TextOf(json, start, ref reader), Items = items };
    }

    private static string TextOf(ReadOnlySpan<byte> json, int start, ref Utf8JsonReader reader) =>
        Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);

    /// <summary>Where the lines of a text begin.</summary>
    private sealed class LineIndex
    {
        private readonly List<int> starts = [0];

        public LineIndex(ReadOnlySpan<byte> text)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == (byte)'\n')
                {
                    starts.Add(i + 1);
                }
            }
        }

        public int LineOf(int offset)
        {
            var index = starts.BinarySearch(offset);
            return index >= 0 ? index + 1 : ~index;
        }
    }
}
