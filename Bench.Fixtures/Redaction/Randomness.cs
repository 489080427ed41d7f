namespace Bench.Fixtures.Redaction;

/// <summary>
/// Counts what words, names and paths have little of and random text has much of: pairs of letters that are uncommon in words, changes between
/// letters and digits, capitals inside words, special signs.
/// </summary>
internal static class Randomness
{
    private const int Least = 8;
    private const int Short = 12;
    private const int Long = 24;

    private static readonly Kind[] Kinds = [.. Enumerable.Range(0, 256).Select(KindOf)];

    private enum Kind : byte
    {
        Neutral,
        Lower,
        Upper,
        Digit,
        Special,
    }

    /// <summary>Whether the text looks random. Anything but ASCII letters, digits and some signs counts for nothing.</summary>
    public static bool IsRandom(ReadOnlySpan<byte> value)
    {
        if (value.Length < Least)
        {
            return false;
        }

        var surprises = Surprises(value);
        var percent = value.Length < Short ? 38 : value.Length < Long ? 27 : 23;
        return surprises >= 4 && surprises * 100 >= percent * value.Length;
    }

    /// <summary>How often the text does what words do seldom.</summary>
    public static int Surprises(ReadOnlySpan<byte> value)
    {
        var surprises = 0;
        var before = Kind.Neutral;
        for (var i = 0; i < value.Length; i++)
        {
            var kind = Kinds[value[i]];
            surprises += kind switch
            {
                Kind.Special => 1,
                Kind.Digit => before is Kind.Lower or Kind.Upper ? 1 : 0,
                Kind.Lower or Kind.Upper when before == Kind.Digit => 1,
                Kind.Upper when before == Kind.Lower => IsHump(value, i) ? 0 : 1,
                Kind.Lower or Kind.Upper when before is Kind.Lower or Kind.Upper => IsUncommon(value[i - 1], value[i]) ? 1 : 0,
                _ => 0,
            };
            before = kind;
        }

        return surprises;
    }

    /// <summary>A capital that begins a word: <c>nextToken</c>.</summary>
    private static bool IsHump(ReadOnlySpan<byte> value, int at) => at + 1 < value.Length && Kinds[value[at + 1]] == Kind.Lower;

    // An alphabet is not random.
    private static bool IsUncommon(byte first, byte second) => second - first is not (0 or 1) && !LetterPairs.AreCommon(first, second);

    private static Kind KindOf(int value) => (char)value switch
    {
        >= 'a' and <= 'z' => Kind.Lower,
        >= 'A' and <= 'Z' => Kind.Upper,
        >= '0' and <= '9' => Kind.Digit,
        '!' or '#' or '$' or '^' or '&' or '*' or '~' or '|' or ';' or '?' or '@' or '+' or '\\' => Kind.Special,
        _ => Kind.Neutral,
    };
}
