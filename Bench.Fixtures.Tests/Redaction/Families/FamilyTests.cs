using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>What redaction claims to find, tried on secrets made up at random, and on public text that holds none.</summary>
public sealed class FamilyTests
{
    private const double LeastCaught = 0.99;
    private const string Opening = "<!-- families -->\n";
    private const string Closing = "\n<!-- /families -->";

    [Fact]
    public async Task Ninety_nine_of_a_hundred_are_found_in_every_family_and_public_text_has_one_finding_in_ten_megabytes_at_most()
    {
        Assert.SkipWhen(PublicText.Files().Count == 0, "needs agents/node_modules: npm ci");

        var table = await FamilyTable.MakeAsync(TestContext.Current.CancellationToken);

        Assert.All(table.Rows, row => Assert.True(row.Caught >= LeastCaught * FamilyTable.Tried, $"{row.Family}: {row.Caught} of {FamilyTable.Tried}"));
        var (findings, bytes) = table.Public;
        Assert.InRange(bytes, 50_000_000, long.MaxValue);
        Assert.True(findings.Values.Sum() * 10_000_000.0 / bytes <= 1, string.Join(", ", findings));
        AssertShown(table.Markdown());
    }

    [Fact]
    public void Every_prefix_that_is_known_is_tried()
    {
        Assert.Empty(VendorToken.All.Where(t => !VendorFamilies.Prefixes.Any(p => p.Contains(t.Prefix, StringComparison.Ordinal))));
        Assert.Equal(VendorToken.All.Count, VendorToken.All.Select(t => t.Prefix).Distinct().Count());
    }

    [Fact]
    public void Every_rule_is_tried_by_a_family_or_by_its_own_examples_alone()
    {
        var redactor = new Redactor([]);
        var random = new RandomText(seed: 3);
        var texts = SecretFamily.All.SelectMany(f => Enumerable.Range(0, 40).Select(_ => redactor.Redact(f.Example(random).Text))).ToArray();

        var untried = RedactionRules.All.Where(r => !texts.Any(t => t.Contains($"[REDACTED:{r.Id}]", StringComparison.Ordinal))).Select(r => r.Id);

        // What it points to is known by its form alone.
        Assert.Equal(["op-reference"], untried);
    }

    private static void AssertShown(string table)
    {
        var path = Path.Combine(TestFolder.RepositoryRoot, "docs", "redaction.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var start = page.IndexOf(Opening, StringComparison.Ordinal) + Opening.Length;
        var end = page.IndexOf(Closing, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("BENCH_ACCEPT") == "1" && page[start..end] != table)
        {
            File.WriteAllText(path, page[..start] + table + page[end..]);
            return;
        }

        Assert.Equal(page[start..end], table);
    }
}
