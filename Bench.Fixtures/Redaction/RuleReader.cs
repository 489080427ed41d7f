namespace Bench.Fixtures.Redaction;

/// <summary>What a rule says about one place in the text.</summary>
/// <param name="Verdict">Whether it matches.</param>
/// <param name="Start">First byte to replace.</param>
/// <param name="End">After the last byte to replace, as far as the rule looked.</param>
/// <param name="Tail">How the value goes on from <paramref name="End"/>; null when it ends there.</param>
internal readonly record struct RuleMatch(RuleVerdict Verdict, int Start, int End, ValueTail? Tail)
{
    public static RuleMatch None => default;

    public static RuleMatch Wait => new(RuleVerdict.Wait, 0, 0, null);

    public static RuleMatch Of(int start, int end, ValueTail? tail = null) => new(RuleVerdict.Match, start, end, tail);
}

/// <summary>The answer of a rule.</summary>
internal enum RuleVerdict
{
    /// <summary>No secret here, whatever follows.</summary>
    None,

    /// <summary>The bytes known so far cannot tell.</summary>
    Wait,

    /// <summary>A secret, whatever follows.</summary>
    Match,
}

/// <summary>The first bytes of a value; rules decide on these alone, so that a value of any length needs little memory.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">After the last byte looked at.</param>
/// <param name="Continues">The value may go on after <paramref name="End"/>.</param>
internal readonly record struct ValueHead(int Start, int End, bool Continues)
{
    public int Length => End - Start;
}

/// <summary>
/// Reads forward from an anchor. Reading past the bytes known so far sets <see cref="IsShort"/>: the rule then waits,
/// so a verdict never depends on how the text was cut into chunks.
/// </summary>
internal ref struct RuleReader
{
    /// <summary>How much of a value a rule looks at, in bytes.</summary>
    public const int HeadLimit = 64;


    public RuleReader(ReadOnlySpan<byte> window, int position, bool isFinal)
    {
        Window = window;
        Position = position;
        IsFinal = isFinal;
    }

    /// <summary>All bytes known, with those before the anchor.</summary>
    public ReadOnlySpan<byte> Window { get; }

    /// <summary>No bytes follow the window.</summary>
    public bool IsFinal { get; }

    /// <summary>The next byte to read.</summary>
    public int Position { get; set; }

    /// <summary>A read ran into the end of the bytes known so far.</summary>
    public bool IsShort { get; private set; }

    /// <summary>The verdict of a rule that gives up here.</summary>
    public readonly RuleMatch Miss => IsShort ? RuleMatch.Wait : RuleMatch.None;

    /// <summary>The next byte without reading it; 0 at the end.</summary>
    public byte Peek()
    {
        if (Position < Window.Length)
        {
            return Window[Position];
        }

        IsShort |= !IsFinal;
        return 0;
    }

    /// <summary>Reads the byte if it is next.</summary>
    public bool Take(char expected)
    {
        if (Peek() != (byte)expected)
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>Reads the text if it is next, exactly.</summary>
    public bool TakeExact(scoped ReadOnlySpan<byte> expected) => TakeText(expected, ignoreCase: false);

    /// <summary>Reads the text if it is next; <paramref name="lowerCase"/> is compared without regard to ASCII case.</summary>
    public bool TakeAnyCase(scoped ReadOnlySpan<byte> lowerCase) => TakeText(lowerCase, ignoreCase: true);

    /// <summary>Reads members of the class, at most <paramref name="limit"/> bytes, and returns how many bytes were read.</summary>
    public int Skip(ByteClass members, int limit)
    {
        var head = TakeHead(members, limit);
        return head.Length;
    }

    /// <summary>Reads the beginning of a value.</summary>
    public ValueHead TakeHead(ValueTail value, int limit = HeadLimit)
    {
        var start = Position;
        var isWhole = Window.Length - start >= limit;
        var end = isWhole
            ? value.End(Window[..(start + limit)], start, isFinal: false, out var next)
            : value.End(Window, start, IsFinal, out next);
        IsShort |= next is not null && !isWhole;
        Position = end;
        return new ValueHead(start, end, next is not null && isWhole);
    }

    /// <summary>The bytes of a value's beginning.</summary>
    public readonly ReadOnlySpan<byte> Bytes(ValueHead head) => Window[head.Start..head.End];

    /// <summary>Whether a redaction marker begins among the bytes or right after them.</summary>
    public bool HoldsMarker(ValueHead head)
    {
        var position = Position;
        var isMarker = false;
        for (Position = head.Start; Position <= head.End && !isMarker; Position++)
        {
            isMarker = (Position == head.End || Window[Position] == (byte)'[') && IsAtMarker();
        }

        Position = position;
        return isMarker;
    }

    /// <summary>Whether no further byte of the class, and no redaction marker, follows at once.</summary>
    public bool IsAtEndOf(ByteClass members)
    {
        var next = Peek();
        if (next == (byte)'[')
        {
            return !IsAtMarker();
        }

        return Position >= Window.Length || !members.Contains(next);
    }

    /// <summary>Whether a redaction marker follows.</summary>
    public bool IsAtMarker()
    {
        var at = Position;
        var isMarker = TakeExact(RedactionMarker.Opening);
        Position = at;
        return isMarker;
    }

    private bool TakeText(scoped ReadOnlySpan<byte> expected, bool ignoreCase)
    {
        var rest = Window[Position..];
        var known = Math.Min(rest.Length, expected.Length);
        for (var i = 0; i < known; i++)
        {
            var value = rest[i];
            if (value != expected[i] && !(ignoreCase && value is >= (byte)'A' and <= (byte)'Z' && value + 32 == expected[i]))
            {
                return false;
            }
        }

        if (known < expected.Length)
        {
            IsShort |= !IsFinal;
            return false;
        }

        Position += expected.Length;
        return true;
    }
}
