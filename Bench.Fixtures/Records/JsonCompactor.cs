using System.Buffers;

namespace Bench.Fixtures.Records;

/// <summary>
/// Drops the white space between the tokens of a JSON text and leaves every other byte as it is. An indented record becomes the very
/// line that the journal holds: nothing is parsed and written again, so no number or escape can change its spelling.
/// </summary>
internal static class JsonCompactor
{
    private static readonly SearchValues<byte> WhiteSpaceOrQuote = SearchValues.Create(" \t\r\n\""u8);

    /// <summary>Compacts valid JSON into <paramref name="target"/>, which must hold as many bytes as <paramref name="json"/>.</summary>
    /// <returns>The bytes written.</returns>
    public static int Compact(ReadOnlySpan<byte> json, Span<byte> target)
    {
        var written = 0;
        while (!json.IsEmpty)
        {
            var length = json.IndexOfAny(WhiteSpaceOrQuote);
            length = length < 0 ? json.Length : length;
            json[..length].CopyTo(target[written..]);
            written += length;
            json = json[length..];
            if (json.IsEmpty)
            {
                break;
            }

            var skipped = json[0] == '"' ? StringLength(json) : 0;
            json[..skipped].CopyTo(target[written..]);
            written += skipped;
            json = json[Math.Max(1, skipped)..];
        }

        return written;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        var end = 1;
        while (true)
        {
            end += json[end..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[end] == '"')
            {
                return end + 1;
            }

            end += 2;
        }
    }
}
