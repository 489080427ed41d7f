using System.Buffers;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Cuts a byte stream into the data of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
internal sealed class SseLines(Action<ReadOnlyMemory<byte>> onData)
{
    // An event beyond this is passed on to the agent all the same; only the books do not read it.
    private const int LongestEvent = 4 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> line = new();
    private readonly ArrayBufferWriter<byte> data = new();
    private bool isOverlong;
    private bool endedByCarriageReturn;
    private bool isFirstLine = true;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (endedByCarriageReturn && bytes[0] == (byte)'\n')
            {
                bytes = bytes[1..];
            }

            endedByCarriageReturn = false;
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            Append(line, end < 0 ? bytes : bytes[..end]);
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
        if (isFirstLine)
        {
            text = Utf8Text.WithoutMark(text);
            isFirstLine = false;
        }

        if (text.Length == 0)
        {
            Dispatch();
        }
        else if (text.StartsWith("data:"u8))
        {
            Append(data, text["data:"u8.Length..]);
            Append(data, "\n"u8);
        }

        line.ResetWrittenCount();
    }

    private void Dispatch()
    {
        if (data.WrittenCount > 0 && !isOverlong)
        {
            onData(data.WrittenMemory);
        }

        data.ResetWrittenCount();
        isOverlong = false;
    }

    private void Append(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        if (buffer.WrittenCount + bytes.Length > LongestEvent)
        {
            isOverlong = true;
            return;
        }

        buffer.Write(bytes);
    }
}
