namespace Bench.Fixtures.Redaction;

/// <summary>
/// A value without quotes in which <c>&amp;</c> and <c>*</c> may stand. Not at its end, where they belong to a shell or to Markdown, not as <c>&amp;&amp;</c>,
/// and not where the next parameter of a URL or an entity of HTML begins: <c>&amp;user=</c>, <c>&amp;quot;</c>.
/// </summary>
internal sealed class WideToken : ValueTail
{
    private const int LongestName = 48;
    private const int MostBackslashes = 8;
    private const int MostSigns = 4;

    private WideToken()
    {
    }

    private static ReadOnlySpan<byte> Escape => "u0026"u8;

    /// <summary>The only one.</summary>
    public static WideToken Instance { get; } = new();

    public override int End(ReadOnlySpan<byte> window, int from, bool isFinal, out ValueTail? next)
    {
        var at = from;
        while (true)
        {
            at = ByteClass.Token.RunEnd(window, at, isFinal, out var isOpen);
            var sign = isOpen ? 0 : SignLength(window[at..], isFinal, out isOpen);
            var goesOn = sign > 0 ? GoesOn(window[(at + sign)..], isStar: window[at] == (byte)'*', isFinal, out isOpen) : false;
            if (!goesOn)
            {
                next = isOpen ? this : null;
                return at;
            }

            at += sign;
        }
    }

    // Writers of JSON for web pages escape the sign.
    private static int SignLength(ReadOnlySpan<byte> text, bool isFinal, out bool isOpen)
    {
        var slashes = 0;
        while (slashes < text.Length && slashes < MostBackslashes && text[slashes] == (byte)'\\')
        {
            slashes++;
        }

        var rest = text[slashes..];
        isOpen = slashes > 0 && !isFinal && rest.Length < Escape.Length && Escape.StartsWith(rest);
        return slashes > 0 ? (rest.StartsWith(Escape) ? slashes + Escape.Length : 0)
            : rest is [(byte)'&' or (byte)'*', ..] ? 1 : 0;
    }

    private static bool GoesOn(ReadOnlySpan<byte> rest, bool isStar, bool isFinal, out bool isOpen)
    {
        for (var i = 1; i < MostSigns && (rest is [(byte)'*', ..] || (isStar && rest is [(byte)'&', ..])); i++)
        {
            isStar = rest[0] == (byte)'*';
            rest = rest[1..];
        }

        isOpen = rest.IsEmpty && !isFinal;
        if (rest.IsEmpty || !ByteClass.Token.Contains(rest[0]))
        {
            return false;
        }

        var name = 0;
        while (name < rest.Length && name < LongestName && ByteClass.Name.Contains(rest[name]))
        {
            name++;
        }

        isOpen = !isStar && name == rest.Length && name < LongestName && !isFinal;
        return !isOpen && (isStar || name == 0 || name == rest.Length || rest[name] is not ((byte)'=' or (byte)';'));
    }
}
