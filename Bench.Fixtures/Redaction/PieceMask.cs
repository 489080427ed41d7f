using System.Runtime.InteropServices;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// Covers known secrets in a stream of JSON documents that hold texts in pieces: the pieces of each text are read as the one text that they make, and
/// what belongs to a secret is overwritten where it stands, so that the documents keep their form and their length. From the first letters of what may
/// be a secret the stream waits, until more is known.
/// </summary>
/// <param name="mask">The secrets.</param>
/// <param name="coversWhole">Covers a secret that stands in one piece too; else that is left to others.</param>
internal sealed class PieceMask(SecretMask mask, bool coversWhole)
{
    /// <summary>So many bytes of a secret must have come before anything waits: fewer say nothing of it, and begin many an ordinary word.</summary>
    internal const int LeastHeld = 3;

    /// <summary>So many documents without a further piece of its text let go what may be a beginning: a text may end without saying so.</summary>
    internal const int MostDocuments = 32;

    private readonly Dictionary<ulong, Lane> lanes = [];
    private byte[] buffer = [];
    private int count;
    private long documents;

    /// <summary>Where in the stream the bytes begin that have not gone on.</summary>
    public long Start { get; private set; }

    /// <summary>Where in the stream the next byte will be.</summary>
    public long End => Start + count;

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (count + bytes.Length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(count + bytes.Length, 2 * count));
        }

        bytes.CopyTo(buffer.AsSpan(count));
        count += bytes.Length;
    }

    /// <summary>Bytes that have not gone on, by their places in the stream.</summary>
    public ReadOnlySpan<byte> Between(long from, long to) => buffer.AsSpan((int)(from - Start), (int)(to - from));

    /// <summary>Reads a piece of a text.</summary>
    /// <param name="id">Which text it is.</param>
    /// <param name="raw">The piece, with the escapes of JSON.</param>
    /// <param name="at">Where in the stream it is.</param>
    public void Join(ulong id, ReadOnlySpan<byte> raw, long at)
    {
        var lane = lanes.GetValueOrDefault(id);
        if (lane is null && !coversWhole)
        {
            // What stands before the end is nobody's business here.
            if (!mask.MayBeginIn(raw))
            {
                return;
            }

            var skipped = Math.Max(0, raw.Length - (mask.LongestForm * JsonEscapes.LongestEscape));
            raw = raw[skipped..];
            at += skipped;
        }

        lane ??= new Lane();
        var before = lane.Text.Count;
        JsonEscapes.Read(raw, at, lane.Text, lane.Places);
        var text = CollectionsMarshal.AsSpan(lane.Text);
        foreach (var span in before > 0 || coversWhole ? mask.Find(text) : [])
        {
            if (coversWhole || (span.Start.Value < before && span.End.Value > before))
            {
                Cover(lane.Places[span]);
            }
        }

        var known = text.Length - mask.OpenLength(text);
        lane.Text.RemoveRange(0, known);
        lane.Places.RemoveRange(0, known);
        lane.HeldUntil = documents + 1 + MostDocuments;
        if (lane.Text.Count > 0)
        {
            lanes[id] = lane;
        }
        else
        {
            lanes.Remove(id);
        }
    }

    /// <summary>A document has been read.</summary>
    public void EndDocument() => documents++;

    /// <summary>No text goes on.</summary>
    public void EndTexts() => lanes.Clear();

    /// <summary>What may go on now.</summary>
    /// <param name="end">Up to where the documents are read.</param>
    public ReadOnlyMemory<byte> Release(long end)
    {
        foreach (var lane in lanes.Values)
        {
            if (lane.Text.Count >= LeastHeld && documents < lane.HeldUntil)
            {
                // Its first letters may have gone on before they were enough.
                end = Math.Min(end, lane.Places.Find(p => p.At >= Start).At);
            }
        }

        return Take(end);
    }

    /// <summary>The same, whatever waits.</summary>
    public ReadOnlyMemory<byte> Take(long end)
    {
        var length = (int)Math.Clamp(end - Start, 0, count);
        var ready = buffer.AsSpan(0, length).ToArray();
        buffer.AsSpan(length, count - length).CopyTo(buffer);
        count -= length;
        Start += length;
        return ready;
    }

    // What had to go on before more was known is out of reach.
    private void Cover(List<(long At, int Length)> places)
    {
        foreach (var (at, length) in places)
        {
            if (at >= Start)
            {
                buffer.AsSpan((int)(at - Start), length).Fill(SecretMask.Cover);
            }
        }
    }

    /// <summary>The end of one text that may be the beginning of a secret.</summary>
    private sealed class Lane
    {
        public List<byte> Text { get; } = [];

        public List<(long At, int Length)> Places { get; } = [];

        public long HeldUntil { get; set; }
    }
}
