using System.Text.RegularExpressions;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures;

/// <summary>
/// The filter of <c>dotnet test --filter</c>, as the package's targets hand it on. A value that no test has selects nothing, and VSTest does not say why:
/// one failing row, which has what the filter asks for, does.
/// </summary>
internal sealed partial class TestFilter
{
    /// <summary>The environment variable with the filter's text; set by the package's targets.</summary>
    public const string Variable = "BENCH_TEST_FILTER";

    private static readonly string[] OwnTraits = ["Workflow", "System", "Prompt", "Fault", BenchRows.JobTrait];
    private static readonly string[] SharedTraits = ["Category", "Trial", BenchRows.RoundTrait];

    private readonly string text;

    /// <summary>Reads a filter; null and blank is none.</summary>
    public TestFilter(string? text)
    {
        this.text = text ?? "";
        Demands = [.. Conditions().Matches(this.text).Where(match => match.Groups["operator"].Value == "=")
            .Select(match => (match.Groups["name"].Value, Escape().Replace(match.Groups["value"].Value.Trim(), "$1")))
            .Distinct()];
    }

    /// <summary>The filter of this process.</summary>
    public static TestFilter OfProcess() => new(Environment.GetEnvironmentVariable(Variable));

    /// <summary>What it asks for by <c>Name=Value</c>, in order.</summary>
    public IReadOnlyList<(string Name, string Value)> Demands { get; }

    /// <summary>Values of Bench's traits that no row of the plan has; empty when the filter asks for what there is.</summary>
    /// <exception cref="BenchUsageException">There are such values; names all, each with the nearest that a row has.</exception>
    public void Check(RunPlan plan)
    {
        var problems = Demands.Select(demand => ProblemOf(demand.Name, demand.Value, plan)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            throw new BenchUsageException(problems);
        }
    }

    private string? ProblemOf(string name, string value, RunPlan plan)
    {
        var trait = OwnTraits.Concat(SharedTraits).FirstOrDefault(own => own.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (trait is null)
        {
            return NearestTrait(name) is { } meant ? $"The filter '{text}' asks for '{name}', which no test has. Did you mean '{meant}'? Correct --filter." : null;
        }

        var known = plan.Jobs.SelectMany(job => ValuesOf(trait, job)).Distinct().Order(StringComparer.Ordinal).ToList();
        var nearest = NearestName.Of(value, known);

        // Tests of somebody else's may have categories of their own.
        return known.Contains(value, StringComparer.OrdinalIgnoreCase) || (nearest is null && SharedTraits.Contains(trait))
            ? null
            : $"The filter '{text}' asks for {trait} '{value}', which no test has.{(nearest is null ? "" : $" Did you mean '{nearest}'?")} There are: {NearestName.Quoted(known)}. Correct --filter, or choose by the settings Workflows and Prompts what is planned.";
    }

    private static string? NearestTrait(string name) => name is "FullyQualifiedName" or "Name" or "DisplayName" or "ClassName" or "Id" or "Priority" or "TestCategory"
        ? null
        : NearestName.Of(name, OwnTraits.Append("Category"));

    private static IEnumerable<string> ValuesOf(string trait, Job job) => trait switch
    {
        "Workflow" => [job.WorkflowId],
        "System" => [job.System],
        "Prompt" => [job.PromptId],
        "Fault" => job.Fault is { } fault ? [fault] : [],
        "Category" => [job.PromptCategory],
        BenchRows.JobTrait => [job.JobId],
        _ => [job.Trial.ToString(System.Globalization.CultureInfo.InvariantCulture)],
    };

    [GeneratedRegex(@"(?<name>[A-Za-z]\w*)\s*(?<operator>!=|!~|=|~)\s*(?<value>(?:\\.|[^|&()\\])+)")]
    private static partial Regex Conditions();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
