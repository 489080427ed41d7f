using System.Buffers;
using System.Buffers.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>Credentials in the headers of requests, and in the options that set them.</summary>
internal static class HeaderValues
{
    private const int LongestBlank = 8;
    private const int LeastBareBearer = 20;
    private const int LeastCookie = 12;
    private const int LongestCookieName = 48;
    private const int MostCookies = 16;
    private const int LeastPair = 12;

    public static RuleMatch MatchAuthorization(ref RuleReader reader)
    {
        if (!reader.TakeAnyCase("authorization"u8) || !NameSeparator.TryTake(ref reader, default, out _))
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
        var value = reader.Bytes(head);
        var isToken = ValueShape.IsToken(value) || (isBasic && IsBasicPair(value));
        // Without a scheme it may as well be code: headers.Authorization = session2.header.
        var isBareKey = head.Length >= LeastBareBearer && ValueShape.HasDigit(value) && !value.Contains((byte)'.');
        return NamedValues.Decide(ref reader, isToken && (hasScheme || isBareKey), head, ByteClass.Token);
    }

    public static RuleMatch MatchBearer(ref RuleReader reader)
    {
        if (!WordStart.Is(reader.Window, reader.Position) || !reader.TakeAnyCase("bearer"u8) || !TakeGap(ref reader))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        return NamedValues.Decide(ref reader, head.Length >= LeastBareBearer && ValueShape.IsKey(reader.Bytes(head)), head, ByteClass.Token);
    }

    public static RuleMatch MatchApiKeyHeader(ref RuleReader reader)
    {
        var isOption = reader.Window[..reader.Position].EndsWith("--"u8);
        if (!reader.TakeAnyCase("api-key"u8) || !NameSeparator.TryTake(ref reader, new SecretName(IsUpper: false, isOption), out _))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        return NamedValues.Decide(ref reader, ValueShape.IsToken(reader.Bytes(head)), head, ByteClass.Token);
    }

    /// <summary>The first cookie whose value is random, and those behind it: <c>Cookie: a=b; session=…</c>; of <c>Set-Cookie</c> its value alone.</summary>
    public static RuleMatch MatchCookie(ref RuleReader reader)
    {
        var isSet = reader.Window[..reader.Position].EndsWith("set-"u8) || reader.Window[..reader.Position].EndsWith("Set-"u8);
        if (!reader.TakeAnyCase("cookie"u8) || !NameSeparator.TryTake(ref reader, default, out _))
        {
            return reader.Miss;
        }

        for (var i = 0; i < MostCookies && reader.Skip(ByteClass.Name, LongestCookieName) > 0 && reader.Take('='); i++)
        {
            var head = reader.TakeHead(ByteClass.Cookie);
            var value = reader.Bytes(head);
            if (head.Length >= LeastCookie && ValueShape.IsRandom(value))
            {
                var match = NamedValues.Decide(ref reader, isSecret: true, head, ByteClass.Cookie);
                return match.Verdict == RuleVerdict.Match && !isSet ? match with { Tail = ByteClass.Cookies } : match;
            }

            if (head.Continues || !reader.Take(';'))
            {
                return reader.Miss;
            }

            reader.Skip(ByteClass.Blank, LongestBlank);
        }

        return reader.Miss;
    }

    /// <summary>The login of a registry in a Docker configuration: <c>"auth": "…"</c>.</summary>
    public static RuleMatch MatchDockerAuth(ref RuleReader reader)
    {
        var before = reader.Window[..reader.Position];
        var isNamed = before is [.., (byte)'"' or (byte)'\''] || before.EndsWith("\\u0022"u8) || before.EndsWith("\\u0027"u8);
        if (!reader.TakeExact("auth"u8) || !isNamed || !NameSeparator.TryTake(ref reader, default, out var separator) || !separator.IsQuoted)
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Base64);
        return NamedValues.Decide(ref reader, head.Length >= LeastPair && IsBasicPair(reader.Bytes(head)), head, ByteClass.Base64);
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
        var whole = value.TrimEnd((byte)'=').Length / 4 * 4;
        var status = Base64.DecodeFromUtf8(value[..whole], decoded, out _, out var length, isFinalBlock: false);
        return status == OperationStatus.Done && length >= 3 && decoded[..length].Contains((byte)':');
    }
}
