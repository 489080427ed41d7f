using System.Buffers;
using System.Collections;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// Covers known secrets, in every form in which they may appear, with as many asterisks: what is passed on keeps its length, so that a length said before
/// stays right. Only exact values: what merely looks like a secret may be what a model wrote. Safe to share.
/// </summary>
internal sealed class SecretMask
{
    /// <summary>What stands in place of each byte of a secret.</summary>
    internal const byte Cover = (byte)'*';

    private readonly byte[][] forms;
    private readonly byte[][][] formsByFirst = new byte[256][][];
    private readonly BitArray firstTwo = new(1 << 16);
    private readonly SearchValues<string> index;

    private SecretMask(byte[][] forms)
    {
        this.forms = forms;
        LongestForm = forms[0].Length;
        index = SearchValues.Create([.. forms.Select(Encoding.Latin1.GetString)], StringComparison.Ordinal);
        Array.Fill(formsByFirst, []);
        foreach (var group in forms.GroupBy(f => f[0]))
        {
            formsByFirst[group.Key] = [.. group];
        }

        foreach (var form in forms)
        {
            firstTwo[form[0] << 8 | form[1]] = true;
        }
    }

    /// <summary>The most bytes of a secret in any of its forms.</summary>
    public int LongestForm { get; }

    /// <summary>The mask of these values; null when none is long enough to be told from ordinary text.</summary>
    public static SecretMask? Of(params IEnumerable<string> values)
    {
        byte[][] forms =
        [
            .. values.Where(v => v.Length >= Redactor.MinSecretLength).SelectMany(SecretForms.Of)
                .DistinctBy(Convert.ToBase64String).OrderByDescending(f => f.Length),
        ];
        return forms.Length == 0 ? null : new SecretMask(forms);
    }

    /// <summary>A short text without the secrets; the same instance when there were none.</summary>
    public string Mask(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Find(bytes) is { Count: > 0 } spans ? Encoding.UTF8.GetString(Covered(bytes, spans)) : text;
    }

    /// <summary>Begins a text that comes in pieces.</summary>
    public Text Begin() => new(this);

    /// <summary>Where secrets are; where several overlap, all of them: each is found by itself.</summary>
    internal List<Range> Find(ReadOnlySpan<byte> text)
    {
        var spans = new List<Range>();
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            var chars = rented.AsSpan(0, Encoding.Latin1.GetChars(text, rented));
            for (var from = 0; chars[from..].IndexOfAny(index) is var found and >= 0; from++)
            {
                from += found;
                spans.Add(from..(from + LongestAt(text[from..])));
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented, clearArray: true);
        }

        return spans;
    }

    // The forms are in order of length.
    private int LongestAt(ReadOnlySpan<byte> text)
    {
        foreach (var form in forms)
        {
            if (text.StartsWith(form))
            {
                return form.Length;
            }
        }

        return 0;
    }

    /// <summary>
    /// Whether the end of a piece, with the escapes of JSON as they are written, may hold the beginning of a secret. Of most pieces it says at once that nothing
    /// begins there.
    /// </summary>
    internal bool MayBeginIn(ReadOnlySpan<byte> piece)
    {
        var end = piece[^Math.Min(piece.Length, LongestForm)..];
        return end.Contains((byte)'\\') || OpenLength(end) > 0;
    }

    /// <summary>How many of the last bytes may be the beginning of a secret.</summary>
    internal int OpenLength(ReadOnlySpan<byte> text)
    {
        for (var at = Math.Max(0, text.Length - LongestForm + 1); at < text.Length; at++)
        {
            var rest = text[at..];
            if (rest.Length > 1 && !firstTwo[rest[0] << 8 | rest[1]])
            {
                continue;
            }

            foreach (var form in formsByFirst[rest[0]])
            {
                if (form.Length > rest.Length && form.AsSpan().StartsWith(rest))
                {
                    return rest.Length;
                }
            }
        }

        return 0;
    }

    private static byte[] Covered(ReadOnlySpan<byte> text, List<Range> spans)
    {
        var covered = text.ToArray();
        foreach (var span in spans)
        {
            covered.AsSpan(span).Fill(Cover);
        }

        return covered;
    }

    /// <summary>One text, piece by piece. Bytes are held back only while they may be the beginning of a secret.</summary>
    internal sealed class Text(SecretMask mask)
    {
        private byte[] held = [];

        // Of the bytes held back, those of a secret that began before them.
        private int heldCovered;

        /// <summary>What may be passed on now.</summary>
        /// <param name="piece">The next bytes; may be empty.</param>
        /// <param name="isFinal">Nothing follows.</param>
        public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> piece, bool isFinal)
        {
            var window = held.Length == 0 ? piece : (byte[])[.. held, .. piece.Span];
            var spans = mask.Find(window.Span);
            if (heldCovered > 0)
            {
                spans.Add(..heldCovered);
            }

            var open = isFinal ? 0 : mask.OpenLength(window.Span);
            var ready = window.Length - open;
            held = open == 0 ? [] : window.Span[ready..].ToArray();
            heldCovered = spans.Select(s => s.End.Value - ready).Where(beyond => beyond > 0).DefaultIfEmpty(0).Max();
            return spans.Count == 0 ? window[..ready] : Covered(window.Span, spans).AsMemory(0, ready);
        }
    }
}
