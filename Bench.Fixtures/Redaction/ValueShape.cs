using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>Tells values that look like a key from words, counts and references.</summary>
internal static class ValueShape
{
    private const int LeastToken = 8;
    private const int LongToken = 16;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789.,:_+-%"u8);
    private static readonly SearchValues<byte> DateBytes = SearchValues.Create("0123456789.,:_+-%/TtZzWw "u8);
    private static readonly SearchValues<byte> PasswordSigns = SearchValues.Create("!@#$%^&*?"u8);
    private static readonly SearchValues<byte> CodeSigns = SearchValues.Create("(){}[]<>/=:;,|\"'`\\"u8);
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef-"u8);
    private static readonly SearchValues<byte> UpperHex = SearchValues.Create("0123456789ABCDEF-"u8);

    /// <summary>Whether a digit is among the bytes.</summary>
    public static bool HasDigit(ReadOnlySpan<byte> value) => value.ContainsAnyInRange((byte)'0', (byte)'9');

    /// <summary>At least 8 bytes, with a digit or 16 bytes long: not a word such as "required", not a count, not a variable or its name, not a URL.</summary>
    public static bool IsToken(ReadOnlySpan<byte> value) => IsOpaque(value) && (HasDigit(value) || value.Length >= LongToken);

    /// <summary>The same, but letters alone have to be random, however many there are.</summary>
    public static bool IsKey(ReadOnlySpan<byte> value) => IsOpaque(value) && (HasDigit(value) || Randomness.IsRandom(value));

    /// <summary>A token that does not consist of words, numbers and dates.</summary>
    public static bool IsRandom(ReadOnlySpan<byte> value) => IsOpaque(value) && !HasLongRun(value) && (IsHex(value) || Randomness.IsRandom(value));

    /// <summary>What a rule for passwords asks people to choose: small letters, capitals, digits and signs, without a blank; words may be in it.</summary>
    public static bool IsPassword(ReadOnlySpan<byte> value) =>
        IsOpaque(value)
        && value.ContainsAnyInRange((byte)'a', (byte)'z') && value.ContainsAnyInRange((byte)'A', (byte)'Z') && HasDigit(value)
        && value.ContainsAny(PasswordSigns) && !value.ContainsAny(CodeSigns) && !HasLongRun(value);

    /// <summary>Hexadecimal digits, at least 16, as a rule with letters and digits among them; groups may be joined by hyphens.</summary>
    public static bool IsHex(ReadOnlySpan<byte> value) =>
        value.Length >= 16
        && (!value.ContainsAnyExcept(LowerHex) || !value.ContainsAnyExcept(UpperHex))
        && HasDigit(value)
        && (value.ContainsAnyInRange((byte)'a', (byte)'f') || value.ContainsAnyInRange((byte)'A', (byte)'F'))
        && value.IndexOf("12345678"u8) < 0
        && !HasLongRun(value);

    private static bool IsOpaque(ReadOnlySpan<byte> value) =>
        value.Length >= LeastToken
        && !IsPlaceholder(value)
        && value.ContainsAnyExcept(NumberBytes)
        && value.ContainsAnyExcept(DateBytes)
        && !IsVariableName(value)
        && value.IndexOf("://"u8) < 0;

    /// <summary>A reference to a value, or a hint at one: <c>$TOKEN</c>, <c>{env:X}</c>, <c>&lt;key&gt;</c>, <c>%s</c>, <c>***</c>, <c>your-key</c>.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<byte> value) =>
        value[0] is (byte)'$' or (byte)'%' or (byte)'{' or (byte)'<' or (byte)'[' or (byte)'(' or (byte)'*' or (byte)' '
        || value.IndexOf("..."u8) >= 0
        || value.IndexOf("${"u8) >= 0
        || value.IndexOf("{{"u8) >= 0
        || value.Contains((byte)' ');

    /// <summary>A byte six times in a row; escapes pile up backslashes.</summary>
    private static bool HasLongRun(ReadOnlySpan<byte> value)
    {
        var run = 1;
        for (var i = 1; i < value.Length && run < 6; i++)
        {
            run = value[i] == value[i - 1] && value[i] != (byte)'\\' ? run + 1 : 1;
        }

        return run >= 6;
    }

    /// <summary>Upper-case words joined by underscores: a reference such as ZHIPU_API_KEY.</summary>
    private static bool IsVariableName(ReadOnlySpan<byte> value)
    {
        foreach (var item in value)
        {
            if (item is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_'))
            {
                return false;
            }
        }

        return value.Contains((byte)'_');
    }
}
