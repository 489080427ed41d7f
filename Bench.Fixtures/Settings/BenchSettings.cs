namespace Bench.Fixtures.Settings;

/// <summary>What stands behind the model.</summary>
public enum Profile
{
    /// <summary>The gateway answers from scripts; real agents, no key, no network.</summary>
    Embedded,

    /// <summary>The gateway forwards to the real providers.</summary>
    Live,

    /// <summary>The gateway answers from a recording.</summary>
    Replay,

    /// <summary>No process at all; the original harness's deterministic simulation.</summary>
    DryRun,
}

/// <summary>The order in which jobs start.</summary>
public enum JobOrder
{
    /// <summary>Prompt by prompt; within a prompt the lanes in an order shuffled by the seed, so that drift hits all lanes alike.</summary>
    Interleaved,

    /// <summary>Workflow by workflow, in the order in which they are named.</summary>
    Sequential,
}

/// <summary>What an env failure does to its test.</summary>
public enum EnvFailurePolicy
{
    /// <summary>Fail in CI (<c>CI=true</c>), skip otherwise.</summary>
    Auto,

    /// <summary>The test fails.</summary>
    Fail,

    /// <summary>The test is skipped; the record says env either way.</summary>
    Skip,
}

/// <summary>The settings of a run, validated once at the border. Inner code trusts them.</summary>
public sealed record BenchSettings
{
    /// <summary>What stands behind the model. Default: embedded.</summary>
    public Profile Profile { get; init; } = Profile.Embedded;

    /// <summary>The run exists and is gone on with: jobs with a final record are not run again. Default: false.</summary>
    public bool Resume { get; init; }

    /// <summary>The absolute path of a finished run's folder: the jobs that failed there are run again, as a run of their own. Default: none.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The run's id and the name of its folder. Default: <c>bench-&lt;UTC yyyyMMddTHHmmssZ&gt;</c>, of a soak <c>soak-…</c>, set when the settings are read.</summary>
    public required string RunId { get; init; }

    /// <summary>Nobody chose the id: the clock made it, and another run may have made the same.</summary>
    internal bool HasMadeRunId => !Resume && Sources.Any(source => source is { Key: nameof(RunId), Source: SettingsValues.DefaultSource });

    /// <summary>The same settings with another id, that nobody chose either.</summary>
    internal BenchSettings WithRunId(string runId) => this with
    {
        RunId = runId,
        Sources = [.. Sources.Select(source => source.Key == nameof(RunId) ? source with { Value = runId } : source)],
    };

    /// <summary>The absolute path of the prompt file.</summary>
    public required string PromptsFile { get; init; }

    /// <summary>The prompts of the file to run, by id, without duplicates; empty runs all. The order is the file's.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The workflows to run, without duplicates, in the order named. Default: the four with <see cref="WorkflowDescription.IsDefault"/>.</summary>
    public required IReadOnlyList<string> Workflows { get; init; }

    /// <summary>The most that <c>Parallel</c> is when nobody has chosen a number.</summary>
    public const int MostAutoParallel = 4;

    /// <summary>Jobs in flight at once; at least 1. Default: the number of cores that this process may use, <see cref="MostAutoParallel"/> at most: more than that measures Bench's own crowding.</summary>
    public int Parallel { get; init; } = AutoParallel(global::System.Environment.ProcessorCount);

    /// <summary><see cref="Parallel"/> was made of the number of cores. Default: true.</summary>
    public bool ParallelIsAuto { get; init; } = true;

    /// <summary>
    /// With so many agents at work, and not waiting for their models, no further one starts: half of <see cref="Parallel"/>, at least 1, when that is automatic;
    /// null, no limit of its own, when somebody chose the number, and in a dry run, which starts no agent.
    /// </summary>
    public int? AgentsAtWork => ParallelIsAuto && Profile != Profile.DryRun ? Math.Max(1, Parallel / 2) : null;

    /// <summary>Most jobs in flight per provider, by provider id; a provider without an entry is bounded by <see cref="Parallel"/> alone.</summary>
    public IReadOnlyDictionary<string, int> ProviderLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>The models of the lanes.</summary>
    public required ModelSettings Model { get; init; }

    /// <summary>The systems, in order, on which a job goes on whose model is unavailable on its lane (<see cref="FallbackRoute"/>). Default: none, it just fails.</summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>Attempts beyond the first, per job; at least 0. Default: 1.</summary>
    public int MaxRetries { get; init; } = 1;

    /// <summary>Limit of one attempt. Default: 300 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>An attempt without any sign of life for this long is stalled. Default: 120 s.</summary>
    public TimeSpan StallThreshold { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Failed model requests that an agent may repeat by itself, per attempt; at least 0. Claude Code is told; OpenCode, which cannot be told, is ended when it asks
    /// once more; Gemini never repeats. Default: 2.
    /// </summary>
    public int AgentRetries { get; init; } = 2;

    /// <summary>The most bytes of each log of an agent or server: beyond it the beginning and the end stay. Default: 64 MiB.</summary>
    public long MaxLogBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Ids of <see cref="FaultCatalog"/>: every prompt × workflow runs once per fault, all its model requests failing that way. Embedded profile only. Default: none.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The absolute path of the file that says how each lane must end under each fault; default: <c>chaos/expectations.json</c> beside the prompt file, where it is there.</summary>
    public string? FaultExpectations { get; init; }

    /// <summary>Model answers fail on purpose, by <see cref="Faults"/> or by a plan: what the run measures is no benchmark.</summary>
    public bool HasFaults => Faults.Count > 0 || Gateway.FaultPlan is not null;

    /// <summary>Repetitions of each prompt × workflow; at least 1. Default: 1.</summary>
    public int Trials { get; init; } = 1;

    /// <summary>The most that <see cref="Trials"/> and the rounds of a soak may be: the plan of a run is held in memory.</summary>
    public const int MostTrials = 10_000;

    /// <summary>Makes the run a soak, whose rounds are its <see cref="Trials"/>; null as a rule.</summary>
    public SoakSettings? Soak { get; init; }

    /// <summary>Seed of order, jitter and back-off. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Start order. Default: interleaved.</summary>
    public JobOrder Order { get; init; } = JobOrder.Interleaved;

    /// <summary>What an env failure does to its test. Default: auto; resolved by <see cref="FailOnEnvFailure"/>.</summary>
    public EnvFailurePolicy OnEnvFailure { get; init; } = EnvFailurePolicy.Auto;

    /// <summary><see cref="OnEnvFailure"/> with auto resolved against the CI environment.</summary>
    public bool FailOnEnvFailure { get; init; }

    /// <summary>The absolute path of the folder that holds run folders.</summary>
    public required string OutputDir { get; init; }

    /// <summary>The folder of the scripted answers, absolute: the one that was given, else <c>scripted</c> beside the prompt file.</summary>
    public string ScriptedDir => Gateway.ScriptedDir ?? Path.Combine(Path.GetDirectoryName(PromptsFile)!, "scripted");

    /// <summary>The gateway.</summary>
    public GatewaySettings Gateway { get; init; } = new();

    /// <summary>Where the agent command lines are.</summary>
    public AgentSettings Agents { get; init; } = new();

    /// <summary>The cc-glm lane.</summary>
    public CcGlmSettings CcGlm { get; init; } = new();

    /// <summary>The real providers, used by the live profile only, by system (<c>opencode</c>, <c>cc-glm</c>, <c>gemini</c>).</summary>
    public IReadOnlyDictionary<string, UpstreamSettings> Live { get; init; } = new Dictionary<string, UpstreamSettings>();

    /// <summary>The git work tree in which all agents work, absolute; null gives every attempt an empty one of its own. Default: null.</summary>
    public string? WorkTree { get; init; }

    /// <summary>Jobs that are delegated one by one (<c>dotnet bench dispatch</c>).</summary>
    public DispatchSettings Dispatch { get; init; } = new();

    /// <summary>The versioned price table (JSON), absolute path; null when costs stay unknown.</summary>
    public string? PricesFile { get; init; }

    /// <summary>Where the tests' results go as JUnit XML, absolute; null writes none. Default: null.</summary>
    public string? JUnitFile { get; init; }

    /// <summary>Keep the jobs' work trees and homes after the run. Default: false.</summary>
    public bool KeepWorkspaces { get; init; }

    /// <summary>Every setting that has a value, with the source that won; keys as in bench.json, sorted.</summary>
    public IReadOnlyList<SettingSource> Sources { get; init; } = [];

    internal static int AutoParallel(int cores) => Math.Clamp(cores, 1, MostAutoParallel);
}

/// <summary>Where a setting's value came from.</summary>
/// <param name="Key">The setting, e.g. <c>Gateway:TokensPerSecond</c>.</param>
/// <param name="Value">The value as given; a list with commas.</param>
/// <param name="Source"><c>default</c>, <c>bench.json</c>, <c>bench.live.json</c>, <c>soak</c>, <c>environment</c>, <c>environment (OPENCODE_MODEL)</c>, <c>runsettings</c>, <c>msbuild</c> or <c>command line</c>.</param>
public sealed record SettingSource(string Key, string Value, string Source);

/// <summary>The models, one per system.</summary>
public sealed record ModelSettings
{
    /// <summary><c>provider/model</c> for OpenCode's lanes. Default: <c>zhipuai-coding-plan/glm-5</c>; also by <c>OPENCODE_MODEL</c>.</summary>
    public string OpenCode { get; init; } = "zhipuai-coding-plan/glm-5";

    /// <summary>The model of cc-glm. Default: <c>glm-5</c>; also by <c>CC_GLM_MODEL</c>.</summary>
    public string CcGlm { get; init; } = "glm-5";

    /// <summary>The model of Gemini. Default: <c>gemini-3-flash-preview</c>; also by <c>GEMINI_MODEL</c>.</summary>
    public string Gemini { get; init; } = "gemini-3-flash-preview";

    /// <summary>The model of a workflow, as its agent spells it.</summary>
    public string Of(WorkflowDescription workflow) => workflow.Agent switch
    {
        AgentKind.OpenCode => OpenCode,
        AgentKind.ClaudeCode => CcGlm,
        _ => Gemini,
    };

    /// <summary>The pool that a workflow shares slots and rate limits in: for OpenCode the part of the model before the slash, else the system.</summary>
    public string ProviderOf(WorkflowDescription workflow) =>
        workflow.Agent == AgentKind.OpenCode ? OpenCode.Split('/')[0] : workflow.System;
}

/// <summary>How the gateway answers, and what it keeps of it.</summary>
public sealed record GatewaySettings
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one. Default: 0.</summary>
    public int Port { get; init; }

    /// <summary>Time before the first token of an answer. Default: 20 ms.</summary>
    public TimeSpan FirstTokenDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Pace of a streamed answer; 0 means as fast as possible. Default: 2000.</summary>
    public double TokensPerSecond { get; init; } = 2000;

    /// <summary>Relative spread of both, drawn from the run's seed; 0 to 1. Default: 0.1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>The models that the scripted model serves, by bare name; any other is unavailable. Default: those of the lanes' defaults.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["glm-5", "gemini-3-flash-preview"];

    /// <summary>The model name that answers carry; null answers as the model asked for. For trying the mismatch check.</summary>
    public string? AnswerAs { get; init; }

    /// <summary>The folder of the scripted answers, absolute; null when not given (<see cref="BenchSettings.ScriptedDir"/>).</summary>
    public string? ScriptedDir { get; init; }

    /// <summary>The cassette to record, absolute; there is no file yet. Null records nothing.</summary>
    public string? RecordTo { get; init; }

    /// <summary>The cassette that answers in the replay profile, absolute; null in the other profiles.</summary>
    public string? Cassette { get; init; }

    /// <summary>Factor on a cassette's times; 0 answers at once. Default: 1.</summary>
    public double ReplayPace { get; init; } = 1;

    /// <summary>The absolute path of a fault plan (docs/formats/fault-plan.md); null injects nothing beyond <see cref="BenchSettings.Faults"/>. Embedded profile only.</summary>
    public string? FaultPlan { get; init; }
}

/// <summary>Where the agent command lines are; null looks in <c>agents/node_modules</c>, then on PATH.</summary>
public sealed record AgentSettings
{
    /// <summary>Path of <c>opencode</c>.</summary>
    public string? OpenCode { get; init; }

    /// <summary>Path of <c>claude</c>.</summary>
    public string? Claude { get; init; }

    /// <summary>Path of <c>gemini</c>.</summary>
    public string? Gemini { get; init; }

    /// <summary>The folder with the pinned <c>node_modules</c>, absolute; null when the build restored none.</summary>
    public string? Dir { get; init; }

    /// <summary>Looks on PATH when neither a setting nor the folder has the agent. Default: true.</summary>
    public bool SearchPath { get; init; } = true;
}

/// <summary>The cc-glm lane.</summary>
public sealed record CcGlmSettings
{
    /// <summary>A script with the contract of <c>cc-glm-headless.sh</c>; null runs <c>claude</c> directly.</summary>
    public string? HeadlessScript { get; init; }
}

/// <summary>A real provider behind the gateway.</summary>
public sealed record UpstreamSettings
{
    /// <summary>The API's base URL.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The environment variable that holds the key; the key itself is never a setting.</summary>
    public required string KeyVariable { get; init; }
}
