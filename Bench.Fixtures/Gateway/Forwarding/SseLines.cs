using System.Buffers;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Cuts a byte stream into the data of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
/// <param name="onData">Takes the data of each event that has some.</param>
/// <param name="onEnd">Is told of the end of each event; null when nobody asks.</param>
internal sealed class SseLines(Action<ReadOnlyMemory<byte>> onData, Action? onEnd = null)
{
    // An event beyond this is passed on to the agent all the same; only the books do not read it.
    private const int LongestEvent = 4 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> line = new();
    private readonly ArrayBufferWriter<byte> data = new();
    private readonly List<(int InData, long At)> places = [];
    private long position;
    private long lineStart;
    private bool endedByCarriageReturn;
    private bool isFirstLine = true;

    /// <summary>Where in the stream the event begins that has not ended.</summary>
    public long EventStart { get; private set; }

    /// <summary>The event that has not ended is too long to be read.</summary>
    public bool IsOverlong { get; private set; }

    /// <summary>Where in the stream a byte of the event's data is, while the event is given.</summary>
    public long PlaceOf(int inData)
    {
        var line = places.FindLast(p => p.InData <= inData);
        return line.At + inData - line.InData;
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (endedByCarriageReturn && bytes[0] == (byte)'\n')
            {
                bytes = bytes[1..];
                EventStart += EventStart == position ? 1 : 0;
                position++;
                lineStart = position;
            }

            endedByCarriageReturn = false;
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            Append(line, end < 0 ? bytes : bytes[..end]);
            position += end < 0 ? bytes.Length : end + 1;
            if (end >= 0)
            {
                // A line ends with LF, CR, or CR and LF, of which the second half may come later.
                endedByCarriageReturn = bytes[end] == (byte)'\r';
                EndLine();
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    /// <summary>The stream has ended; a last event without its blank line counts.</summary>
    public void End()
    {
        EndLine();
        Dispatch();
    }

    private void EndLine()
    {
        var text = line.WrittenSpan;
        var textStart = lineStart;
        lineStart = position;
        if (isFirstLine)
        {
            text = Utf8Text.WithoutMark(text);
            textStart += line.WrittenCount - text.Length;
            isFirstLine = false;
        }

        if (text.Length == 0)
        {
            Dispatch();
        }
        else if (text.StartsWith("data:"u8))
        {
            places.Add((data.WrittenCount, textStart + "data:"u8.Length));
            Append(data, text["data:"u8.Length..]);
            Append(data, "\n"u8);
        }

        line.ResetWrittenCount();
    }

    private void Dispatch()
    {
        if (data.WrittenCount > 0 && !IsOverlong)
        {
            onData(data.WrittenMemory);
        }

        data.ResetWrittenCount();
        places.Clear();
        IsOverlong = false;
        EventStart = position;
        onEnd?.Invoke();
    }

    private void Append(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        if (buffer.WrittenCount + bytes.Length > LongestEvent)
        {
            IsOverlong = true;
            return;
        }

        buffer.Write(bytes);
    }
}
