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

    /// <summary>The prompt argument of the single row that stands for settings or prompts that cannot be used.</summary>
    public const string UnusableSettings = "(unusable settings)";

    /// <summary>
    /// The rows: workflow id, prompt id (with faults <c>&lt;prompt&gt;__&lt;fault&gt;</c>) and trial; traits <c>Workflow</c>, <c>System</c>, <c>Prompt</c>, <c>Category</c>, <c>Trial</c> and <c>Job</c>, with faults also <c>Fault</c>.
    /// Unusable settings give one row, which every <c>Workflow</c> filter selects and which fails with the full error.
    /// </summary>
    public static IEnumerable<ITheoryDataRow> All()
    {
        try
        {
            return BenchInputs.Read().Plan.Jobs.Select(RowOf).ToList();
        }
        catch (BenchUsageException)
        {
            return [RowOfUnusableSettings()];
        }
    }

    private static TheoryDataRow<string, string, int> RowOf(Job job)
    {
        // Plain arguments: rows of other types are not enumerated at discovery, and lose their traits. A fault is part of the prompt's: equal rows are dropped.
        var row = new TheoryDataRow<string, string, int>(job.WorkflowId, job.CaseId, job.Trial) { TestDisplayName = job.DisplayName, Label = "" }
            .WithTrait("Workflow", job.WorkflowId)
            .WithTrait("System", job.System)
            .WithTrait("Prompt", job.PromptId)
            .WithTrait("Category", job.PromptCategory)
            .WithTrait("Trial", job.Trial.ToString(global::System.Globalization.CultureInfo.InvariantCulture))
            .WithTrait(JobTrait, job.JobId);
        return job.Fault is { } fault ? row.WithTrait("Fault", fault) : row;
    }

    private static TheoryDataRow<string, string, int> RowOfUnusableSettings()
    {
        var row = new TheoryDataRow<string, string, int>("", UnusableSettings, 0) { TestDisplayName = "bench settings", Label = "" };
        foreach (var workflow in WorkflowCatalog.All)
        {
            row.WithTrait("Workflow", workflow.Id).WithTrait("System", workflow.System);
        }

        return row;
    }
}
