using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>Tells values that look like a key from words, counts and references.</summary>
internal static class ValueShape
{
    private const int LeastToken = 8;
    private const int LongToken = 16;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789.,:_+-%"u8);

    /// <summary>Whether a digit is among the bytes.</summary>
    public static bool HasDigit(ReadOnlySpan<byte> value) => value.ContainsAnyInRange((byte)'0', (byte)'9');

    /// <summary>
    /// At least 8 bytes, with a digit or 16 bytes long: not a word such as "required", not a count, not a variable or its name, not a URL.
    /// </summary>
    public static bool IsToken(ReadOnlySpan<byte> value) =>
        value.Length >= LeastToken
        && value[0] is not ((byte)'$' or (byte)'%')
        && (HasDigit(value) || value.Length >= LongToken)
        && !IsNumber(value)
        && !IsVariableName(value)
        && value.IndexOf("://"u8) < 0;

    /// <summary>Digits and the punctuation of counts, versions and durations alone.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> value) => !value.ContainsAnyExcept(NumberBytes);

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
