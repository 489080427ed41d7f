using System.Text.RegularExpressions;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures;

/// <summary>
/// The filter of <c>dotnet test --filter</c>, as the package's targets hand it on. A value that no test has selects nothing, or with <c>!=</c> and
/// <c>!~</c> leaves nothing out, and VSTest does not say so: one failing row, which the filter selects, does.
/// </summary>
internal sealed partial class TestFilter
{
    /// <summary>The environment variable with the filter's text; set by the package's targets.</summary>
    public const string Variable = "BENCH_TEST_FILTER";

    private const string DisplayName = "DisplayName";

    // Tests of somebody else's may have such traits, and names, of their own.
    private static readonly string[] SharedTraits = ["Category", "Trial", BenchRows.SoakTrait, BenchRows.RoundTrait, DisplayName];
    private static readonly string[] OwnTraits = ["Workflow", "System", "Prompt", "Fault", BenchRows.JobTrait];
    private static readonly string[] VsTestNames = ["FullyQualifiedName", "Name", "ClassName", "Id", "Priority", "TestCategory"];
    private static readonly string[] NoValues = ["none", "-", ""];

    private readonly string text;

    /// <summary>Reads a filter; null and blank is none.</summary>
    public TestFilter(string? text)
    {
        this.text = text ?? "";
        Conditions = [.. Condition().Matches(this.text)
            .Select(match => new FilterCondition(match.Groups["name"].Value, match.Groups["operator"].Value, Escape().Replace(match.Groups["value"].Value.Trim(), "$1")))
            .Distinct()];
    }

    /// <summary>The filter of this process.</summary>
    public static TestFilter OfProcess() => new(Environment.GetEnvironmentVariable(Variable));

    /// <summary>What it asks for, in order.</summary>
    public IReadOnlyList<FilterCondition> Conditions { get; }

    /// <summary>The traits that make a row one that the filter selects: what it asks for, and of others those that it does not leave out.</summary>
    /// <param name="others">Traits that the row has besides.</param>
    public IEnumerable<(string Name, string Value)> Selected(IEnumerable<(string Name, string Value)> others) => others
        .Where(trait => !Conditions.Any(condition => condition.LeavesOut(trait.Name, trait.Value)))
        .Concat(Conditions.Where(condition => !condition.IsOf(DisplayName)).Select(condition => (condition.Name, condition.IsNegative ? Left(condition.Name) : condition.Value)))
        .Distinct();

    /// <summary>A display name that the filter selects: the given one, as far as no condition asks for another.</summary>
    public string Named(string displayName)
    {
        var asked = Conditions.Where(condition => condition.IsOf(DisplayName) && !condition.IsNegative && !condition.Holds(displayName)).ToList();
        return asked.FirstOrDefault(condition => !condition.IsPart)?.Value
            ?? (asked.Count == 0 ? displayName : $"{displayName} ({string.Join(", ", asked.Select(condition => condition.Value))})");
    }

    /// <summary>Looks for names and values that no row of the plan has.</summary>
    /// <param name="plan">The rows that there are.</param>
    /// <param name="isSoak">The run has rows for its rounds and its gate too.</param>
    /// <exception cref="BenchUsageException">There are some; names all, each with the nearest that a row has.</exception>
    public void Check(RunPlan plan, bool isSoak = false)
    {
        var problems = Conditions.Select(condition => ProblemOf(condition, plan, isSoak)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            throw new BenchUsageException(problems);
        }
    }

    // VSTest takes a name that no row has at all for a mistake of its own, also where it is to leave something out.
    private string Left(string name) => NoValues.First(value => !Conditions.Any(condition => condition.LeavesOut(name, value)));

    private string? ProblemOf(FilterCondition condition, RunPlan plan, bool isSoak)
    {
        if (OwnTraits.Concat(SharedTraits).FirstOrDefault(condition.IsOf) is not { } trait)
        {
            return VsTestNames.Any(condition.IsOf) || NearestName.Of(condition.Name, [.. OwnTraits, .. SharedTraits, VsTestNames[0]]) is not { } meant
                ? null
                : $"The filter '{text}' asks for '{condition.Name}', which no test has. Did you mean '{meant}'? Correct --filter.";
        }

        var known = ValuesOf(trait, plan, isSoak).Distinct().Order(StringComparer.Ordinal).ToList();
        var nearest = NearestName.Of(condition.Value, condition.IsPart ? known.SelectMany(NearestName.PartsOf).Distinct() : known);
        return known.Any(condition.Holds) || (nearest is null && SharedTraits.Contains(trait))
            ? null
            : $"The filter '{text}' asks for {Asked(trait, condition)}, which no test has.{(nearest is null ? "" : $" Did you mean '{nearest}'?")} {ThereAre(known)} Correct --filter, or choose by the settings Workflows and Prompts what is planned.";
    }

    private static string Asked(string trait, FilterCondition condition) => condition.Operator switch
    {
        "=" => $"{trait} '{condition.Value}'",
        "~" => $"{trait} with '{condition.Value}' in it",
        "!=" => $"all but {trait} '{condition.Value}'",
        _ => $"all but {trait} with '{condition.Value}' in it",
    };

    private static string ThereAre(List<string> known) => known.Count == 0 ? "This run has none." : $"There are: {NearestName.Quoted(known)}.";

    private static IEnumerable<string> ValuesOf(string trait, RunPlan plan, bool isSoak) => trait switch
    {
        "Workflow" => plan.Jobs.Select(job => job.WorkflowId),
        "System" => plan.Jobs.Select(job => job.System),
        "Prompt" => plan.Jobs.Select(job => job.PromptId),
        "Fault" => plan.Jobs.Select(job => job.Fault).OfType<string>(),
        "Category" => plan.Jobs.Select(job => job.PromptCategory),
        DisplayName => plan.Jobs.Select(job => isSoak ? job.RoundName : job.DisplayName),
        BenchRows.JobTrait => plan.Jobs.Select(job => job.JobId),
        BenchRows.SoakTrait => isSoak ? ["round", BenchRows.SoakGateRow] : [],
        _ => plan.Jobs.Select(job => job.Trial.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };

    [GeneratedRegex(@"(?<name>[A-Za-z]\w*)\s*(?<operator>!=|!~|=|~)\s*(?<value>(?:\\.|[^|&()\\])+)")]
    private static partial Regex Condition();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
