using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>Tokens that are known by dots at the right places: JSON Web Tokens, Z.AI keys.</summary>
internal static class TokenStructures
{
    /// <summary>Length of the part of a Z.AI key before its dot.</summary>
    public const int ZaiIdLength = 32;

    private const int LongestJwtHeader = 1024;
    private const int LeastJwtPart = 8;
    private const int ZaiSecretLength = 16;
    private const int MostCapitals = 3;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

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
        var bytes = reader.Bytes(secret);
        var isKey = secret.Length == ZaiSecretLength && reader.IsAtEndOf(ByteClass.Word) && IsZaiSecret(bytes) && !IsFileName(ref reader);
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

    // Sixteen random letters and digits hold no digit in 6 of 100 keys. Hashes have no capitals, names few.
    private static bool IsZaiSecret(ReadOnlySpan<byte> value) =>
        value.ContainsAnyExcept(HexDigits) && (ValueShape.HasDigit(value) || Randomness.IsRandom(value) || Capitals(value) > MostCapitals);

    private static int Capitals(ReadOnlySpan<byte> value)
    {
        var count = 0;
        foreach (var item in value)
        {
            count += item is >= (byte)'A' and <= (byte)'Z' ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether an ending such as <c>.js</c> follows; a sentence's end is none.</summary>
    private static bool IsFileName(ref RuleReader reader)
    {
        var end = reader.Position;
        var isName = reader.Take('.') && reader.Peek() is >= (byte)'a' and <= (byte)'z';
        reader.Position = end;
        return isName;
    }

    private static bool IsHex(byte value) => value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f');
}
