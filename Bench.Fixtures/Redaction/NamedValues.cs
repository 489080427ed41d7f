using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>Secrets that are known by the name before them; the name stays.</summary>
internal static class NamedValues
{
    private const int LongestBlank = 8;
    private const int LeastBareBearer = 20;

    /// <summary>Names of JSON properties, keyword arguments and the like, whose quoted value is a secret.</summary>
    public static IReadOnlyList<string> JsonNames { get; } =
    [
        "apikey", "api_key", "accesstoken", "access_token", "refreshtoken", "refresh_token",
        "authtoken", "auth_token", "clientsecret", "client_secret", "secretkey", "secret_key",
    ];

    /// <summary>Endings of environment variables' names, longer ones before their own beginnings; they count in upper case only.</summary>
    public static IReadOnlyList<string> AssignedNames { get; } =
    [
        "token", "secret_key", "secret", "password", "passwd", "api_key", "apikey", "access_key", "private_key", "auth_key",
    ];

    public static RuleMatch MatchAuthorization(ref RuleReader reader)
    {
        if (!reader.TakeAnyCase("authorization"u8) || !TakeSeparator(ref reader, out _))
        {
            return reader.Miss;
        }

        var start = reader.Position;
        var hasScheme = TakeScheme(ref reader, out var isBasic);
        if (!hasScheme)
        {
            reader.Position = start;
        }

        var head = reader.TakeHead(ByteClass.Token);
        var value = reader.Window[head.Start..head.End];
        var isToken = ValueShape.IsToken(value) || (isBasic && IsBasicPair(value));
        // Without a scheme it may as well be code: headers.Authorization = session2.header.
        var isBareKey = head.Length >= LeastBareBearer && ValueShape.HasDigit(value) && !value.Contains((byte)'.');
        return Decide(ref reader, isToken && (hasScheme || isBareKey), head);
    }

    public static RuleMatch MatchBearer(ref RuleReader reader)
    {
        if (!WordStart.Is(reader.Window, reader.Position) || !reader.TakeAnyCase("bearer"u8) || !TakeGap(ref reader))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        var value = reader.Window[head.Start..head.End];
        return Decide(ref reader, head.Length >= LeastBareBearer && ValueShape.IsToken(value) && ValueShape.HasDigit(value), head);
    }

    public static RuleMatch MatchApiKeyHeader(ref RuleReader reader)
    {
        var isOption = reader.Window[..reader.Position].EndsWith("--"u8);
        if (!reader.TakeAnyCase("api-key"u8) || !(TakeSeparator(ref reader, out _) || (isOption && TakeGap(ref reader))))
        {
            return reader.Miss;
        }

        return TakeToken(ref reader);
    }

    public static RuleMatch MatchJsonKey(ref RuleReader reader)
    {
        if (!TakeName(ref reader, JsonNames) || !TakeSeparator(ref reader, out var separator) || !separator.IsQuoted)
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        var value = reader.Window[head.Start..head.End];

        // In a list, what follows such a name is as a rule another name: "invalid_api_key", "PERMISSION_DENIED".
        return Decide(ref reader, ValueShape.IsToken(value) && (!separator.IsPair || ValueShape.HasDigit(value)), head);
    }

    public static RuleMatch MatchAssignment(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!IsUpperCaseName(reader.Window, start) || !TakeName(ref reader, AssignedNames))
        {
            return reader.Miss;
        }

        var isUpperCase = !reader.Window[start..reader.Position].ContainsAnyInRange((byte)'a', (byte)'z');
        if (!isUpperCase || !TakeSeparator(ref reader, out var separator) || separator.IsCode)
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        var value = reader.Window[head.Start..head.End];
        var isToken = ValueShape.IsToken(value) && ValueShape.HasDigit(value) && value[0] is not ((byte)'/' or (byte)'.' or (byte)'~');
        var isCall = !head.Continues && reader.Peek() == (byte)'(';
        return Decide(ref reader, isToken && !isCall, head);
    }

    private static RuleMatch TakeToken(ref RuleReader reader)
    {
        var head = reader.TakeHead(ByteClass.Token);
        return Decide(ref reader, ValueShape.IsToken(reader.Window[head.Start..head.End]), head);
    }

    /// <summary>The start of the text, or what may stand before the last word of an environment variable's name.</summary>
    private static bool IsUpperCaseName(ReadOnlySpan<byte> window, int at) =>
        WordStart.Is(window, at) || window[at - 1] is (byte)'_' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9');

    /// <summary>Reads the first of the names that is next.</summary>
    private static bool TakeName(ref RuleReader reader, IReadOnlyList<string> names)
    {
        Span<byte> name = stackalloc byte[16];
        foreach (var candidate in names)
        {
            var length = Encoding.ASCII.GetBytes(candidate, name);
            if (reader.TakeAnyCase(name[..length]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads what stands between a name and its value: <c>=</c>, <c>: </c>, <c>": "</c>, <c>\":\"</c>, <c>"] = "</c>, <c>', '</c> and the like.
    /// </summary>
    private static bool TakeSeparator(ref RuleReader reader, out Separator separator)
    {
        separator = default;
        var start = reader.Position;
        var isNameQuoted = TakeQuote(ref reader);
        var isIndex = isNameQuoted && reader.Take(']');
        reader.Skip(ByteClass.Blank, LongestBlank);
        var isPair = isNameQuoted && !isIndex && reader.Take(',');
        var isEquals = !isPair && reader.Take('=');
        if (!isPair && !isEquals && !reader.Take(':'))
        {
            reader.Position = start;
            return false;
        }

        reader.Take('>');
        var blanks = reader.Skip(ByteClass.Blank, LongestBlank);
        if (reader.IsAtMarker())
        {
            return false;
        }

        reader.Take('[');
        var isQuoted = TakeQuote(ref reader);
        separator = new Separator(isQuoted, isPair, isEquals && blanks > 0 && !isQuoted);
        return (isQuoted || !isPair) && !(isQuoted && reader.IsAtMarker());
    }

    /// <summary>What stands between a name and its value.</summary>
    /// <param name="IsQuoted">The value begins with a quote.</param>
    /// <param name="IsPair">A comma: name and value are neighbours in a list.</param>
    /// <param name="IsCode">An assignment of something that is no literal, e.g. <c>x.TOKEN = y.TOKEN</c>.</param>
    private readonly record struct Separator(bool IsQuoted, bool IsPair, bool IsCode);

    /// <summary>Reads a quote with the backslashes of nested JSON before it; nothing when there is none.</summary>
    private static bool TakeQuote(ref RuleReader reader)
    {
        const int mostBackslashes = 8;
        var start = reader.Position;
        var count = 0;
        while (count < mostBackslashes && reader.Take('\\'))
        {
            count++;
        }

        if (reader.Take('"') || reader.Take('\'') || reader.Take('`') || (count > 0 && (reader.TakeExact("u0022"u8) || reader.TakeExact("u0027"u8))))
        {
            return true;
        }

        reader.Position = start;
        return false;
    }

    private static bool TakeScheme(ref RuleReader reader, out bool isBasic)
    {
        isBasic = reader.TakeAnyCase("basic"u8);
        return (isBasic || reader.TakeAnyCase("bearer"u8) || reader.TakeAnyCase("token"u8) || reader.TakeAnyCase("apikey"u8))
            && TakeGap(ref reader);
    }

    /// <summary>At least one blank, plain or URL-escaped.</summary>
    private static bool TakeGap(ref RuleReader reader) =>
        reader.Skip(ByteClass.Blank, LongestBlank) > 0 || reader.TakeExact("%20"u8) || reader.Take('+');

    /// <summary>Base64 of <c>user:password</c>.</summary>
    private static bool IsBasicPair(ReadOnlySpan<byte> value)
    {
        Span<byte> decoded = stackalloc byte[RuleReader.HeadLimit];
        var whole = value.Length / 4 * 4;
        var status = Base64.DecodeFromUtf8(value[..whole], decoded, out _, out var length, isFinalBlock: false);
        return status == OperationStatus.Done && length >= 3 && decoded[..length].Contains((byte)':');
    }

    /// <summary>
    /// A value that a marker ends was longer once, and was judged then: judging its rest would make redacting twice differ from redacting once.
    /// </summary>
    private static RuleMatch Decide(ref RuleReader reader, bool isSecret, ValueHead head)
    {
        var isRest = !head.Continues && reader.IsAtMarker();
        return reader.IsShort || !isSecret || isRest ? reader.Miss : RuleMatch.Of(head.Start, head.End, head.Continues ? ByteClass.Token : null);
    }
}
