using System.Globalization;
using System.Text.Json.Serialization;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>
/// What a run will do, resolved; written before the first job, and once more when the run has ended. Never an environment dump.
/// JSON names are the properties in snake_case; docs/formats/manifest.md describes them.
/// </summary>
public sealed partial record Manifest
{
    /// <summary>The format's version; the original harness's manifests, which had none, count as 1.</summary>
    public const int CurrentSchemaVersion = 2;

    /// <summary>The status of a run that has not ended, or was killed.</summary>
    public const string Running = "running";

#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/manifest.md
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;
    public required string RunId { get; init; }

    /// <summary><c>running</c>, <c>completed</c>, <c>cancelled</c> or <c>crashed</c>.</summary>
    public string Status { get; init; } = Running;
    public required string CreatedAt { get; init; }

    /// <summary>Null until the run has ended.</summary>
    public string? CompletedAt { get; init; }
    public required string Profile { get; init; }
    public required bool DryRun { get; init; }
    public required string Isolation { get; init; }

    /// <summary>The value of <c>BENCH_RUN_MARK</c> in the environment of every process of the run.</summary>
    public required string ProcessMark { get; init; }

    /// <summary>In the order named.</summary>
    public required IReadOnlyList<string> Workflows { get; init; }

    /// <summary>The models asked for, without repetition, in the workflows' order, separated by commas.</summary>
    public required string Model { get; init; }

    /// <summary>The model asked for, by workflow.</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>Always null: which model answered is a fact of each record.</summary>
    public string? ModelSelected { get; init; }

    /// <summary>Always null, as in the original harness.</summary>
    public string? FallbackReason { get; init; }
    public required int Parallel { get; init; }

    /// <summary>The number was made of the cores, nobody chose it.</summary>
    public bool ParallelAuto { get; init; }
    public required IReadOnlyDictionary<string, int> ProviderLimits { get; init; }
    public required int MaxRetries { get; init; }
    public required double TimeoutSec { get; init; }
    public required int AgentRetries { get; init; }
    public required int Trials { get; init; }

    /// <summary>The rounds of a soak; null as a rule.</summary>
    public ManifestSoak? Soak { get; init; }
    public required int Seed { get; init; }
    public required string Order { get; init; }

    /// <summary>The faults that the gateway injects, one after the other for every prompt; empty as a rule. With faults, a run is no benchmark.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The path of the fault plan; null as a rule. With one, a run is no benchmark.</summary>
    public string? FaultPlan { get; init; }
    public required string Cwd { get; init; }
    public required string PromptsFile { get; init; }
    public required ManifestPromptSet PromptSet { get; init; }

    /// <summary>The ids of the prompts that the settings choose, in the file's order; null in a manifest of before this field.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>The other files that decide what jobs do or cost, with their hashes; empty in a manifest of before this field.</summary>
    public IReadOnlyList<ManifestFile> Files { get; init; } = [];

    /// <summary>The run whose failed jobs this one runs again; null as a rule.</summary>
    public ManifestRerun? RerunOf { get; init; }

    /// <summary>Settings that had other values when the run was begun, oldest first; empty unless it was resumed with others.</summary>
    public IReadOnlyList<ManifestChange> Changes { get; init; } = [];
    public required ManifestGovernance Governance { get; init; }
    public required string PlanHash { get; init; }
    public required IReadOnlyList<ManifestAgent> Agents { get; init; }
    public required ManifestTools Tools { get; init; }

    /// <summary>Null outside the replay profile.</summary>
    public ManifestCassette? Cassette { get; init; }
    public ManifestRepository? Repository { get; init; }

    /// <summary>Why there is no repository; null when there is one.</summary>
    public string? RepositoryProblem { get; init; }
    public required ManifestHost Host { get; init; }
    public required IReadOnlyList<SettingSource> Settings { get; init; }

    /// <summary>Null until the run has ended, and for good when it was killed.</summary>
    public ManifestClosing? Closing { get; init; }

    /// <summary>In start order.</summary>
    public required IReadOnlyList<ManifestJob> Jobs { get; init; }
#pragma warning restore CS1591

    /// <summary>The agents that changed while the run went on, by version or hash; empty until it has ended.</summary>
    [JsonIgnore]
    public IReadOnlyList<ManifestAgent> ChangedAgents =>
        CompletedAt is null ? [] : [.. Agents.Where(agent => agent.VersionAfter != agent.Version || agent.Sha256After != agent.Sha256)];

    /// <summary>The manifest of a run that is about to start.</summary>
    public static Manifest Of(PromptSet promptSet, BenchSettings settings, RunPlan plan, ManifestFacts facts)
    {
        var models = settings.Workflows.ToDictionary(id => id, id => settings.Model.Of(WorkflowCatalog.Find(id)!));
        return new()
        {
            RunId = settings.RunId,
            CreatedAt = Stamp(facts.CreatedAt),
            Profile = SettingNames.Of(settings.Profile),
            DryRun = settings.Profile == Bench.Fixtures.Settings.Profile.DryRun,
            Isolation = facts.Isolation,
            ProcessMark = facts.ProcessMark,
            Workflows = settings.Workflows,
            Model = string.Join(',', models.Values.Distinct()),
            Models = models,
            Parallel = settings.Parallel,
            ParallelAuto = settings.ParallelIsAuto,
            ProviderLimits = settings.ProviderLimits,
            MaxRetries = settings.MaxRetries,
            TimeoutSec = settings.Timeout.TotalSeconds,
            AgentRetries = settings.AgentRetries,
            Trials = settings.Trials,
            Soak = settings.Soak is { } soak
                ? new() { Rounds = soak.Rounds, MaxRounds = soak.MaxRounds, Hints = HintsOf(promptSet, settings), WorkTree = settings.WorkTree, Dispatcher = soak.Dispatcher }
                : null,
            Seed = settings.Seed,
            Order = SettingNames.Of(settings.Order),
            Faults = settings.Faults,
            FaultPlan = settings.Gateway.FaultPlan,
            Cwd = facts.WorkingFolder,
            PromptsFile = promptSet.Path,
            PromptSet = new() { Name = promptSet.Name, Version = promptSet.Version, Sha256 = promptSet.Sha256 },
            Prompts = [.. Planner.PromptsOf(promptSet, settings).Select(prompt => prompt.Id)],
            Files = facts.Files,
            RerunOf = facts.RerunOf,
            Governance = new() { StallThresholdSec = settings.StallThreshold.TotalSeconds },
            PlanHash = plan.PlanHash,
            Agents = facts.Agents,
            Tools = facts.Tools,
            Cassette = facts.Cassette,
            Repository = facts.Repository,
            RepositoryProblem = facts.RepositoryProblem,
            Host = facts.Host,
            Settings = settings.Sources,
            Jobs = [.. plan.Jobs.Select(JobOf)],
        };
    }

    /// <summary>The manifest of the run after its end.</summary>
    /// <param name="status"><c>completed</c>, <c>cancelled</c> or <c>crashed</c>.</param>
    /// <param name="completedAt">Now.</param>
    /// <param name="agentsAfter">The agents as they are now; one that is gone is left out.</param>
    public Manifest Ended(string status, DateTimeOffset completedAt, IReadOnlyList<ManifestAgent> agentsAfter) => this with
    {
        Status = status,
        CompletedAt = Stamp(completedAt),
        Agents = [.. Agents.Select(agent => After(agent, agentsAfter.FirstOrDefault(after => after.Kind == agent.Kind)))],
    };

    private static Dictionary<string, string> HintsOf(PromptSet promptSet, BenchSettings settings) => Planner.PromptsOf(promptSet, settings)
        .Where(prompt => prompt.Checks.Count > 0)
        .ToDictionary(prompt => prompt.Id, prompt => (prompt.Checks.FirstOrDefault(check => check.Kind == CheckKind.Contains) ?? prompt.Checks[0]).Value);

    private static ManifestAgent After(ManifestAgent agent, ManifestAgent? after) =>
        agent with { VersionAfter = after?.Version, Sha256After = after?.Sha256 };

    /// <summary>The manifest when it is known that the jobs of some rounds will not run.</summary>
    /// <param name="isNotRun">Whether a trial is such a round.</param>
    /// <param name="why">The reason, one sentence.</param>
    public Manifest WithoutRounds(Func<int, bool> isNotRun, string why) =>
        this with { Jobs = [.. Jobs.Select(job => isNotRun(job.Trial) ? job with { NotRun = why } : job)] };

    private static ManifestJob JobOf(Job job) => new()
    {
        JobId = job.JobId,
        WorkflowId = job.WorkflowId,
        PromptId = job.PromptId,
        Fault = job.Fault,
        Trial = job.Trial,
        Model = job.Model,
    };

    private static string Stamp(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
