using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;
using Xunit;

namespace Bench.Fixtures;

/// <summary>The rows of a benchmark theory: one per prompt × workflow × trial, in plan order.</summary>
public static class BenchRows
{
    /// <summary>The trait that carries a row's job id.</summary>
    public const string JobTrait = "Job";

    /// <summary>The trait of a soak's own rows.</summary>
    public const string SoakTrait = "Soak";

    /// <summary>The trait that carries the number of a soak's round.</summary>
    public const string RoundTrait = "Round";

    internal const string UnusableDisplayName = "bench settings";
    internal const string UnusableTrait = "Settings";
    internal const string NoSoakTrait = "none";
    internal const string SoakGateRow = "gate";

    /// <summary>The prompt argument of the single row that stands for settings or prompts that cannot be used.</summary>
    public const string UnusableSettings = "(unusable settings)";

    /// <summary>
    /// The rows: workflow id, prompt id (with faults <c>&lt;prompt&gt;__&lt;fault&gt;</c>) and trial; traits <c>Workflow</c>, <c>System</c>, <c>Prompt</c>, <c>Category</c>, <c>Trial</c> and <c>Job</c>, with faults also <c>Fault</c>.
    /// Unusable settings give one row, which every <c>Workflow</c> filter, and that of this process, selects and which fails with the full error; so does a filter that asks for what no row has.
    /// </summary>
    public static IEnumerable<ITheoryDataRow> All()
    {
        try
        {
            var inputs = BenchInputs.Read();
            TestFilter.OfProcess().Check(inputs.Plan, inputs.Settings.Soak is not null);
            return inputs.Plan.Jobs.Select(job => RowOf(job, inputs.Settings.Soak is not null)).ToList();
        }
        catch (Exception)
        {
            // Whatever it is: a data source that throws leaves no row, and nobody who could say why.
            return [RowOfUnusableSettings()];
        }
    }

    /// <summary>Why settings, prompts or the filter cannot be used; null when they can.</summary>
    internal static Exception? WhyUnusable()
    {
        try
        {
            var inputs = BenchInputs.Read();
            TestFilter.OfProcess().Check(inputs.Plan, inputs.Settings.Soak is not null);
            return null;
        }
        catch (Exception problem)
        {
            return RunRefusal.Of(problem);
        }
    }

    /// <summary>
    /// The rows of a soak beside those of its jobs: one per round and the gate; traits <c>Soak</c> (<c>round</c> or <c>gate</c>) and <c>Round</c>.
    /// In a run that is no soak they do not exist: <see cref="BenchTestFramework"/> drops the row that stands for none.
    /// </summary>
    public static IEnumerable<ITheoryDataRow> Soak()
    {
        try
        {
            return BenchInputs.Read().Settings.Soak is { } soak
                ? [.. Enumerable.Range(1, soak.MaxRounds).Select(SoakRowOf), SoakRow(SoakGateRow, 0).WithTrait(SoakTrait, "gate")]
                : [NoSoak()];
        }
        catch (Exception)
        {
            return [NoSoak()];
        }
    }

    private static TheoryDataRow<string, int> SoakRowOf(int round) =>
        SoakRow("round", round).WithTrait(SoakTrait, "round").WithTrait(RoundTrait, round.ToString(global::System.Globalization.CultureInfo.InvariantCulture));

    private static TheoryDataRow<string, int> SoakRow(string part, int round) =>
        new(part, round) { TestDisplayName = round == 0 ? $"soak {part}" : FormattableString.Invariant($"soak {part} {round}"), Label = "" };

    private static TheoryDataRow<string, int> NoSoak() => SoakRow("none", 0).WithTrait(SoakTrait, NoSoakTrait);

    private static TheoryDataRow<string, string, int> RowOf(Job job, bool isSoak)
    {
        // Plain arguments: rows of other types are not enumerated at discovery, and lose their traits. A fault is part of the prompt's: equal rows are dropped.
        var row = new TheoryDataRow<string, string, int>(job.WorkflowId, job.CaseId, job.Trial) { TestDisplayName = isSoak ? job.RoundName : job.DisplayName, Label = "" }
            .WithTrait("Workflow", job.WorkflowId)
            .WithTrait("System", job.System)
            .WithTrait("Prompt", job.PromptId)
            .WithTrait("Category", job.PromptCategory)
            .WithTrait("Trial", job.Trial.ToString(global::System.Globalization.CultureInfo.InvariantCulture))
            .WithTrait(JobTrait, job.JobId);
        if (isSoak)
        {
            row.WithTrait(RoundTrait, job.Trial.ToString(global::System.Globalization.CultureInfo.InvariantCulture));
        }

        return job.Fault is { } fault ? row.WithTrait("Fault", fault) : row;
    }

    private static TheoryDataRow<string, string, int> RowOfUnusableSettings()
    {
        // And what the filter asks for, whatever that is: without a row nobody says what is wrong.
        var filter = TestFilter.OfProcess();
        var row = new TheoryDataRow<string, string, int>("", UnusableSettings, 0) { TestDisplayName = filter.Named(UnusableDisplayName), Label = "" };
        var traits = WorkflowCatalog.All.SelectMany(workflow => new[] { (Name: "Workflow", Value: workflow.Id), (Name: "System", Value: workflow.System) });
        foreach (var (name, value) in filter.Selected(traits))
        {
            row.WithTrait(name, value);
        }

        return row.WithTrait(UnusableTrait, "unusable");
    }
}
