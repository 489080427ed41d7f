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

    public static TheoryData<string> RulesOfOutput =>
        [.. FailureRules.All.Where(r => FailureAdvice.LogOf(r.Id) is not null && r.Category != FailureCategory.Model).Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(RulesOfOutput))]
    public void After_the_first_model_request_words_of_the_output_excuse_nobody(string id)
    {
        var asked = EvidenceExample.Of(id, isTrue: true).Where(e => e.Requests is null or 0).Select(e => e with { Requests = 1 }).ToList();

        var categories = asked.Select(e => (Line(e, null), FailureClassifier.Classify(e.ToEvidence())?.Category));

        Assert.NotEmpty(asked);
        Assert.All(categories.Where(c => !c.Item1.Contains("node's wording", StringComparison.Ordinal)), c => Assert.Equal((c.Item1, FailureCategory.Model), c));
    }

    [Theory]
    [InlineData("Failed to connect to people")]
    [InlineData("Failed to connect to people from other towns")]
    [InlineData("Note: unauthorized copies of this book are a crime")]
    [InlineData("Unauthorized: A Memoir")]
    [InlineData("author: Unauthorized")]
    [InlineData("Author Jane Roe, unauthorized")]
    [InlineData("This biography is unauthorized")]
    [InlineData("monkey is missing")]
    [InlineData("The donkey is required")]
    [InlineData("Got 401 apples")]
    [InlineData("Received 403 letters")]
    [InlineData("HTTP 401 is explained in chapter 4")]
    [InlineData("Not logged in users see a page")]
    [InlineData("Connection refused by the bride")]
    [InlineData("Connection error handling is the topic of this file")]
    [InlineData("Unable to connect the dots")]
    [InlineData("Invalid API key handling is tested")]
    [InlineData("Failed to authenticate himself as the heir")]
    [InlineData("Authentication required by law is a burden")]
    [InlineData("Overloaded methods are listed below")]
    [InlineData("Internal server error pages are styled")]
    [InlineData("Quota exceeded expectations")]
    [InlineData("Too many requests were made by the guests")]
    [InlineData("EADDRINUSE is an error of Linux")]
    [InlineData("ENOSPC is one too")]
    [InlineData("ENOTFOUND is a poem")]
    [InlineData("EACCES means that access is denied")]
    [InlineData("Database is locked away in a cellar")]
    [InlineData("Chapter 3: Unauthorized")]
    public void An_ordinary_sentence_is_no_sign(string sentence)
    {
        var evidence = new AttemptEvidence { ModelAsked = "glm-5", ExitCode = 1, ModelRequests = 0 };

        Assert.Equal("exit.nonzero", FailureClassifier.Classify(evidence with { StderrTail = [sentence] })?.RuleId);
        Assert.Equal("exit.nonzero", FailureClassifier.Classify(evidence with { StdoutLines = [sentence] })?.RuleId);
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
