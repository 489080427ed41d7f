namespace Bench.Fixtures.Redaction;

/// <summary>A stretch of the text that is replaced.</summary>
/// <param name="Anchor">Where it was recognised; never after <paramref name="Start"/>.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">After the last byte known to belong to it.</param>
/// <param name="Order">The rule's place in <see cref="RuleIndex.Ids"/>.</param>
/// <param name="Tail">How it goes on; null when it ends at <paramref name="End"/>.</param>
/// <param name="IsMarked">Its marker has been written already.</param>
internal readonly record struct SecretSpan(int Anchor, int Start, int End, int Order, ValueTail? Tail, bool IsMarked);

/// <summary>Known secrets and rules, made ready for searching. Immutable; shared by all streams of a redactor.</summary>
internal sealed class RuleIndex
{
    /// <summary>So many bytes of a known secret must have come before it is looked for.</summary>
    private const int KnownReach = 8;

    private readonly AnchorFinder<Sought> finder = new();
    private readonly byte[][][] beginningsByFirst = new byte[256][][];
    private readonly HashSet<uint> firstThree = [];
    private readonly int longestBeginning;
    private readonly int zaiOrder;

    /// <summary>Prepares the search.</summary>
    /// <param name="forms">All forms of all known secrets.</param>
    public RuleIndex(IReadOnlyCollection<byte[]> forms)
    {
        var rules = RedactionRules.All;
        Ids = [RedactionRules.KnownSecretId, .. rules.Select(r => r.Id)];
        Markers = [.. Ids.Select(RedactionMarker.Of)];
        zaiOrder = Array.IndexOf(Ids, RedactionRules.ZaiKeyId);
        Array.Fill(beginningsByFirst, []);
        foreach (var form in forms)
        {
            Add(new Sought(form, 0, null), KnownReach);
        }

        for (var i = 0; i < rules.Count; i++)
        {
            foreach (var anchor in rules[i].Anchors)
            {
                Add(new Sought(anchor.Text, i + 1, anchor.Match), anchor.Text.Length);
            }
        }

        longestBeginning = beginningsByFirst.Max(texts => texts.Max(t => (int?)t.Length) ?? 0);
    }

    /// <summary>Rule ids by order; known secrets first.</summary>
    public string[] Ids { get; }

    /// <summary>Markers by order.</summary>
    public byte[][] Markers { get; }

    /// <summary>Adds what is recognised at or after <paramref name="from"/>, and returns where the first undecided place is (the window's length if none).</summary>
    /// <param name="window">Bytes, those before <paramref name="from"/> being context only.</param>
    /// <param name="from">First byte to judge.</param>
    /// <param name="isFinal">Nothing follows the window.</param>
    /// <param name="spans">Receives the matches.</param>
    public int Collect(ReadOnlySpan<byte> window, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = isFinal ? window.Length : UndecidedTail(window, from);
        undecided = Math.Min(undecided, CollectAnchored(window, from, isFinal, spans));
        return Math.Min(undecided, CollectZai(window, from, isFinal, spans));
    }

    private int CollectAnchored(ReadOnlySpan<byte> window, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = window.Length;
        for (var place = finder.Next(window, from); place >= 0; place = finder.Next(window, place + 1))
        {
            foreach (ref readonly var anchor in finder.At(window, place))
            {
                var at = place - anchor.Offset;
                if (at >= from)
                {
                    undecided = Math.Min(undecided, Judge(anchor.Value, window, at, isFinal, spans));
                }
            }
        }

        return undecided;
    }

    private static int Judge(in Sought sought, ReadOnlySpan<byte> window, int at, bool isFinal, List<SecretSpan> spans)
    {
        var rest = window[at..];
        if (sought.Match is null)
        {
            var known = rest[..Math.Min(rest.Length, sought.Text.Length)];
            if (!sought.Text.AsSpan().StartsWith(known))
            {
                return window.Length;
            }

            var isWhole = known.Length == sought.Text.Length;
            return Note(isWhole ? RuleMatch.Of(at, at + known.Length) : isFinal ? RuleMatch.None : RuleMatch.Wait, at, 0, window.Length, spans);
        }

        if (!BeginsWith(rest, sought.Text))
        {
            return window.Length;
        }

        var reader = new RuleReader(window, at, isFinal);
        return Note(sought.Match(ref reader), at, sought.Order, window.Length, spans);
    }

    private int CollectZai(ReadOnlySpan<byte> window, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = isFinal ? window.Length : TokenStructures.PendingZai(window, from);
        var at = from;
        while (true)
        {
            var dot = window[at..].IndexOf((byte)'.');
            if (dot < 0)
            {
                return undecided;
            }

            dot += at;
            var match = TokenStructures.MatchZai(window, dot, isFinal);
            if (match.Verdict != RuleVerdict.None)
            {
                undecided = Math.Min(undecided, Note(match, dot - TokenStructures.ZaiIdLength, zaiOrder, window.Length, spans));
            }

            at = dot + 1;
        }
    }

    private static int Note(RuleMatch match, int anchor, int order, int length, List<SecretSpan> spans)
    {
        if (match.Verdict == RuleVerdict.Match)
        {
            spans.Add(new SecretSpan(anchor, match.Start, match.End, order, match.Tail, IsMarked: false));
        }

        return match.Verdict == RuleVerdict.Wait ? anchor : length;
    }

    /// <summary>Where the last bytes begin that may be the first ones of a text that is looked for.</summary>
    private int UndecidedTail(ReadOnlySpan<byte> window, int from)
    {
        for (var at = Math.Max(from, window.Length - longestBeginning + 1); at < window.Length; at++)
        {
            if (window.Length - at >= 3 && !firstThree.Contains(FirstThree(window[at..])))
            {
                continue;
            }

            foreach (var beginning in beginningsByFirst[Lower(window[at])])
            {
                if (beginning.Length > window.Length - at && BeginsWith(beginning, window[at..]))
                {
                    return at;
                }
            }
        }

        return window.Length;
    }

    private void Add(Sought sought, int reach)
    {
        finder.Add(sought.Text, reach, sought);
        var beginning = sought.Text[..Math.Min(reach, sought.Text.Length)];
        firstThree.Add(FirstThree(beginning));
        ref var texts = ref beginningsByFirst[Lower(beginning[0])];
        if (!texts.Any(t => t.AsSpan().SequenceEqual(beginning)))
        {
            texts = [.. texts, beginning];
        }
    }

    /// <summary>Compares without regard to ASCII case: for known secrets, holding back a little too much does no harm.</summary>
    private static bool BeginsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length > text.Length)
        {
            return false;
        }

        for (var i = 0; i < beginning.Length; i++)
        {
            if (Lower(text[i]) != Lower(beginning[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static uint FirstThree(ReadOnlySpan<byte> text) => (uint)(Lower(text[0]) | Lower(text[1]) << 8 | Lower(text[2]) << 16);

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value + 32) : value;

    /// <summary>A text that is looked for.</summary>
    /// <param name="Text">A known secret's form, or a rule's anchor.</param>
    /// <param name="Order">The rule's place in <see cref="Ids"/>.</param>
    /// <param name="Match">The rule; null for a known secret, which is all of the text.</param>
    private readonly record struct Sought(byte[] Text, int Order, RuleMatcher? Match);
}
