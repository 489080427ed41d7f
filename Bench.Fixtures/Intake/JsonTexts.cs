using System.Text.Json;

namespace Bench.Fixtures.Intake;

/// <summary>A text in a JSON document, by its place.</summary>
/// <param name="Lane">Equal for the pieces of one text in documents that follow each other: the names of the members it is in, and the numbers that tell several apart.</param>
/// <param name="Name">The name of its member, by <see cref="JsonTexts.HashOf"/>; 0 for an item of an array.</param>
/// <param name="Start">Its first byte behind the quote.</param>
/// <param name="Length">Its bytes, with the escapes as they are written.</param>
internal readonly record struct JsonText(ulong Lane, ulong Name, int Start, int Length);

/// <summary>
/// Finds the texts of JSON documents, in order and by their places, which are those of the bytes as they came: no text is decoded, so nothing has to be
/// mended. One for many documents; of a broken one, what stands before the break.
/// </summary>
internal sealed class JsonTexts
{
    private const ulong Basis = 0xCBF2_9CE4_8422_2325;
    private const ulong Prime = 0x100_0000_01B3;

    // Several blocks, choices and calls of an answer are told apart by a number beside the text, Gemini's thoughts by a flag.
    private static readonly ulong IndexName = HashOf("index"u8);
    private static readonly ulong ThoughtName = HashOf("thought"u8);

    private readonly List<(int Parent, ulong Name, ulong Number)> holders = [];
    private readonly List<(int Holder, ulong Name, int Start, int Length)> texts = [];

    /// <summary>A name as a number (FNV-1a).</summary>
    public static ulong HashOf(ReadOnlySpan<byte> name)
    {
        var hash = Basis;
        foreach (var value in name)
        {
            hash = (hash ^ value) * Prime;
        }

        return hash;
    }

    /// <summary>The texts of a document; valid until the next call.</summary>
    public IEnumerable<JsonText> Of(ReadOnlySpan<byte> json)
    {
        holders.Clear();
        texts.Clear();
        try
        {
            Read(new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }));
        }
        catch (JsonException)
        {
            // No JSON, or the beginning of some.
        }

        return texts.Select(t => new JsonText(LaneOf(t.Holder, t.Name), t.Name, t.Start, t.Length));
    }

    private void Read(Utf8JsonReader reader)
    {
        var holder = -1;
        var name = 0UL;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = HashOf(reader.ValueSpan);
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    holders.Add((holder, name, 0));
                    holder = holders.Count - 1;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    holder = holders[holder].Parent;
                    break;
                case JsonTokenType.String:
                    texts.Add((holder, name, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
                    break;
                case JsonTokenType.Number when name == IndexName:
                    holders[holder] = holders[holder] with { Number = HashOf(reader.ValueSpan) };
                    break;
                case JsonTokenType.True when name == ThoughtName:
                    holders[holder] = holders[holder] with { Number = ThoughtName };
                    break;
            }

            name = 0;
        }
    }

    private ulong LaneOf(int holder, ulong name)
    {
        var lane = (Basis ^ name) * Prime;
        for (; holder >= 0; holder = holders[holder].Parent)
        {
            lane = (lane ^ holders[holder].Number) * Prime;
            lane = (lane ^ holders[holder].Name) * Prime;
        }

        return lane;
    }
}
