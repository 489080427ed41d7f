using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>The endings of names whose value is a secret, in lower case; found without regard to case.</summary>
internal static class SecretNames
{
    private const int LongestName = 48;

    /// <summary>Names that say so by themselves.</summary>
    public static IReadOnlyList<string> Plain { get; } =
    [
        "token", "secret", "password", "passwd", "passphrase", "pwd",
        "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "secret_key", "secretkey", "secret-key",
        "private_key", "privatekey", "private-key", "auth_key", "authkey", "auth-key", "account_key", "accountkey",
        "encryption_key", "encryptionkey", "signing_key", "signingkey", "master_key", "masterkey", "subscription-key", "subscriptionkey",
    ];

    /// <summary>Endings of upper-case names alone: <c>GITHUB_PAT</c>, <c>DEPLOY_KEY</c>, <c>AWS_BEARER_TOKEN_BEDROCK</c>.</summary>
    public static IReadOnlyList<string> Endings { get; } = ["_pat", "_key", "_bedrock"];

    /// <summary>Reads the end of a name and what may follow it in a name: a number.</summary>
    public static bool TryTake(ref RuleReader reader, ReadOnlySpan<byte> ending, out SecretName name)
    {
        var at = reader.Position;
        name = default;
        if (!reader.TakeAnyCase(ending))
        {
            return false;
        }

        var word = reader.Window[at..reader.Position];
        var before = reader.Window[..at];
        var start = at - ByteClass.Name.LengthAtEnd(before, LongestName);
        if (IsPublic(before[start..]))
        {
            return false;
        }

        TakeNumber(ref reader);
        name = new SecretName(
            IsUpper: !word.ContainsAnyInRange((byte)'a', (byte)'z') && MayStandBeforeUpper(reader.Window, at),
            IsOption: reader.Window[start..at].StartsWith("--"u8),
            IsPassword: word[0] is (byte)'p' or (byte)'P' && word[1] is not ((byte)'r' or (byte)'R'),
            IsDirectory: EndsWith(word, "pwd"u8) && (start == at || Ascii.EqualsIgnoreCase(reader.Window[start..at], "old"u8)),
            IsElement: start > 0 && (reader.Window[start - 1] == (byte)'<' || (reader.Window[start - 1] == (byte)'\\' && reader.Window[start..].StartsWith("u003C"u8))));
        return true;
    }

    /// <summary>Whether the name says that its value is for everybody: <c>PublicKeyToken</c>, <c>PUBLIC_KEY</c>.</summary>
    private static bool IsPublic(ReadOnlySpan<byte> before)
    {
        var name = before.TrimEnd("_-"u8);
        name = EndsWith(name, "key"u8) ? name[..^3].TrimEnd("_-"u8) : name;
        return EndsWith(name, "public"u8);
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) =>
        text.Length >= lowerCase.Length && Ascii.EqualsIgnoreCase(text[^lowerCase.Length..], lowerCase);

    /// <summary>The start of the text, or what may stand before the last word of an environment variable's name.</summary>
    private static bool MayStandBeforeUpper(ReadOnlySpan<byte> window, int at) =>
        WordStart.Is(window, at) || window[at - 1] is (byte)'_' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9');

    private static void TakeNumber(ref RuleReader reader)
    {
        var start = reader.Position;
        reader.Take('_');
        var digits = 0;
        while (digits < 2 && reader.Peek() is >= (byte)'0' and <= (byte)'9')
        {
            reader.Position++;
            digits++;
        }

        reader.Position = digits > 0 ? reader.Position : start;
    }
}

/// <summary>A name whose value is a secret.</summary>
/// <param name="IsUpper">It is written as environment variables are.</param>
/// <param name="IsOption">It is an option of a command, <c>--api-key</c>.</param>
/// <param name="IsPassword">Its value is one that people choose.</param>
/// <param name="IsDirectory">A shell calls the folder so in which it is.</param>
/// <param name="IsElement">It is the name of an XML element.</param>
internal readonly record struct SecretName(bool IsUpper, bool IsOption = false, bool IsPassword = false, bool IsDirectory = false, bool IsElement = false);
