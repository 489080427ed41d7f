using System.Runtime.InteropServices;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>
/// Covers known secrets that a streamed answer spreads over several events: the pieces of each text are read as the one text that they make, and what
/// belongs to a secret is overwritten where it stands, so that events keep their form and their length. From the first letters of what may be one the
/// stream waits, until more is known; everything else goes on as soon as its event is whole, which no reader can use before.
/// </summary>
internal sealed class StreamMask
{
    /// <summary>So many bytes of a secret must have come before anything waits: fewer say nothing of it, and begin many an ordinary word.</summary>
    internal const int LeastHeld = 3;

    /// <summary>So many events without a further piece of its text let go what may be a beginning: a block may end without saying so.</summary>
    internal const int MostEvents = 32;

    // The members in which the three APIs, and who speaks like them, send texts in pieces.
    private static readonly HashSet<ulong> PieceNames =
    [
        JsonTexts.HashOf("text"u8), JsonTexts.HashOf("thinking"u8), JsonTexts.HashOf("partial_json"u8), JsonTexts.HashOf("content"u8), JsonTexts.HashOf("reasoning_content"u8),
        JsonTexts.HashOf("reasoning"u8), JsonTexts.HashOf("summary"u8), JsonTexts.HashOf("arguments"u8), JsonTexts.HashOf("refusal"u8), JsonTexts.HashOf("delta"u8),
    ];

    private static readonly ulong TypeName = JsonTexts.HashOf("type"u8);

    private readonly SecretMask mask;
    private readonly SseLines lines;
    private readonly JsonTexts texts = new();
    private readonly Dictionary<ulong, Lane> lanes = [];

    // What has not gone on yet, and its place in the stream.
    private byte[] pending = [];
    private long start;

    public StreamMask(SecretMask mask)
    {
        this.mask = mask;
        lines = new SseLines(ReadEvent);
    }

    /// <summary>What may go on now.</summary>
    /// <param name="piece">The next bytes of the stream.</param>
    public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> piece)
    {
        pending = [.. pending, .. piece.Span];
        lines.Feed(piece.Span);
        return Release(lines.IsOverlong ? long.MaxValue : Math.Min(lines.EventStart, HeldStart()));
    }

    /// <summary>The rest of a stream that has ended.</summary>
    public ReadOnlyMemory<byte> End()
    {
        lines.End();
        return Release(long.MaxValue);
    }

    /// <summary>The rest of a stream that has broken off, without the event that is not whole.</summary>
    public ReadOnlyMemory<byte> Break() => Release(lines.EventStart);

    private ReadOnlyMemory<byte> Release(long end)
    {
        var count = (int)Math.Clamp(end - start, 0, pending.Length);
        var ready = pending.AsMemory(0, count);
        pending = count == pending.Length ? [] : pending[count..];
        start += count;
        return ready;
    }

    private long HeldStart()
    {
        var held = long.MaxValue;
        foreach (var lane in lanes.Values)
        {
            if (lane.Text.Count >= LeastHeld && lines.Events < lane.HeldUntil)
            {
                // Its first letters may have gone on before they were enough.
                held = Math.Min(held, lane.Places.Find(p => p.At >= start).At);
            }
        }

        return held;
    }

    private void ReadEvent(ReadOnlyMemory<byte> data)
    {
        var hasBlockEnd = false;
        foreach (var text in texts.Of(data.Span))
        {
            var raw = data.Span.Slice(text.Start, text.Length);
            if (text.Name == TypeName)
            {
                hasBlockEnd |= raw.SequenceEqual("content_block_stop"u8);
            }
            else if (raw.Length > 0 && PieceNames.Contains(text.Name))
            {
                Join(text.Lane, raw, lines.PlaceOf(text.Start));
            }
        }

        if (hasBlockEnd)
        {
            lanes.Clear();
        }
    }

    private void Join(ulong id, ReadOnlySpan<byte> raw, long at)
    {
        ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(lanes, id, out _);
        lane ??= new Lane();
        JsonEscapes.Read(raw, at, lane.Text, lane.Places);
        var text = CollectionsMarshal.AsSpan(lane.Text);
        foreach (var span in mask.Find(text))
        {
            Cover(lane.Places[span]);
        }

        var known = text.Length - mask.OpenLength(text);
        lane.Text.RemoveRange(0, known);
        lane.Places.RemoveRange(0, known);
        
        // This event is counted when it has been read.
        lane.HeldUntil = lines.Events + 1 + MostEvents;
    }

    // What had to go on before more was known is out of reach.
    private void Cover(List<(long At, int Length)> places)
    {
        foreach (var (at, length) in places.Where(p => p.At >= start))
        {
            pending.AsSpan((int)(at - start), length).Fill(SecretMask.Cover);
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
