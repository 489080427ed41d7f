using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>Secrets that are known by the name before them; the name stays.</summary>
internal static class NamedValues
{
    /// <summary>The names of environment variables and constants.</summary>
    public static IReadOnlyList<RuleAnchor> UpperCase { get; } =
    [
        .. SecretNames.Plain.Select(n => Anchor(n, (ref reader, ending) => MatchUpperCase(ref reader, ending, isPlain: true))),
        .. SecretNames.Endings.Select(n => Anchor(n, (ref reader, ending) => MatchUpperCase(ref reader, ending, isPlain: false))),
    ];

    /// <summary>All other spellings: of settings, of JSON, of options, of parameters in URLs.</summary>
    public static IReadOnlyList<RuleAnchor> OtherCase { get; } = [.. SecretNames.Plain.Append("_auth").Select(n => Anchor(n, MatchOtherCase))];

    private delegate RuleMatch NameMatcher(ref RuleReader reader, ReadOnlySpan<byte> ending);

    /// <summary>
    /// A value that a marker ends was longer once, and was judged then: judging its rest would make redacting twice differ from redacting once.
    /// </summary>
    public static RuleMatch Decide(ref RuleReader reader, bool isSecret, ValueHead head, ValueTail tail) =>
        !isSecret || reader.HoldsMarker(head) || reader.IsShort ? reader.Miss : RuleMatch.Of(head.Start, head.End, head.Continues ? tail : null);

    private static RuleMatch MatchUpperCase(ref RuleReader reader, ReadOnlySpan<byte> ending, bool isPlain)
    {
        // Most names are in lower case, and all are looked at.
        var first = reader.Window[reader.Position + (ending[0] == (byte)'_' ? 1 : 0)];
        if (first is >= (byte)'a' and <= (byte)'z'
            || !SecretNames.TryTake(ref reader, ending, out var name)
            || !name.IsUpper
            || !NameSeparator.TryTake(ref reader, name, out var separator))
        {
            return reader.Miss;
        }

        var tail = separator.Tail;
        var head = reader.TakeHead(tail);
        var value = reader.Bytes(head);
        var isPath = head.Length > 0 && value[0] is (byte)'/' or (byte)'.' or (byte)'~';
        var isSecret = isPlain && !separator.IsSpaced && !separator.IsPair && !isPath ? ValueShape.IsKey(value)
            : ValueShape.IsRandom(value) || (name.IsPassword && ValueShape.IsPassword(value));
        return Decide(ref reader, isSecret && !(isPath && name.IsDirectory) && !IsCode(ref reader, head, separator), head, tail);
    }

    private static RuleMatch MatchOtherCase(ref RuleReader reader, ReadOnlySpan<byte> ending)
    {
        if (!SecretNames.TryTake(ref reader, ending, out var name) || name.IsUpper || !NameSeparator.TryTake(ref reader, name, out var separator))
        {
            return reader.Miss;
        }

        var tail = separator.Tail;
        var head = reader.TakeHead(tail);
        if (name.IsDirectory && head.Length > 0 && reader.Window[head.Start] == (byte)'/')
        {
            return reader.Miss;
        }

        var isSecret = ValueShape.IsRandom(reader.Bytes(head)) || (name.IsPassword && ValueShape.IsPassword(reader.Bytes(head)));
        return Decide(ref reader, isSecret && !IsCode(ref reader, head, separator), head, tail);
    }

    /// <summary>Whether a call or an index follows: <c>token = parse2(x)</c>.</summary>
    private static bool IsCode(ref RuleReader reader, ValueHead head, NameSeparator separator) =>
        !separator.IsQuoted && !head.Continues && (reader.Peek() == (byte)'(' || (reader.Peek() == (byte)'[' && !reader.IsAtMarker()));

    private static RuleAnchor Anchor(string name, NameMatcher match)
    {
        var ending = Encoding.ASCII.GetBytes(name);
        return new RuleAnchor(ending, (ref reader) => match(ref reader, ending));
    }
}
