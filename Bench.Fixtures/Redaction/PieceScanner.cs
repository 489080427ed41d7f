using System.Buffers;
using System.Runtime.InteropServices;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// Finds known secrets that a file holds in pieces, each in a text of its own: an agent's events with a word or two each, a line each; the events of a
/// recorded answer; the items of an array. What stands in one text is found without it.
/// </summary>
/// <param name="mask">The secrets.</param>
internal sealed class PieceScanner(SecretMask mask)
{
    // A line or document beyond this is not read for pieces.
    private const int Longest = 32 * 1024 * 1024;

    // JSON inside events inside JSON: a cassette has that.
    private const int Deepest = 3;

    private readonly JsonTexts[] texts = [.. Enumerable.Range(0, Deepest).Select(_ => new JsonTexts())];
    private readonly Dictionary<ulong, byte[]> open = [];
    private readonly ArrayBufferWriter<byte> line = new();
    private readonly SortedSet<long> found = [];
    private long number = 1;
    private bool isWhole;

    /// <summary>The lines in which a secret comes together, from 1.</summary>
    public IReadOnlyCollection<long> Lines => found;

    /// <summary>Takes the next bytes of the file.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            Keep(end < 0 ? bytes : bytes[..(end + 1)]);
            if (end >= 0)
            {
                EndLine();
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    /// <summary>Nothing follows.</summary>
    public void End()
    {
        if (line.WrittenCount > 0)
        {
            Read(line.WrittenSpan, 0, isWhole ? 1 : number, 0);
        }
    }

    private void EndLine()
    {
        // A document that is laid out over many lines begins with a bracket alone.
        isWhole |= number == 1 && line.WrittenSpan.TrimEnd("\r\n "u8) is [(byte)'{' or (byte)'['];
        if (!isWhole)
        {
            Read(line.WrittenSpan, 0, number, 0);
            line.ResetWrittenCount();
        }

        number++;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var isText = line.WrittenCount == 0 && number > 1 && !isWhole && !MayBeJson(bytes);
        if (!isText && line.WrittenCount + bytes.Length <= Longest)
        {
            line.Write(bytes);
        }
    }

    // Judged at the beginning of a line, or somewhere in one that was no JSON: what is kept of the latter is none either.
    private static bool MayBeJson(ReadOnlySpan<byte> bytes) => bytes.TrimStart((byte)' ') is [] or [(byte)'{' or (byte)'[' or (byte)'d', ..];

    private void Read(ReadOnlySpan<byte> text, ulong lane, long at, int depth)
    {
        text = text.TrimStart((byte)' ');
        text = text.StartsWith("data:"u8) ? text["data:"u8.Length..].TrimStart((byte)' ') : text;
        if (text is not [(byte)'{' or (byte)'[', ..])
        {
            return;
        }

        foreach (var piece in texts[depth].Of(text))
        {
            var raw = text.Slice(piece.Start, piece.Length);
            var place = depth == 0 && isWhole ? at + text[..piece.Start].Count((byte)'\n') : at;
            Join(piece.Lane ^ lane, raw, place);
            if (depth + 1 < Deepest && IsNested(raw))
            {
                ReadNested(raw, piece.Lane ^ lane, place, depth + 1);
            }
        }
    }

    private static bool IsNested(ReadOnlySpan<byte> raw) => raw.StartsWith("{"u8) || raw.StartsWith("data:"u8) || raw.StartsWith("event:"u8) || raw.StartsWith(":"u8);

    private void ReadNested(ReadOnlySpan<byte> raw, ulong lane, long at, int depth)
    {
        var inner = new List<byte>(raw.Length);
        JsonEscapes.Read(raw, 0, inner, null);
        var rest = CollectionsMarshal.AsSpan(inner);
        foreach (var part in rest.Split((byte)'\n'))
        {
            Read(rest[part], lane * 31, at, depth);
        }
    }

    private void Join(ulong lane, ReadOnlySpan<byte> raw, long at)
    {
        if (raw.Length == 0)
        {
            return;
        }

        var held = open.GetValueOrDefault(lane, []);
        if (held.Length == 0 && !mask.MayBeginIn(raw))
        {
            return;
        }

        var reach = mask.LongestForm * JsonEscapes.LongestEscape;
        var joined = new List<byte>(held);
        JsonEscapes.Read(raw[..Math.Min(raw.Length, reach)], 0, joined, null);
        if (held.Length > 0 && mask.Find(CollectionsMarshal.AsSpan(joined)).Exists(s => s.Start.Value < held.Length && s.End.Value > held.Length))
        {
            found.Add(at);
        }

        if (raw.Length > reach)
        {
            joined.Clear();
            JsonEscapes.Read(raw[^reach..], 0, joined, null);
        }

        var text = CollectionsMarshal.AsSpan(joined);
        var length = mask.OpenLength(text);
        if (length > 0)
        {
            open[lane] = text[^length..].ToArray();
        }
        else
        {
            open.Remove(lane);
        }
    }
}
