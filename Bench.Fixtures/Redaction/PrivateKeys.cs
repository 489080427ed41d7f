namespace Bench.Fixtures.Redaction;

/// <summary>Private key blocks: what stands between their BEGIN and END lines.</summary>
internal static class PrivateKeys
{
    private const int LongestLabel = 48;
    private const int LongestHeader = 160;
    private const int LongestPrefix = 64;
    private const int MostHeaders = 6;

    public static RuleMatch Match(ref RuleReader reader)
    {
        if (!reader.TakeExact("-----BEGIN "u8))
        {
            return reader.Miss;
        }

        var label = reader.TakeHead(ByteClass.KeyLabel, LongestLabel);
        var name = reader.Bytes(label);
        if (!(name.EndsWith("PRIVATE KEY"u8) || name.EndsWith("PRIVATE KEY BLOCK"u8)) || !reader.TakeExact("-----"u8))
        {
            return reader.Miss;
        }

        var start = reader.Position;
        for (var i = 0; i <= MostHeaders; i++)
        {
            var line = KeyLines.Read(reader.Window, reader.Position, reader.IsFinal);
            switch (line.Kind)
            {
                case KeyLineKind.Unknown:
                    return RuleMatch.Wait;
                case KeyLineKind.Body:
                    return RuleMatch.Of(start, line.End, KeyTail.AfterLine);
                case KeyLineKind.Long:
                    return RuleMatch.Of(start, line.End, KeyTail.InRun);
                case KeyLineKind.Closing:
                    return RuleMatch.None;
                default:
                    if (!TakeHeader(ref reader))
                    {
                        return reader.Miss;
                    }

                    break;
            }
        }

        return RuleMatch.None;
    }

    /// <summary>
    /// Reads a line between BEGIN and the body: <c>Proc-Type: 4,ENCRYPTED</c>, an empty one, or one that holds nothing but a prefix.
    /// A line with a marker was judged before: whether it was a header can no longer be told.
    /// </summary>
    private static bool TakeHeader(ref RuleReader reader)
    {
        var start = KeyLines.SkipBreaks(reader.Window, reader.Position, out _);
        var at = start;
        while (at < start + LongestHeader)
        {
            var rest = reader.Window[at..];
            var stop = rest.IndexOfAny((byte)'\n', (byte)'\\', (byte)'[');
            at += stop < 0 ? rest.Length : stop;
            reader.Position = at;
            if (reader.Peek() == 0 || reader.IsAtMarker())
            {
                return false;
            }

            if (reader.Window[at] == (byte)'\n' || KeyLines.BreakLength(reader.Window, at) > 0)
            {
                var line = reader.Window[start..at];
                return line.IndexOf(": "u8) >= 0 || IsPrefix(line);
            }

            at++;
        }

        return false;
    }

    private static bool IsPrefix(ReadOnlySpan<byte> line)
    {
        var text = line.Trim(" \t\r"u8);
        return text.Length <= LongestPrefix && (text.IsEmpty || !ByteClass.Letters.Contains(text[^1]) || !text.ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }
}
