using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class RedactionDocumentTests
{
    [Fact]
    public void The_document_lists_every_rule_in_order()
    {
        var rows = File.ReadLines(Path.Combine(TestFolder.RepositoryRoot, "docs", "redaction.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal));

        Assert.Equal(RedactionRules.All.Select(r => $"| `{r.Id}` | {r.Description} |"), rows);
    }
}
