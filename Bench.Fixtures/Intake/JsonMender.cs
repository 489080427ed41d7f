using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Bench.Fixtures.Intake;

/// <summary>
/// Puts U+FFFD in the place of what is no Unicode in JSON: of bytes that are no UTF-8 (one for each maximal part, as the WHATWG's decoder does), and of
/// an escape that is half a surrogate pair without its other half. Linear; JSON with neither is looked at and not copied.
/// </summary>
internal static class JsonMender
{
    // \uD83D
    private const int EscapeLength = 6;

    /// <summary>The mended JSON; null when there is nothing to mend.</summary>
    public static byte[]? Mend(ReadOnlySpan<byte> json)
    {
        var copy = Utf8.IsValid(json) ? null : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        var text = copy ?? json;
        for (var at = NextHalf(text, 0); at >= 0; at = NextHalf(text, at + EscapeLength))
        {
            if (copy is null)
            {
                copy = json.ToArray();
                text = copy;
            }

            // Of the same length, so every later place stays where it is.
            "\\ufffd"u8.CopyTo(copy.AsSpan(at));
        }

        return copy;
    }

    /// <summary>Where the next escape stands that is half a pair; -1 when there is none.</summary>
    private static int NextHalf(ReadOnlySpan<byte> json, int from)
    {
        while (true)
        {
            var found = json[from..].IndexOf("\\u"u8);
            if (found < 0)
            {
                return -1;
            }

            var at = from + found;
            if (IsEscaped(json[from..at]))
            {
                from = at + 2;
            }
            else if (UnitAt(json, at) is not { } unit || !char.IsSurrogate((char)unit))
            {
                from = at + 2;
            }
            else if (char.IsHighSurrogate((char)unit) && UnitAt(json, at + EscapeLength) is { } next && char.IsLowSurrogate((char)next))
            {
                from = at + (2 * EscapeLength);
            }
            else
            {
                return at;
            }
        }
    }

    // A backslash behind an odd number of others is itself escaped: \\ud83d is a backslash and a word.
    private static bool IsEscaped(ReadOnlySpan<byte> before) => (before.Length - (before.LastIndexOfAnyExcept((byte)'\\') + 1)) % 2 == 1;

    private static int? UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length
        && json[at] == '\\'
        && json[at + 1] == 'u'
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var length, 'x')
        && length == 4 ? unit : null;
}
