using Bench.Fixtures.Intake;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>
/// Covers known secrets that a streamed answer spreads over several events. Everything else goes on as soon as its event is whole, which no reader can
/// use before.
/// </summary>
internal sealed class StreamMask
{
    // The members in which the three APIs, and who speaks like them, send texts in pieces.
    private static readonly HashSet<ulong> PieceNames =
    [
        JsonTexts.HashOf("text"u8), JsonTexts.HashOf("thinking"u8), JsonTexts.HashOf("partial_json"u8), JsonTexts.HashOf("content"u8), JsonTexts.HashOf("reasoning_content"u8),
        JsonTexts.HashOf("reasoning"u8), JsonTexts.HashOf("summary"u8), JsonTexts.HashOf("arguments"u8), JsonTexts.HashOf("refusal"u8), JsonTexts.HashOf("delta"u8),
    ];

    private static readonly ulong TypeName = JsonTexts.HashOf("type"u8);

    private readonly PieceMask pieces;
    private readonly SseLines lines;
    private readonly JsonTexts texts = new();

    public StreamMask(SecretMask mask)
    {
        pieces = new PieceMask(mask, coversWhole: true);
        lines = new SseLines(ReadEvent, pieces.EndDocument);
    }

    /// <summary>What may go on now.</summary>
    /// <param name="piece">The next bytes of the stream.</param>
    public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> piece)
    {
        pieces.Append(piece.Span);
        lines.Feed(piece.Span);
        return lines.IsOverlong ? pieces.Take(pieces.End) : pieces.Release(lines.EventStart);
    }

    /// <summary>The rest of a stream that has ended.</summary>
    public ReadOnlyMemory<byte> End()
    {
        lines.End();
        return pieces.Take(pieces.End);
    }

    /// <summary>The rest of a stream that has broken off, without the event that is not whole.</summary>
    public ReadOnlyMemory<byte> Break() => pieces.Take(lines.EventStart);

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
                pieces.Join(text.Lane, raw, lines.PlaceOf(text.Start));
            }
        }

        if (hasBlockEnd)
        {
            pieces.EndTexts();
        }
    }
}
