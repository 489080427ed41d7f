namespace Bench.Fixtures.Redaction;

/// <summary>Keys that carry their issuer's prefix; the prefix is replaced with them.</summary>
internal static class PrefixedKeys
{
    private const int AnthropicLength = 16;
    private const int OpenRouterLength = 24;
    private const int OpenAiLength = 16;
    private const int SkLengthWithDigit = 12;
    private const int SkLength = 20;
    private const int GoogleLength = 35;
    private const int GitHubLength = 30;
    private const int GitHubPatLength = 22;
    private const int AwsLength = 16;
    private const int LeastAwsSurprises = 3;

    public static RuleMatch MatchOpReference(ref RuleReader reader)
    {
        if (!WordStart.Is(reader.Window, reader.Position) || !reader.TakeExact("op://"u8))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Token);
        var isReference = head.Length >= 3 && reader.Bytes(head)[1..].Contains((byte)'/');
        return Decide(reader, isReference, head.Start, head, ByteClass.Token);
    }

    public static RuleMatch MatchAnthropic(ref RuleReader reader) =>
        MatchRandom(ref reader, "sk-ant-"u8, AnthropicLength);

    public static RuleMatch MatchOpenRouter(ref RuleReader reader) =>
        MatchRandom(ref reader, "sk-or-"u8, OpenRouterLength);

    public static RuleMatch MatchOpenAiProject(ref RuleReader reader)
    {
        var prefix = reader.Window[reader.Position..] switch
        {
            var text when text.StartsWith("sk-p"u8) => "sk-proj-"u8,
            var text when text.StartsWith("sk-s"u8) => "sk-svcacct-"u8,
            _ => "sk-admin-"u8,
        };
        return MatchRandom(ref reader, prefix, OpenAiLength);
    }

    /// <summary>
    /// Letters and digits without words among them, or behind words joined by hyphens (<c>sk-lf-</c>, <c>sk-live-</c>): not a class name.
    /// </summary>
    public static RuleMatch MatchSk(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!WordStart.Is(reader.Window, start) || !reader.TakeExact("sk-"u8))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Word);
        var value = reader.Bytes(head);
        var first = value[..(value.IndexOfAny((byte)'-', (byte)'_') is var end and >= 0 ? end : value.Length)];
        var isKey = first.Length >= SkLengthWithDigit && ValueShape.IsRandom(first);
        isKey |= head.Length >= SkLength && (ValueShape.IsRandom(value) || ValueShape.IsHex(value[(first.Length < value.Length ? first.Length + 1 : 0)..]));
        return Decide(reader, isKey, start, head, ByteClass.Word);
    }

    public static RuleMatch MatchGoogle(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!WordStart.Is(reader.Window, start) || !reader.TakeExact("AIza"u8))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Word, GoogleLength);
        var isKey = head.Length == GoogleLength && reader.IsAtEndOf(ByteClass.Word);
        return Decide(reader, isKey, start, head with { Continues = false }, null);
    }

    public static RuleMatch MatchGitHub(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!WordStart.Is(reader.Window, start))
        {
            return RuleMatch.None;
        }

        var isFineGrained = reader.TakeExact("github_pat_"u8);
        if (!isFineGrained && !TakeClassicGitHub(ref reader))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Word);
        return Decide(reader, head.Length >= (isFineGrained ? GitHubPatLength : GitHubLength), start, head, ByteClass.Word);
    }

    public static RuleMatch MatchAws(ref RuleReader reader)
    {
        var start = reader.Position;
        if (!WordStart.Is(reader.Window, start) || !(reader.TakeExact("AKIA"u8) || reader.TakeExact("ASIA"u8) || reader.TakeExact("ABIA"u8) || reader.TakeExact("ACCA"u8)))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Letters, AwsLength);
        var isKey = head.Length == AwsLength && reader.IsAtEndOf(ByteClass.Word) && IsAwsId(reader.Bytes(head));
        return Decide(reader, isKey, start, head with { Continues = false }, null);
    }

    // Base32 of 16 characters holds no digit in 4 of 100 ids, and is no word then.
    private static bool IsAwsId(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyInRange((byte)'a', (byte)'z') && (ValueShape.HasDigit(value) || Randomness.Surprises(value) >= LeastAwsSurprises);

    private static bool TakeClassicGitHub(ref RuleReader reader) =>
        reader.Take('g') && reader.Take('h')
        && (reader.Take('p') || reader.Take('o') || reader.Take('u') || reader.Take('s') || reader.Take('r'))
        && reader.Take('_');

    /// <summary>A prefix and a value that is not just words joined by hyphens.</summary>
    private static RuleMatch MatchRandom(ref RuleReader reader, ReadOnlySpan<byte> prefix, int least)
    {
        var start = reader.Position;
        if (!WordStart.Is(reader.Window, start) || !reader.TakeExact(prefix))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(ByteClass.Word);
        var value = reader.Bytes(head);
        var isRandom = (ValueShape.HasDigit(value) || value.ContainsAnyInRange((byte)'A', (byte)'Z')) && Randomness.IsRandom(value);
        return Decide(reader, isRandom && head.Length >= least, start, head, ByteClass.Word);
    }

    private static RuleMatch Decide(in RuleReader reader, bool isKey, int start, ValueHead head, ByteClass? tail) =>
        reader.IsShort || !isKey ? reader.Miss : RuleMatch.Of(start, head.End, head.Continues ? tail : null);
}
