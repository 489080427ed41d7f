namespace Bench.Fixtures.Redaction;

/// <summary>Decides whether a word begins at a place, looking back at most <see cref="Limit"/> bytes.</summary>
internal static class WordStart
{
    /// <summary>How far back a rule may look, in bytes.</summary>
    public const int Limit = 64;

    /// <summary>
    /// Whether a key can begin here: the byte before is no letter, digit, underscore or hyphen, or it is the last byte of an escape
    /// (<c>\n</c>, <c>\u0022</c>, <c>%3D</c>, a terminal colour). A redaction marker counts as part of a word: what stuck to a secret
    /// is judged alike before and after the secret was replaced.
    /// </summary>
    public static bool Is(ReadOnlySpan<byte> window, int at)
    {
        var before = window[Math.Max(0, at - Limit)..at];
        if (before.IsEmpty)
        {
            return true;
        }

        var last = before[^1];
        if (last == (byte)']')
        {
            return !EndsWithMarker(before);
        }

        return !ByteClass.Word.Contains(last) || EndsWithEscape(before);
    }

    private static bool EndsWithMarker(ReadOnlySpan<byte> before)
    {
        var opening = before.LastIndexOf(RedactionMarker.Opening);
        return opening >= 0 && !before[(opening + RedactionMarker.Opening.Length)..^1].ContainsAnyExcept(RedactionMarker.IdBytes);
    }

    private static bool EndsWithEscape(ReadOnlySpan<byte> before)
    {
        var isJson = before.Length >= 2 && before[^2] == (byte)'\\' && before[^1] is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'f' or (byte)'b';
        return isJson || EndsWithHex(before, digits: 4, "\\u"u8) || EndsWithHex(before, digits: 2, "%"u8) || EndsWithColour(before);
    }

    private static bool EndsWithHex(ReadOnlySpan<byte> before, int digits, ReadOnlySpan<byte> prefix)
    {
        if (before.Length < digits + prefix.Length || !before[..^digits].EndsWith(prefix))
        {
            return false;
        }

        foreach (var value in before[^digits..])
        {
            if (!char.IsAsciiHexDigit((char)value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool EndsWithColour(ReadOnlySpan<byte> before)
    {
        if (before[^1] != (byte)'m')
        {
            return false;
        }

        var rest = before[..^1].TrimEnd("0123456789;"u8);
        return rest.Length > 0 && rest[^1] == (byte)'[';
    }
}
