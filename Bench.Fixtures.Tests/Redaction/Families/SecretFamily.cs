namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Secrets of one kind, made up at random in the shapes that public scanners look for.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Example">Makes a text with one of them in it.</param>
internal sealed record SecretFamily(string Name, Func<RandomText, SecretExample> Example)
{
    /// <summary>All families that redaction claims to find.</summary>
    public static IReadOnlyList<SecretFamily> All { get; } = [.. KeyFamilies.All, .. NamedFamilies.All, .. UrlFamilies.All, .. VendorFamilies.All];
}

/// <summary>A text, and the secret in it.</summary>
internal sealed record SecretExample(string Text, string Secret);
