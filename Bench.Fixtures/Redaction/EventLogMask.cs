using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// Covers known secrets that a log of events holds in pieces, a line for each, before it gets on disk; a secret in one line is left to what comes behind.
/// Other lines pass as they come; a line of JSON passes when it is whole.
/// </summary>
internal sealed class EventLogMask(SecretMask mask, Stream inner) : WriteOnlyStream
{
    // A line beyond this passes unread, and so does what waits.
    private const int MostHeld = 4 * 1024 * 1024;

    private readonly PieceMask pieces = new(mask, coversWhole: false);
    private readonly JsonTexts texts = new();
    private long lineStart;
    private bool isPlain;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var readEnd = pieces.End;
        pieces.Append(buffer);
        for (var end = LineEnd(readEnd); end >= 0; end = LineEnd(lineStart))
        {
            EndLine(end);
        }

        var isTooMuch = pieces.End - pieces.Start > MostHeld;
        isPlain = isPlain || isTooMuch || !MayBeJson();
        Pass(isTooMuch ? pieces.Take(pieces.End) : pieces.Release(isPlain ? pieces.End : lineStart));
    }

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndLine(pieces.End);
            Pass(pieces.Take(pieces.End));
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // After the line break; -1 when there is none yet.
    private long LineEnd(long from)
    {
        var at = pieces.Between(from, pieces.End).IndexOf((byte)'\n');
        return at < 0 ? -1 : from + at + 1;
    }

    private void EndLine(long end)
    {
        if (!isPlain && MayBeJson())
        {
            var line = pieces.Between(lineStart, end);
            var json = line.StartsWith("data:"u8) ? "data:"u8.Length : 0;
            foreach (var text in texts.Of(line[json..]))
            {
                if (text.Length > 0)
                {
                    pieces.Join(text.Lane, pieces.Between(lineStart, end).Slice(json + text.Start, text.Length), lineStart + json + text.Start);
                }
            }
        }

        pieces.EndDocument();
        lineStart = end;
        isPlain = false;
    }

    private bool MayBeJson()
    {
        var line = pieces.Between(lineStart, pieces.End);
        return line is [(byte)'{' or (byte)'[', ..] || line.StartsWith("data:"u8[..Math.Min(line.Length, "data:"u8.Length)]);
    }

    private void Pass(ReadOnlyMemory<byte> ready)
    {
        if (!ready.IsEmpty)
        {
            inner.Write(ready.Span);
        }
    }
}
