namespace Bench.Fixtures.Redaction;

/// <summary>Secrets inside of URLs, and the logins of <c>.netrc</c>.</summary>
internal static class UrlSecrets
{
    private const int LongestAuthority = 256;
    private const int LeastUser = 16;
    private const int LeastPath = 16;
    private const int LeastSurprises = 6;
    private const int LongestGap = 32;

    /// <summary>The password in <c>scheme://user:password@host</c>, or the token in <c>scheme://token@host</c>.</summary>
    public static RuleMatch MatchCredential(ref RuleReader reader)
    {
        if (!reader.TakeExact("://"u8) && !reader.TakeExact(":\\/\\/"u8) && !reader.TakeExact(":\\\\/\\\\/"u8))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Authority, LongestAuthority);
        var authority = reader.Bytes(head);
        var end = authority.LastIndexOf((byte)'@');
        if (end < 0 || reader.IsShort)
        {
            return reader.Miss;
        }

        var start = authority[..end].IndexOf((byte)':') + 1;
        var value = authority[start..end];
        var isSecret = (ValueShape.IsRandom(value) && (start > 0 || value.Length >= LeastUser)) || (start > 0 && ValueShape.IsPassword(value));
        return NamedValues.Decide(ref reader, isSecret, new ValueHead(head.Start + start, head.Start + end, Continues: false), ByteClass.Authority);
    }

    /// <summary>A parameter of a URL whose name says little by itself: <c>sig</c>, <c>key</c>, <c>signature</c>.</summary>
    public static RuleMatch MatchParameter(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!IsParameter(reader.Window, start) || !(reader.TakeAnyCase("sig="u8) || reader.TakeAnyCase("key="u8) || reader.TakeAnyCase("signature="u8)))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        return NamedValues.Decide(ref reader, head.Length >= LeastPath && ValueShape.IsRandom(reader.Bytes(head)), head, ByteClass.Token);
    }

    /// <summary>Whether the name of a parameter begins there, or what Amazon puts before <c>Signature</c>.</summary>
    private static bool IsParameter(ReadOnlySpan<byte> window, int at)
    {
        var before = window[..at];
        var start = before.EndsWith("X-Amz-"u8) || before.EndsWith("x-amz-"u8) ? at - 6 : at;
        return start > 0 && (window[start - 1] is (byte)'?' or (byte)'&' or (byte)';' || window[..start].EndsWith("\\u0026"u8));
    }

    /// <summary>The path of a URL that lets everybody post who knows it.</summary>
    public static RuleMatch MatchWebhook(ref RuleReader reader, ReadOnlySpan<byte> host)
    {
        if (!reader.TakeAnyCase(host))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.UrlRest);
        return NamedValues.Decide(ref reader, head.Length >= LeastPath && Randomness.Surprises(reader.Bytes(head)) >= LeastSurprises, head, ByteClass.UrlRest);
    }

    /// <summary><c>machine host login user password secret</c>, on one line or on several.</summary>
    public static RuleMatch MatchNetrc(ref RuleReader reader)
    {
        if (!reader.TakeExact("machine"u8) || !TakeWord(ref reader) || !TakeSpace(ref reader) || !reader.TakeExact("login"u8)
            || !TakeWord(ref reader) || !TakeSpace(ref reader) || !reader.TakeExact("password"u8) || !TakeSpace(ref reader))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        return NamedValues.Decide(ref reader, ValueShape.IsKey(reader.Bytes(head)), head, ByteClass.Token);
    }

    private static bool TakeSpace(ref RuleReader reader) => reader.Skip(ByteClass.Space, LongestGap) > 0;

    private static bool TakeWord(ref RuleReader reader) => TakeSpace(ref reader) && reader.Skip(ByteClass.Token, LongestAuthority) > 0;
}
