using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>
/// Goes through the fields of one JSON object that has no white space between its tokens: a journal line, or a document that
/// <see cref="JsonCompactor"/> compacted. Several times as fast as <see cref="Utf8JsonReader"/>, because it checks only what it needs
/// to find its way: give it JSON of Bench's own, or JSON that was checked.
/// </summary>
internal ref struct CompactJsonReader(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> QuoteOrBracket = SearchValues.Create("\"[]{}"u8);
    private readonly ReadOnlySpan<byte> json = json;
    private int next;

    /// <summary>The field's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The kind of the field's value.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>The value's text, a string's without its quotes; empty for an object or an array.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the value begins in the JSON.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Whether <see cref="Value"/> is a string with escapes in it.</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>Goes on to the next field; false behind the last one.</summary>
    /// <exception cref="JsonException">This is no compact JSON object.</exception>
    public bool Read()
    {
        if (Kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            next = ContainerEnd(ValueStart);
        }

        var rest = json[next..];
        if (rest.Length > 0 && rest[0] == '}')
        {
            return false;
        }

        // {"name":v or ,"name":v
        var nameLength = rest.Length < 5 || rest[0] != (next == 0 ? '{' : ',') || rest[1] != '"' ? -1 : rest[2..].IndexOf((byte)'"');
        if (nameLength < 0 || nameLength + 4 >= rest.Length || rest[nameLength + 3] != ':')
        {
            return IsEmptyObject() ? false : throw Broken();
        }

        Name = rest.Slice(2, nameLength);
        ValueStart = next + nameLength + 4;
        TakeValue(rest[(nameLength + 4)..]);
        return true;
    }

    /// <summary>The JSON of an object or array; empty for another value.</summary>
    public readonly ReadOnlySpan<byte> Container() =>
        Kind is JsonTokenType.StartObject or JsonTokenType.StartArray ? json[ValueStart..ContainerEnd(ValueStart)] : default;

    /// <summary>The value as text; empty when it is no string.</summary>
    /// <exception cref="JsonException">An escape in it is no text.</exception>
    public readonly ReadOnlySpan<byte> Text()
    {
        if (Kind != JsonTokenType.String || !IsEscaped)
        {
            return Kind == JsonTokenType.String ? Value : default;
        }

        var reader = OutsideJson.Read(json.Slice(ValueStart, Value.Length + 2));
        reader.Read();
        return Encoding.UTF8.GetBytes(reader.GetString()!);
    }

    /// <summary>The value as a number; null when it is none.</summary>
    public readonly double? Double() => Kind != JsonTokenType.Number
        ? null
        : ShortDecimal.TryParse(Value, out var number) || Utf8Parser.TryParse(Value, out number, out _) ? number : null;

    /// <summary>The value as a whole number, cut where it has decimals; null when it is none.</summary>
    public readonly long? Integer() => Kind != JsonTokenType.Number
        ? null
        : Utf8Parser.TryParse(Value, out long number, out var length) && length == Value.Length ? number : (long?)Double();

    /// <summary>The value as an exact decimal number; null when it is none.</summary>
    public readonly decimal? Decimal() =>
        Kind == JsonTokenType.Number && Utf8Parser.TryParse(Value, out decimal number, out _, Value.ContainsAny((byte)'e', (byte)'E') ? 'E' : 'G') ? number : null;

    private static JsonException Broken() => new("It is damaged.");

    private readonly bool IsEmptyObject() => next == 0 && json.StartsWith("{}"u8);

    private void TakeValue(ReadOnlySpan<byte> value)
    {
        IsEscaped = false;
        switch (value[0])
        {
            case (byte)'"':
                var length = StringLength(value);
                (Kind, next) = (JsonTokenType.String, ValueStart + length);
                Value = value[1..(length - 1)];
                break;
            case (byte)'n':
                TakeWord(JsonTokenType.Null, 4, value);
                break;
            case (byte)'t':
                TakeWord(JsonTokenType.True, 4, value);
                break;
            case (byte)'f':
                TakeWord(JsonTokenType.False, 5, value);
                break;
            case (byte)'[':
                Kind = JsonTokenType.StartArray;
                Value = default;
                break;
            case (byte)'{':
                Kind = JsonTokenType.StartObject;
                Value = default;
                break;
            default:
                var end = value.IndexOfAny((byte)',', (byte)'}');
                TakeWord(JsonTokenType.Number, end > 0 ? end : throw Broken(), value);
                break;
        }
    }

    private void TakeWord(JsonTokenType kind, int length, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        Value = length <= value.Length ? value[..length] : throw Broken();
        next = ValueStart + length;
    }

    // With both quotes.
    private int StringLength(ReadOnlySpan<byte> value)
    {
        var end = 1;
        while (true)
        {
            var found = end < value.Length ? value[end..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            end += found >= 0 ? found : throw Broken();
            if (value[end] == '"')
            {
                return end + 1;
            }

            IsEscaped = true;
            end += 2;
        }
    }

    private readonly int ContainerEnd(int start)
    {
        var (place, depth) = (start, 0);
        while (true)
        {
            var found = place < json.Length ? json[place..].IndexOfAny(QuoteOrBracket) : -1;
            place += found >= 0 ? found : throw Broken();
            switch (json[place])
            {
                case (byte)'"':
                    var inside = this;
                    place += inside.StringLength(json[place..]);
                    continue;
                case (byte)'[' or (byte)'{':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            place++;
            if (depth == 0)
            {
                return place;
            }
        }
    }
}

/// <summary>Reads decimal numbers of up to 15 digits without an exponent, which is how latencies are written.</summary>
internal static class ShortDecimal
{
    private static ReadOnlySpan<double> PowersOfTen => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>The number; false leaves it to a general parser.</summary>
    /// <remarks>
    /// Exact: digits and power of ten are whole numbers below 2^53, so both are doubles and their quotient is rounded once
    /// (Clinger, "How to read floating point numbers accurately", 1990).
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        var digits = isNegative ? text[1..] : text;
        if (digits.Length is 0 or > 16)
        {
            return false;
        }

        var (whole, decimals, point) = (0L, 0, false);
        foreach (var character in digits)
        {
            if (character == '.' && !point)
            {
                point = true;
                continue;
            }

            if ((uint)(character - '0') > 9)
            {
                return false;
            }

            whole = (whole * 10) + (character - '0');
            decimals += point ? 1 : 0;
        }

        if (digits.Length - (point ? 1 : 0) is 0 or > 15)
        {
            return false;
        }

        number = whole / PowersOfTen[decimals];
        number = isNegative ? -number : number;
        return true;
    }
}
