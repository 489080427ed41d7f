using System.Buffers.Text;
using System.Text;

namespace Bench.Fixtures.Intake;

/// <summary>A text of JSON without its escapes, and where each of its bytes is written.</summary>
internal static class JsonEscapes
{
    /// <summary>The most bytes that stand for one byte of a text.</summary>
    public const int LongestEscape = UnicodeLength;

    private const int UnicodeLength = 6;

    /// <summary>Reads a text that stands between quotes; what is no escape stays as it is.</summary>
    /// <param name="raw">The bytes as they are written.</param>
    /// <param name="at">Where they begin in what they are taken from.</param>
    /// <param name="text">Receives the bytes that they stand for, in UTF-8.</param>
    /// <param name="places">Receives for each of these where it is written, and in how many bytes; null when nobody asks.</param>
    public static void Read(ReadOnlySpan<byte> raw, long at, List<byte> text, List<(long At, int Length)>? places)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (raw.Length > 0)
        {
            var plain = raw.IndexOf((byte)'\\') is var escape and >= 0 ? escape : raw.Length;
            text.AddRange(raw[..plain]);
            for (var i = 0; places is not null && i < plain; i++)
            {
                places.Add((at + i, 1));
            }

            raw = raw[plain..];
            at += plain;
            if (raw.Length > 0)
            {
                var length = ReadEscape(raw, utf8, out var written);
                text.AddRange(utf8[..written]);
                for (var i = 0; places is not null && i < written; i++)
                {
                    places.Add((at, length));
                }

                raw = raw[length..];
                at += length;
            }
        }
    }

    private static int ReadEscape(ReadOnlySpan<byte> raw, Span<byte> utf8, out int written)
    {
        if (raw.Length > 1 && raw[1] == (byte)'u' && TryUnit(raw, out var unit))
        {
            var isPair = char.IsHighSurrogate(unit) && TryUnit(raw[UnicodeLength..], out var low) && char.IsLowSurrogate(low);
            var rune = isPair ? new Rune(unit, Unit(raw[UnicodeLength..])) : Rune.IsValid(unit) ? new Rune(unit) : Rune.ReplacementChar;
            written = rune.EncodeToUtf8(utf8);
            return isPair ? 2 * UnicodeLength : UnicodeLength;
        }

        written = 1;
        utf8[0] = raw.Length < 2 ? raw[0] : (char)raw[1] switch
        {
            'b' => (byte)'\b',
            'f' => (byte)'\f',
            'n' => (byte)'\n',
            'r' => (byte)'\r',
            't' => (byte)'\t',
            _ => raw[1],
        };
        return Math.Min(2, raw.Length);
    }

    private static char Unit(ReadOnlySpan<byte> raw) => TryUnit(raw, out var unit) ? unit : default;

    private static bool TryUnit(ReadOnlySpan<byte> raw, out char unit)
    {
        unit = default;
        if (raw.Length < UnicodeLength || raw[0] != (byte)'\\' || raw[1] != (byte)'u' || !Utf8Parser.TryParse(raw[2..UnicodeLength], out ushort value, out var read, 'x') || read != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
