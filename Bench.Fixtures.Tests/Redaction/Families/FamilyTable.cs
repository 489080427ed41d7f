using System.Globalization;
using System.Text.RegularExpressions;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>What redaction was tried on, and what it found; the table of docs/redaction.md.</summary>
internal sealed partial class FamilyTable
{
    public const int Tried = 500;

    private const int Kept = 8;
    private const double TenMegabytes = 10_000_000;

    private readonly Redactor redactor = new([]);

    private FamilyTable()
    {
        Rows = [.. SecretFamily.All.Select(Try)];
    }

    /// <summary>A row for each family.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>Findings in public text by rule, and its size in bytes.</summary>
    public (IReadOnlyDictionary<string, long> Findings, long Bytes) Public { get; private init; }

    /// <summary>Tries every family, and all public text.</summary>
    public static async Task<FamilyTable> MakeAsync(CancellationToken cancellationToken)
    {
        var findings = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var path in PublicText.Files())
        {
            await using var file = File.OpenRead(path);
            bytes += file.Length;
            foreach (var (rule, count) in await new Redactor([]).CopyAsync(file, Stream.Null, cancellationToken))
            {
                findings[rule] = findings.GetValueOrDefault(rule) + count;
            }
        }

        return new FamilyTable { Public = (findings, bytes) };
    }

    /// <summary>The table as Markdown.</summary>
    public string Markdown()
    {
        var lines = Rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"| {r.Family} | `{r.Rule}` | {Tried} | {100.0 * r.Caught / Tried:0.0} % | {PerTenMegabytes(r.Rule)} |"));
        return string.Join('\n', lines.Prepend("|---|---|---|---|---|").Prepend("| family | rule | examples tried | caught | findings of the rule in 10 MB of public text |"));
    }

    /// <summary>How many findings the rule has in ten megabytes of public text.</summary>
    public string PerTenMegabytes(string rule) =>
        (Public.Findings.GetValueOrDefault(rule) * TenMegabytes / Public.Bytes).ToString("0.0", CultureInfo.InvariantCulture);

    private Row Try(SecretFamily family)
    {
        var random = new RandomText(seed: 1);
        var rules = new List<string>();
        var caught = 0;
        for (var i = 0; i < Tried; i++)
        {
            var example = family.Example(random);
            var redacted = redactor.Redact(example.Text);
            caught += Shows(redacted, example.Secret) ? 0 : 1;
            rules.AddRange(Marker.Matches(redacted).Select(m => m.Groups[1].Value));
        }

        return new Row(family.Name, rules.CountBy(r => r).MaxBy(r => r.Value).Key ?? "none", caught);
    }

    /// <summary>Whether eight characters of the secret in a row are left.</summary>
    private static bool Shows(string text, string secret) =>
        secret.Split('\n').Any(line => Enumerable.Range(0, Math.Max(0, line.Length - Kept + 1)).Any(i => text.Contains(line.Substring(i, Kept), StringComparison.Ordinal)));

    [GeneratedRegex(@"\[REDACTED:([a-z-]+)\]")]
    private static partial Regex Marker { get; }

    /// <summary>One family.</summary>
    public sealed record Row(string Family, string Rule, int Caught);
}
