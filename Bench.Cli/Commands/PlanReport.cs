using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Commands;

/// <summary>What <c>dotnet bench plan</c> prints; with <c>--json</c> as it is, in snake_case.</summary>
internal sealed partial record PlanReport
{
    public int SchemaVersion { get; init; } = 1;
    public required string RunId { get; init; }
    public required string Profile { get; init; }
    public required string RunDir { get; init; }
    public required PlannedPrompts PromptSet { get; init; }
    public required string Order { get; init; }
    public required int Seed { get; init; }
    public required int Trials { get; init; }
    public required int Parallel { get; init; }
    public required int MaxRetries { get; init; }
    public required double TimeoutSec { get; init; }
    public required double StallThresholdSec { get; init; }
    public required string PlanHash { get; init; }
    public required IReadOnlyList<PlannedLane> Lanes { get; init; }
    public required IReadOnlyList<PlannedJob> Jobs { get; init; }
    public required IReadOnlyList<SettingSource> Settings { get; init; }

    /// <summary>Reports a plan.</summary>
    public static PlanReport Of(PromptSet promptSet, BenchSettings settings, RunPlan plan) => new()
    {
        RunId = settings.RunId,
        Profile = SettingNames.Of(settings.Profile),
        RunDir = Path.Combine(settings.OutputDir, settings.RunId),
        PromptSet = new(promptSet.Name, promptSet.Version, plan.Jobs.Select(job => job.PromptId).Distinct().Count(), promptSet.Sha256, promptSet.Path),
        Order = SettingNames.Of(settings.Order),
        Seed = settings.Seed,
        Trials = settings.Trials,
        Parallel = settings.Parallel,
        MaxRetries = settings.MaxRetries,
        TimeoutSec = settings.Timeout.TotalSeconds,
        StallThresholdSec = settings.StallThreshold.TotalSeconds,
        PlanHash = plan.PlanHash,
        Lanes = [.. settings.Workflows.Select(id => LaneOf(WorkflowCatalog.Find(id)!, settings, plan))],
        Jobs = [.. plan.Jobs.Select(job => new PlannedJob(job.Ordinal, job.JobId, job.WorkflowId, job.PromptId, job.Trial, job.Model))],
        Settings = settings.Sources,
    };

    private static PlannedLane LaneOf(WorkflowDescription workflow, BenchSettings settings, RunPlan plan)
    {
        var provider = settings.Model.ProviderOf(workflow);
        var limit = settings.ProviderLimits.TryGetValue(provider, out var most) ? Math.Min(most, settings.Parallel) : settings.Parallel;
        return new(
            workflow.Id,
            workflow.System,
            SettingNames.Of(workflow.Kind),
            SettingNames.Of(workflow.Agent),
            settings.Model.Of(workflow),
            provider,
            limit,
            plan.Jobs.Count(job => job.WorkflowId == workflow.Id));
    }
}

/// <summary>The prompt set of a plan.</summary>
internal sealed record PlannedPrompts(string Name, int Version, int Count, string Sha256, string Path);

/// <summary>A lane of a plan. <paramref name="ParallelLimit"/> is shared by all lanes of the provider.</summary>
internal sealed record PlannedLane(
    string WorkflowId, string System, string WorkflowKind, string Agent, string Model, string Provider, int ParallelLimit, int JobCount);

/// <summary>A job of a plan.</summary>
internal sealed record PlannedJob(int Ordinal, string JobId, string WorkflowId, string PromptId, int Trial, string Model);
