using System.Text.Json;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class RuleTests
{
    private readonly Redactor redactor = new([]);

    public static TheoryData<string> Rules => [.. RedactionRules.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_replaces_the_value_and_nothing_else(string rule)
    {
        var examples = RuleExamples.True(rule);

        Assert.True(examples.Count >= 3, "a rule needs examples");
        Assert.All(examples, e => Assert.Equal(e.Expected, redactor.Redact(e.Text)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_leaves_near_misses_alone(string rule)
    {
        var examples = RuleExamples.False(rule);

        Assert.True(examples.Count >= 3, "a rule needs examples");
        Assert.All(examples, e => Assert.Equal(e, redactor.Redact(e)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Redacting_twice_changes_nothing(string rule)
    {
        var once = RuleExamples.True(rule).Select(e => redactor.Redact(e.Text)).ToArray();

        Assert.All(once, text => Assert.Same(text, redactor.Redact(text)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Json_stays_json_and_holds_no_secret(string rule)
    {
        foreach (var example in RuleExamples.True(rule))
        {
            var json = JsonSerializer.Serialize(new { type = "text", text = $"before\n{example.Text}\n(after)" });

            var redacted = redactor.Redact(json);

            var text = JsonDocument.Parse(redacted).RootElement.GetProperty("text").GetString()!;
            Assert.All(example.Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
            Assert.StartsWith("before\n", text, StringComparison.Ordinal);
            Assert.EndsWith("(after)", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rules_have_unique_ids_and_descriptions()
    {
        Assert.Equal(RedactionRules.All.Count, RedactionRules.All.Select(r => r.Id).Distinct().Count());
        Assert.All(RedactionRules.All, r => Assert.Matches("^[a-z-]+$", r.Id));
        Assert.All(RedactionRules.All, r => Assert.EndsWith(".", r.Description, StringComparison.Ordinal));
    }
}
