using System.Buffers;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>A stretch of the text that is replaced.</summary>
/// <param name="Anchor">Where it was recognised; never after <paramref name="Start"/>.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">After the last byte known to belong to it.</param>
/// <param name="Order">The rule's place in <see cref="RuleIndex.Ids"/>.</param>
/// <param name="Tail">It goes on as long as bytes of this class follow; null when it ends at <paramref name="End"/>.</param>
/// <param name="IsMarked">Its marker has been written already.</param>
internal readonly record struct SecretSpan(int Anchor, int Start, int End, int Order, ByteClass? Tail, bool IsMarked);

/// <summary>Known secrets and rules, made ready for searching. Immutable; shared by all streams of a redactor.</summary>
internal sealed class RuleIndex
{
    private const int LongestKnownAnchor = 8;

    private readonly byte[][][] formsByFirst = Group<byte[]>();
    private readonly (int Order, RuleMatcher Match)[][] rulesByFirst = Group<(int, RuleMatcher)>();
    private readonly string[][] anchorsByFirst = Group<string>();
    private readonly SearchValues<string> ruleAnchors;
    private readonly SearchValues<string> knownAnchors;
    private readonly bool hasForms;
    private readonly int longestAnchor;
    private readonly int zaiOrder;

    /// <summary>Prepares the search.</summary>
    /// <param name="forms">All forms of all known secrets.</param>
    public RuleIndex(IReadOnlyCollection<byte[]> forms)
    {
        var rules = RedactionRules.All;
        Ids = [RedactionRules.KnownSecretId, .. rules.Select(r => r.Id)];
        Markers = [.. Ids.Select(RedactionMarker.Of)];
        zaiOrder = Array.IndexOf(Ids, RedactionRules.ZaiKeyId);
        for (var i = 0; i < rules.Count; i++)
        {
            foreach (var first in rules[i].Anchors.Select(a => a[0]).Distinct())
            {
                Add(rulesByFirst, (byte)first, (i + 1, rules[i].Match));
            }
        }

        foreach (var form in forms)
        {
            Add(formsByFirst, form[0], form);
        }

        hasForms = forms.Count > 0;
        string[] known = [.. forms.Select(f => Encoding.Latin1.GetString(f, 0, Math.Min(f.Length, LongestKnownAnchor))).Distinct(StringComparer.Ordinal)];
        string[] named = [.. rules.SelectMany(r => r.Anchors).Distinct(StringComparer.Ordinal)];
        foreach (var anchor in known.Concat(named))
        {
            Add(anchorsByFirst, (byte)anchor[0], anchor);
        }

        longestAnchor = known.Concat(named).Max(a => a.Length);
        knownAnchors = SearchValues.Create(known, StringComparison.Ordinal);
        ruleAnchors = SearchValues.Create(named, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Rule ids by order; known secrets first.</summary>
    public string[] Ids { get; }

    /// <summary>Markers by order.</summary>
    public byte[][] Markers { get; }

    /// <summary>Adds what is recognised at or after <paramref name="from"/>, and returns where the first undecided place is (the window's length if none).</summary>
    /// <param name="window">Bytes, those before <paramref name="from"/> being context only.</param>
    /// <param name="text">The same as Latin-1 characters: the vectorised search for many texts at once exists for characters only.</param>
    /// <param name="from">First byte to judge.</param>
    /// <param name="isFinal">Nothing follows the window.</param>
    /// <param name="spans">Receives the matches.</param>
    public int Collect(ReadOnlySpan<byte> window, ReadOnlySpan<char> text, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = isFinal ? window.Length : UndecidedTail(window, from);
        undecided = Math.Min(undecided, CollectRules(window, text, from, isFinal, spans));
        undecided = Math.Min(undecided, CollectZai(window, from, isFinal, spans));
        return hasForms ? Math.Min(undecided, CollectKnown(window, text, from, isFinal, spans)) : undecided;
    }

    private int CollectRules(ReadOnlySpan<byte> window, ReadOnlySpan<char> text, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = window.Length;
        for (var at = Next(text, from, ruleAnchors); at >= 0; at = Next(text, at + 1, ruleAnchors))
        {
            foreach (var (order, match) in rulesByFirst[Lower(window[at])])
            {
                var reader = new RuleReader(window, at, isFinal);
                undecided = Math.Min(undecided, Note(match(ref reader), at, order, window.Length, spans));
            }
        }

        return undecided;
    }

    private int CollectKnown(ReadOnlySpan<byte> window, ReadOnlySpan<char> text, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = window.Length;
        for (var at = Next(text, from, knownAnchors); at >= 0; at = Next(text, at + 1, knownAnchors))
        {
            var rest = window[at..];
            foreach (var form in formsByFirst[window[at]])
            {
                if (rest.StartsWith(form))
                {
                    spans.Add(new SecretSpan(at, at, at + form.Length, Order: 0, Tail: null, IsMarked: false));
                }
                else if (!isFinal && rest.Length < form.Length && form.AsSpan().StartsWith(rest))
                {
                    undecided = Math.Min(undecided, at);
                }
            }
        }

        return undecided;
    }

    private int CollectZai(ReadOnlySpan<byte> window, int from, bool isFinal, List<SecretSpan> spans)
    {
        var undecided = isFinal ? window.Length : KeyBlocks.PendingZai(window, from);
        var at = from;
        while (true)
        {
            var dot = window[at..].IndexOf((byte)'.');
            if (dot < 0)
            {
                return undecided;
            }

            dot += at;
            var match = KeyBlocks.MatchZai(window, dot, isFinal);
            if (match.Verdict != RuleVerdict.None)
            {
                undecided = Math.Min(undecided, Note(match, dot - KeyBlocks.ZaiIdLength, zaiOrder, window.Length, spans));
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

    /// <summary>Where the last bytes begin that may be the first ones of an anchor.</summary>
    private int UndecidedTail(ReadOnlySpan<byte> window, int from)
    {
        for (var at = Math.Max(from, window.Length - longestAnchor + 1); at < window.Length; at++)
        {
            var tail = window[at..];
            if (MayBegin(tail, anchorsByFirst[window[at]]) || (window[at] != Lower(window[at]) && MayBegin(tail, anchorsByFirst[Lower(window[at])])))
            {
                return at;
            }
        }

        return window.Length;
    }

    private static bool MayBegin(ReadOnlySpan<byte> tail, string[] anchors)
    {
        foreach (var anchor in anchors)
        {
            if (anchor.Length > tail.Length && Matches(tail, anchor))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares without regard to ASCII case: for known secrets, holding back a little too much does no harm.</summary>
    private static bool Matches(ReadOnlySpan<byte> tail, string anchor)
    {
        for (var i = 0; i < tail.Length; i++)
        {
            if (Lower(tail[i]) != Lower((byte)anchor[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int Next(ReadOnlySpan<char> text, int from, SearchValues<string> anchors)
    {
        var found = text[from..].IndexOfAny(anchors);
        return found < 0 ? -1 : found + from;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value + 32) : value;

    private static T[][] Group<T>()
    {
        var groups = new T[256][];
        Array.Fill(groups, []);
        return groups;
    }

    private static void Add<T>(T[][] groups, byte first, T item) => groups[first] = [.. groups[first], item];
}
