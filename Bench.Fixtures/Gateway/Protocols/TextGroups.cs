namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>Cuts an answer's text into the pieces of a stream.</summary>
internal static class TextGroups
{
    /// <summary>UTF-16 code units that the scripted model calls one token.</summary>
    public const int CharsPerToken = 4;

    /// <summary>Pieces of <paramref name="groupTokens"/> tokens; a surrogate pair is never cut, since half of one is no valid JSON text.</summary>
    public static IEnumerable<(string Piece, long Tokens)> Cut(string text, int groupTokens)
    {
        var size = groupTokens * CharsPerToken;
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(text.Length, start + size);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
            {
                end++;
            }

            yield return (text[start..end], TokensOf(end - start));
            start = end;
        }
    }

    /// <summary>Tokens of a text: a quarter of its length, rounded up.</summary>
    public static long TokensOf(string text) => TokensOf(text.Length);

    private static long TokensOf(long length) => (length + CharsPerToken - 1) / CharsPerToken;
}
