using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>Secrets with an inner structure: private key blocks, JSON Web Tokens, Z.AI keys.</summary>
internal static class KeyBlocks
{
    private const int LongestLabel = 48;
    private const int LongestHeader = 128;
    private const int MostHeaders = 4;
    private const int LeastKeyBody = 16;
    private const int LongestJwtHeader = 1024;
    private const int LeastJwtPart = 8;
    public const int ZaiIdLength = 32;
    private const int ZaiSecretLength = 16;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    public static RuleMatch MatchPrivateKey(ref RuleReader reader)
    {
        if (!reader.TakeExact("-----BEGIN "u8))
        {
            return reader.Miss;
        }

        var label = reader.TakeHead(ByteClass.KeyLabel, LongestLabel);
        var name = reader.Window[label.Start..label.End];
        if (!(name.EndsWith("PRIVATE KEY"u8) || name.EndsWith("PRIVATE KEY BLOCK"u8)) || !reader.TakeExact("-----"u8))
        {
            return reader.Miss;
        }

        var start = reader.Position;
        if (!TakeHeaders(ref reader))
        {
            return reader.Miss;
        }

        var body = reader.TakeHead(ByteClass.Base64, LeastKeyBody);
        return reader.IsShort || body.Length < LeastKeyBody ? reader.Miss : RuleMatch.Of(start, body.End, ByteClass.KeyBody);
    }

    public static RuleMatch MatchJwt(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!WordStart.Is(reader.Window, start) || !reader.TakeExact("eyJ"u8))
        {
            return reader.Miss;
        }

        var header = reader.TakeHead(ByteClass.Word, LongestJwtHeader);
        if (header.Length < LeastJwtPart || !reader.Take('.') || !reader.TakeExact("eyJ"u8))
        {
            return reader.Miss;
        }

        var payload = reader.TakeHead(ByteClass.Word, LeastJwtPart);
        return reader.IsShort || payload.Length < LeastJwtPart ? reader.Miss : RuleMatch.Of(start, payload.End, ByteClass.Dotted);
    }

    /// <summary>Judges a dot that may stand between the id and the secret of a Z.AI key.</summary>
    public static RuleMatch MatchZai(ReadOnlySpan<byte> window, int dot, bool isFinal)
    {
        var start = dot - ZaiIdLength;
        if (start < 0 || !IsHex(window[dot - 1]) || !IsHex(window[start]) || window[start..dot].ContainsAnyExcept(HexDigits) || !WordStart.Is(window, start))
        {
            return RuleMatch.None;
        }

        var reader = new RuleReader(window, dot + 1, isFinal);
        var secret = reader.TakeHead(ByteClass.Letters, ZaiSecretLength);
        var isKey = secret.Length == ZaiSecretLength && reader.IsAtEndOf(ByteClass.Word) && ValueShape.HasDigit(window[secret.Start..secret.End]);
        return reader.IsShort || !isKey ? reader.Miss : RuleMatch.Of(start, secret.End);
    }

    /// <summary>Where the id of a Z.AI key may begin whose dot has not come yet; the window's length if nowhere.</summary>
    public static int PendingZai(ReadOnlySpan<byte> window, int from)
    {
        var pending = window.Length;
        var least = Math.Max(from, window.Length - ZaiIdLength);
        for (var start = window.Length - 1; start >= least && IsHex(window[start]); start--)
        {
            // The last digits of an escape such as %22 look like the id's own: every word start counts.
            pending = WordStart.Is(window, start) ? start : pending;
        }

        return pending;
    }

    private static bool IsHex(byte value) => value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f');

    /// <summary>
    /// Reads what stands between BEGIN and the body: white space and headers such as <c>Proc-Type: 4,ENCRYPTED</c>.
    /// False when a marker cuts a line: whether that was a header can no longer be told, and the text was judged before.
    /// </summary>
    private static bool TakeHeaders(ref RuleReader reader)
    {
        for (var i = 0; i <= MostHeaders; i++)
        {
            reader.Skip(ByteClass.Space, LongestHeader);
            var start = reader.Position;
            var line = reader.TakeHead(ByteClass.KeyHeader, LongestHeader);
            if (reader.IsAtMarker())
            {
                return false;
            }

            if (reader.Window[line.Start..line.End].IndexOf(": "u8) < 0)
            {
                reader.Position = start;
                return true;
            }
        }

        return true;
    }
}
