namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Makes up values; the same for the same seed.</summary>
internal sealed class RandomText(int seed)
{
    public const string Base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    public const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    public const string Base36 = "abcdefghijklmnopqrstuvwxyz0123456789";
    public const string Hex = "0123456789abcdef";
    public const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    public const string Word = Base62 + "_-";
    public const string Base64 = Base62 + "+/";
    public const string Password = Base62 + "!#$%&()*+,-./:;=?@^_~";

    private readonly Random random = new(seed);

    public int Number(int from, int to) => random.Next(from, to);

    public T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];

    public string Of(string alphabet, int length) => new(random.GetItems(alphabet.AsSpan(), length));

    public string Of(string alphabet, int least, int most) => Of(alphabet, random.Next(least, most + 1));

    public string Uuid() => $"{Of(Hex, 8)}-{Of(Hex, 4)}-{Of(Hex, 4)}-{Of(Hex, 4)}-{Of(Hex, 12)}";

    /// <summary>A key or token as services make them.</summary>
    public string Token() => random.Next(6) switch
    {
        0 => Of(Hex, 32, 64),
        1 => Of(Base36, 20, 40),
        2 => Of(Base64, 40) + Pick("", "=", "=="),
        3 => Of(Word, 24, 64),
        4 => Uuid(),
        _ => Of(Base62, 16, 48),
    };

    /// <summary>A value inside of a text, an event, a command.</summary>
    public SecretExample Around(string secret) => new(random.Next(8) switch
    {
        0 => $"the key {secret} was refused",
        1 => $"{{\"type\":\"text\",\"text\":\"key: {secret}\\nnext\"}}",
        2 => $"line\\n{secret}\\nline",
        3 => $"curl 'https://example.com/v1?x={secret}&y=1'",
        4 => $"KEY=\"{secret}\"",
        5 => $"Using ({secret}).",
        6 => $"\u001b[33m{secret}\u001b[0m",
        _ => secret,
    }, secret);
}
