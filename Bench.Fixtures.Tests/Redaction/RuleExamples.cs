namespace Bench.Fixtures.Tests.Redaction;

/// <summary>
/// The examples of a rule, one a line, in Data/. A broken bar is taken out on reading, so that no file holds a text that looks like a key;
/// ⏎ is a line break; guillemets enclose what must be replaced.
/// </summary>
internal static class RuleExamples
{
    public static IReadOnlyList<RuleExample> True(string rule) => [.. Lines(rule, "true").Select(line => RuleExample.Parse(line, rule))];

    public static IReadOnlyList<string> False(string rule) => Lines(rule, "false");

    public static IEnumerable<string> AllSecretTexts() => Bench.Fixtures.Redaction.RedactionRules.All.SelectMany(r => True(r.Id)).Select(e => e.Text);

    private static string[] Lines(string rule, string kind)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Redaction", "Data", $"{rule}.{kind}.txt");
        return [.. File.ReadLines(path).Select(l => l.Replace("¦", "", StringComparison.Ordinal).Replace('⏎', '\n'))];
    }
}

/// <summary>A text with secrets, and what must become of it.</summary>
internal sealed record RuleExample(string Text, string Expected, IReadOnlyList<string> Secrets)
{
    public static RuleExample Parse(string line, string rule)
    {
        var parts = line.Split('«', '»');
        var secrets = parts.Where((_, i) => i % 2 == 1).ToArray();
        var expected = string.Concat(parts.Select((part, i) => i % 2 == 1 ? $"[REDACTED:{rule}]" : part));
        return new RuleExample(string.Concat(parts), expected, secrets);
    }
}
