using System.Globalization;
using System.Reflection;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Tests.Failures;

/// <summary>Every rule against its examples in Data/.</summary>
public sealed class FailureRuleTests
{
    /// <summary>Reasons that no attempt's evidence shows: the thrower states them, or there is no attempt.</summary>
    private static readonly string[] ReasonsOfOthers = [FailureReasons.CollectFailed, FailureReasons.SummarizeFailed, FailureReasons.CliVersionMismatch, FailureReasons.UnexpectedOutcome];

    public static TheoryData<string> Rules => [.. FailureRules.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_fires_on_its_true_examples(string id)
    {
        var rule = FailureRules.All.Single(r => r.Id == id);

        var verdicts = EvidenceExample.Of(id, isTrue: true).Select(e => (e, FailureClassifier.Classify(e.ToEvidence()))).ToList();

        Assert.NotEmpty(verdicts);
        Assert.Equal(verdicts.Select(v => Line(v.e, rule.Id)), verdicts.Select(v => Line(v.e, v.Item2?.RuleId)));
        Assert.All(verdicts, v => Assert.Equal((rule.Category, rule.Reason), (v.Item2!.Category, v.Item2.Reason)));
        Assert.All(verdicts, v => Assert.False(string.IsNullOrWhiteSpace(v.Item2!.Evidence)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_does_not_fire_on_its_near_misses(string id)
    {
        var examples = EvidenceExample.Of(id, isTrue: false);

        var verdicts = examples.Select(e => Line(e, FailureClassifier.Classify(e.ToEvidence())?.RuleId)).ToList();

        Assert.NotEmpty(verdicts);
        Assert.All(examples, e => Assert.NotEqual(id, e.Instead));
        Assert.Equal(examples.Select(e => Line(e, e.Instead)), verdicts);
    }

    [Fact]
    public void Every_file_of_examples_belongs_to_a_rule()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Failures", "Data")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        var expected = FailureRules.All.SelectMany(r => new[] { $"{r.Id}.false.jsonl", $"{r.Id}.true.jsonl" }).Order(StringComparer.Ordinal);

        Assert.Equal(expected, files);
    }

    [Fact]
    public void Rule_ids_are_unique_and_have_a_group()
    {
        var ids = FailureRules.All.Select(r => r.Id).ToList();

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.Matches("^[a-z]+\\.[a-z_]+$", id));
    }

    [Fact]
    public void Every_reason_of_an_attempt_has_a_rule()
    {
        var reasons = typeof(FailureReasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

        var ruled = FailureRules.All.Select(r => r.Reason).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(reasons.Except(ReasonsOfOthers).Order(StringComparer.Ordinal), ruled);
    }

    [Fact]
    public void The_page_lists_every_rule_in_order()
    {
        var rows = FormatPage.Text("failures.md").Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal) && l.Contains('.'));

        var expected = FailureRules.All.Select(r => string.Create(
            CultureInfo.InvariantCulture,
            $"| `{r.Id}` | {r.Category.ToString().ToLowerInvariant()}/{r.Reason} | {r.EndedBy.ToString().ToLowerInvariant()} | {r.Description} |"));

        Assert.Equal(string.Join('\n', expected), string.Join('\n', rows));
    }

    private static string Line(EvidenceExample example, string? rule) => $"{example.Case} ({example.ErrorMessage ?? string.Join(' ', example.Stderr)}): {rule ?? "no failure"}";
}
