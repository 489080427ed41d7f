namespace Bench.Fixtures.Processes;

/// <summary>
/// Cuts one channel's bytes into lines without ever holding more than one line of the longest length.
/// A line ends with LF or CR LF; CR alone (a progress bar) ends nothing.
/// </summary>
internal sealed class LineSplitter(OutputChannel channel, int maxLineBytes, IOutputObserver observer)
{
    private const int KeptBufferBytes = 64 * 1024;

    // Start of a line whose end has not come yet; one byte more than the longest line, for the CR of its CR LF.
    private byte[] pending = [];
    private int pendingLength;
    private bool isOpen;
    private bool overflowed;
    private long lineTimestamp;

    /// <summary>Hands every line that ends within these bytes to the observer.</summary>
    internal void Add(ReadOnlyMemory<byte> bytes, long timestamp)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            if (end < 0)
            {
                Open(timestamp);
                Keep(bytes.Span);
                return;
            }

            EndLine(bytes[..end], timestamp);
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Hands over the line that the stream's end has ended; none when the last byte was a line end.</summary>
    internal void Complete()
    {
        if (isOpen)
        {
            EmitPending(stripReturn: false);
        }
    }

    private void EndLine(ReadOnlyMemory<byte> tail, long timestamp)
    {
        if (isOpen)
        {
            Keep(tail.Span);
            EmitPending(stripReturn: true);
            return;
        }

        lineTimestamp = timestamp;
        Emit(tail, overflowed: false, stripReturn: true);
    }

    private void Open(long timestamp)
    {
        if (!isOpen)
        {
            isOpen = true;
            lineTimestamp = timestamp;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = maxLineBytes + 1 - pendingLength;
        if (bytes.Length > room)
        {
            overflowed = true;
            bytes = bytes[..room];
        }

        if (pendingLength + bytes.Length > pending.Length)
        {
            var wanted = Math.Max(pendingLength + bytes.Length, Math.Min(pending.Length * 2L, maxLineBytes + 1L));
            Array.Resize(ref pending, (int)wanted);
        }

        bytes.CopyTo(pending.AsSpan(pendingLength));
        pendingLength += bytes.Length;
    }

    private void EmitPending(bool stripReturn)
    {
        var line = pending.AsMemory(0, pendingLength);
        var lost = overflowed;
        isOpen = false;
        overflowed = false;
        pendingLength = 0;
        Emit(line, lost, stripReturn);
        if (pending.Length > KeptBufferBytes)
        {
            pending = [];
        }
    }

    private void Emit(ReadOnlyMemory<byte> line, bool overflowed, bool stripReturn)
    {
        if (stripReturn && !overflowed && line.Length > 0 && line.Span[^1] == (byte)'\r')
        {
            line = line[..^1];
        }

        var isTruncated = overflowed || line.Length > maxLineBytes;
        if (line.Length > maxLineBytes)
        {
            line = line[..maxLineBytes];
        }

        observer.OnLine(new OutputLine(channel, lineTimestamp, line, isTruncated));
    }
}
