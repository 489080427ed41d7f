namespace Bench.Fixtures.Redaction;

/// <summary>
/// A value in quotes: it runs to the quote that closes it, or to the end of the line. Quotes inside JSON inside JSON have backslashes before them;
/// a value's own quotes have more of them than the one that opened it.
/// </summary>
internal sealed class QuotedTail : ValueTail
{
    /// <summary>The most backslashes before a quote that are told apart.</summary>
    private const int MostSlashes = 16;

    private static readonly QuotedTail[] Known =
    [
        .. from quote in "\"'`" from slashes in Enumerable.Range(0, MostSlashes + 1) select new QuotedTail((byte)quote, slashes),
    ];

    private readonly byte quote;
    private readonly int slashes;

    private QuotedTail(byte quote, int slashes)
    {
        this.quote = quote;
        this.slashes = slashes;
    }

    /// <summary>What follows an opening quote.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="slashes">The number of backslashes before it.</param>
    public static QuotedTail After(byte quote, int slashes) =>
        Array.Find(Known, t => t.quote == quote && t.slashes == Math.Min(slashes, MostSlashes))!;

    public override int End(ReadOnlySpan<byte> window, int from, bool isFinal, out ValueTail? next)
    {
        next = null;
        var at = from;
        while (true)
        {
            var stop = window[at..].IndexOfAny(quote, (byte)'\n');
            if (stop < 0)
            {
                // The quote that these belong to may come next.
                var pending = isFinal ? 0 : SlashesBefore(window, from, window.Length);
                next = isFinal ? null : this;
                return window.Length - pending;
            }

            at += stop;
            var before = SlashesBefore(window, from, at);
            if (window[at] == (byte)'\n')
            {
                return at;
            }

            if (before > MostSlashes || before < slashes || before % (2 * (slashes + 1)) == slashes)
            {
                return at - Math.Min(before, slashes);
            }

            at++;
        }
    }

    private static int SlashesBefore(ReadOnlySpan<byte> window, int from, int at)
    {
        var count = 0;
        while (count <= MostSlashes && at - count > from && window[at - count - 1] == (byte)'\\')
        {
            count++;
        }

        return count;
    }
}
