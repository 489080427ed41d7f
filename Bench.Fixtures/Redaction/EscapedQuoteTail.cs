using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// A value in quotes that are escapes themselves, <c>\u0022</c> or <c>\u0027</c>: it runs to the one that closes it, to the end of the JSON text
/// around it, or to the end of the line. As with <see cref="QuotedTail"/>, the value's own quotes have more backslashes.
/// </summary>
internal sealed class EscapedQuoteTail : ValueTail
{
    private const int MostSlashes = 16;

    private static readonly EscapedQuoteTail[] Known =
    [
        .. from code in (string[])["u0022", "u0027"] from slashes in Enumerable.Range(1, MostSlashes) select new EscapedQuoteTail(code, slashes),
    ];

    private readonly byte[] code;
    private readonly int slashes;

    private EscapedQuoteTail(string code, int slashes)
    {
        this.code = Encoding.ASCII.GetBytes(code);
        this.slashes = slashes;
    }

    /// <summary>What follows an opening quote.</summary>
    /// <param name="code">The quote, <c>u0022</c> or <c>u0027</c>.</param>
    /// <param name="slashes">The number of backslashes before it, at least one.</param>
    public static EscapedQuoteTail After(ReadOnlySpan<byte> code, int slashes)
    {
        foreach (var tail in Known)
        {
            if (tail.slashes == Math.Min(slashes, MostSlashes) && code.SequenceEqual(tail.code))
            {
                return tail;
            }
        }

        throw new ArgumentException("No quote", nameof(code));
    }

    public override int End(ReadOnlySpan<byte> window, int from, bool isFinal, out ValueTail? next)
    {
        next = null;
        var at = from;
        while (window[at..].IndexOfAny((byte)'\\', (byte)'"', (byte)'\n') is var stop and >= 0)
        {
            at += stop;
            if (window[at] != (byte)'\\')
            {
                return at;
            }

            var start = at;
            at = window[at..].IndexOfAnyExcept((byte)'\\') is var length and >= 0 ? at + length : window.Length;
            var count = Math.Min(at - start, MostSlashes + 1);
            var rest = window[at..];
            if (!isFinal && rest.Length < code.Length && code.AsSpan().StartsWith(rest))
            {
                next = this;
                return at - count;
            }

            if (rest.StartsWith(code) && (count > MostSlashes || count < slashes || count % (2 * (slashes + 1)) == slashes))
            {
                return at - Math.Min(count, slashes);
            }
        }

        next = isFinal ? null : this;
        return window.Length;
    }
}
