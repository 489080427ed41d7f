using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>What a line is to a private key's block.</summary>
internal enum KeyLineKind
{
    /// <summary>No part of it.</summary>
    Other,

    /// <summary>The bytes known so far cannot tell.</summary>
    Unknown,

    /// <summary>Base64, long enough to be nothing else.</summary>
    Body,

    /// <summary>Base64 without an end: the key stands on one line, which is decided as it comes.</summary>
    Long,

    /// <summary>A few characters, as the last line of a key has; or a word.</summary>
    Short,

    /// <summary>The line that closes the block.</summary>
    Closing,
}

/// <summary>A line.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="End">After its base64; of a closing line, where the dashes begin.</param>
internal readonly record struct KeyLine(KeyLineKind Kind, int End);

/// <summary>
/// Reads the lines of a private key, whatever a program has put around each: line numbers, diff and quote signs, the name of a service,
/// a timestamp, terminal colours, the quotes of an array. Breaks between lines are plain or escaped.
/// </summary>
internal static class KeyLines
{
    private const int LongRun = 1024;
    private const int LongestPrefix = 96;
    private const int LongestGap = 64;
    private const int LongestColour = 12;
    private const int LeastRun = 16;
    private const int LeastPlainRun = 40;

    private static readonly SearchValues<byte> Between = SearchValues.Create(" \t\r\n\"'`,;\\"u8);

    /// <summary>Reads one line.</summary>
    /// <param name="window">The bytes known so far.</param>
    /// <param name="from">Where the line before ends; its break has not been read.</param>
    /// <param name="isFinal">No bytes follow the window.</param>
    public static KeyLine Read(ReadOnlySpan<byte> window, int from, bool isFinal)
    {
        var at = SkipBreaks(window, from, out var quotes);
        var limit = Math.Min(window.Length, at + LongestPrefix);
        while (at < limit)
        {
            var value = window[at];
            if (value == (byte)'-' && MayBegin(window, at, "-----END"u8, isFinal) is not false)
            {
                return new KeyLine(MayBegin(window, at, "-----END"u8, isFinal) is true ? KeyLineKind.Closing : KeyLineKind.Unknown, at);
            }

            if (value is (byte)'\n' or (byte)'{' or (byte)'}' || BreakLength(window, at) > 0 || window[at..].StartsWith("-----BEGIN"u8))
            {
                return new KeyLine(KeyLineKind.Other, at);
            }

            if (!ByteClass.Base64.Contains(value))
            {
                quotes += IsQuote(value) ? 1 : 0;
                at++;
                continue;
            }

            var run = ReadRun(window, at, isFinal, isBalanced: quotes % 2 == 0);
            if (run.Kind != KeyLineKind.Other)
            {
                return run;
            }

            at = run.End;
        }

        return new KeyLine(limit == window.Length && !isFinal ? KeyLineKind.Unknown : KeyLineKind.Other, at);
    }

    /// <summary>Reads what stands between the base64 of two lines, up to what may be a prefix.</summary>
    public static int SkipBreaks(ReadOnlySpan<byte> window, int from, out int quotes)
    {
        quotes = 0;
        var at = from;
        while (at < window.Length && at < from + LongestGap)
        {
            var skipped = BreakLength(window, at);
            skipped = skipped == 0 && window[at] is 0x1b or (byte)'\\' ? ColourLength(window, at) ?? 0 : skipped;
            var joins = window[at] == (byte)'+' && at + 1 < window.Length && window[at + 1] is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\\';
            if (skipped == 0 && !joins && !Between.Contains(window[at]))
            {
                return at;
            }

            quotes += IsQuote(window[at]) ? 1 : 0;
            at += Math.Max(1, skipped);
        }

        return at;
    }

    /// <summary>Length of an escaped line break that begins there: <c>\n</c>, <c>\\r</c>; 0 when none does.</summary>
    public static int BreakLength(ReadOnlySpan<byte> window, int at)
    {
        var letter = at;
        while (letter < window.Length && letter < at + 9 && window[letter] == (byte)'\\')
        {
            letter++;
        }

        return letter > at && letter < window.Length && window[letter] is (byte)'n' or (byte)'r' && letter > at ? letter + 1 - at : 0;
    }

    private static KeyLine ReadRun(ReadOnlySpan<byte> window, int at, bool isFinal, bool isBalanced)
    {
        var isWhole = window.Length - at >= LongRun;
        var end = ByteClass.Base64.RunEnd(isWhole ? window[..(at + LongRun)] : window, at, isFinal && !isWhole, out var isOpen);
        if (isOpen)
        {
            // A long run counts whatever follows; it ends where a quote or a break ends it.
            var kind = !isWhole ? KeyLineKind.Unknown : isBalanced ? KeyLineKind.Long : KeyLineKind.Other;
            return new KeyLine(kind, kind == KeyLineKind.Unknown ? at : end);
        }

        var isKey = isBalanced && (end - at >= LeastPlainRun || (end - at >= LeastRun && HasSign(window[at..end])));
        return EndsLine(window, end, isFinal, isBlankEnough: isKey && end - at >= LeastPlainRun) switch
        {
            null => new KeyLine(KeyLineKind.Unknown, at),
            true => new KeyLine(isKey ? KeyLineKind.Body : KeyLineKind.Short, end),
            false => new KeyLine(KeyLineKind.Other, end),
        };
    }

    /// <summary>Whether nothing but blanks and colours stands between a place and the end of its line, or of its literal; null when that is unknown.</summary>
    private static bool? EndsLine(ReadOnlySpan<byte> window, int from, bool isFinal, bool isBlankEnough)
    {
        var at = from;
        while (at < window.Length && at < from + LongestGap)
        {
            var value = window[at];
            if (value is (byte)'\n' or (byte)'\r' || IsQuote(value) || (value == (byte)' ' && isBlankEnough) || MayBegin(window, at, "-----"u8, isFinal) is true)
            {
                return true;
            }

            if (value is (byte)' ' or (byte)'\t')
            {
                at++;
            }
            else if (value == (byte)'\\')
            {
                // A break, a quote, a colour; else the line goes on.
                var after = at + window[at..].IndexOfAnyExcept((byte)'\\');
                if (after < at)
                {
                    return isFinal ? true : null;
                }

                if (window[after] is (byte)'n' or (byte)'r' or (byte)'\n' || IsQuote(window[after]))
                {
                    return true;
                }

                if (ColourLength(window, at) is not { } length)
                {
                    return isFinal || window.Length - at > LongestColour ? false : null;
                }

                at += length;
            }
            else if (value == 0x1b && ColourLength(window, at) is { } length)
            {
                at += length;
            }
            else
            {
                return value is 0x1b or (byte)'-' && !isFinal && window.Length - at <= LongestColour ? null : false;
            }
        }

        return at < window.Length ? false : isFinal ? true : null;
    }

    /// <summary>Length of a terminal colour that begins there, plain or escaped; null when none does.</summary>
    private static int? ColourLength(ReadOnlySpan<byte> window, int at)
    {
        var bracket = window[at..].IndexOf((byte)'[');
        if (bracket is < 0 or > 8)
        {
            return null;
        }

        var end = bracket + 1;
        while (at + end < window.Length && end < bracket + LongestColour && window[at + end] is (>= (byte)'0' and <= (byte)'9') or (byte)';')
        {
            end++;
        }

        return at + end < window.Length && window[at + end] is (byte)'m' or (byte)'K' ? end + 1 : null;
    }

    private static bool? MayBegin(ReadOnlySpan<byte> window, int at, ReadOnlySpan<byte> text, bool isFinal)
    {
        var rest = window[at..];
        return rest.StartsWith(text) ? true : isFinal || rest.Length >= text.Length || !text.StartsWith(rest) ? false : null;
    }

    private static bool HasSign(ReadOnlySpan<byte> value) => ValueShape.HasDigit(value) || value.ContainsAny((byte)'+', (byte)'/', (byte)'=');

    private static bool IsQuote(byte value) => value is (byte)'"' or (byte)'\'' or (byte)'`';
}
