using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>Where a journal's last whole line ends.</summary>
/// <param name="WholeLength">Bytes up to and including the last line end.</param>
/// <param name="LastSequence">The last whole line's <c>seq</c>; 0 when there is none.</param>
internal readonly record struct JournalTail(long WholeLength, long LastSequence)
{
    /// <summary>Reads the end of a journal; an absent one is empty.</summary>
    public static JournalTail Read(string path)
    {
        if (!File.Exists(path))
        {
            return default;
        }

        using var handle = File.OpenHandle(path);
        var end = RandomAccess.GetLength(handle);
        for (var window = 64L * 1024; ; window *= 4)
        {
            var start = Math.Max(0, end - window);
            var bytes = new byte[end - start];
            ReadFully(handle, bytes, start);
            var lastEnd = bytes.AsSpan().LastIndexOf((byte)'\n');
            var lineStart = lastEnd < 0 ? -1 : bytes.AsSpan(0, lastEnd).LastIndexOf((byte)'\n') + 1;
            if (lineStart > 0 || start == 0)
            {
                return lastEnd < 0
                    ? default
                    : new JournalTail(start + lastEnd + 1, SequenceOf(bytes.AsSpan(lineStart, lastEnd - lineStart)));
            }
        }
    }

    private static void ReadFully(Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            var count = RandomAccess.Read(handle, target, offset);
            if (count == 0)
            {
                return;
            }

            target = target[count..];
            offset += count;
        }
    }

    private static long SequenceOf(ReadOnlySpan<byte> line)
    {
        var reader = OutsideJson.Read(line);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("seq"u8))
            {
                return reader.Read() && reader.TryGetInt64(out var sequence) ? sequence : 0;
            }
        }

        return 0;
    }
}
