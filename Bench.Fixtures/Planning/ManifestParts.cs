namespace Bench.Fixtures.Planning;

#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/manifest.md

/// <summary>One job that the run will do.</summary>
public sealed record ManifestJob
{
    public required string JobId { get; init; }
    public required string WorkflowId { get; init; }
    public required string PromptId { get; init; }

    /// <summary>How the model fails in this job; null as a rule.</summary>
    public string? Fault { get; init; }
    public required int Trial { get; init; }
    public required string Model { get; init; }

    /// <summary>Why the job was not run although it was planned: a soak was decided before its round. Null as a rule.</summary>
    public string? NotRun { get; init; }
}

/// <summary>The rounds of a soak.</summary>
public sealed record ManifestSoak
{
    /// <summary>Clean rounds in a row that are required.</summary>
    public required int Rounds { get; init; }

    /// <summary>The most rounds that are tried.</summary>
    public required int MaxRounds { get; init; }

    /// <summary>What each prompt's answer must be, by prompt; null in manifests of earlier versions.</summary>
    public IReadOnlyDictionary<string, string>? Hints { get; init; }

    /// <summary>The git work tree in which all agents work, absolute; null when every attempt has an empty one.</summary>
    public string? WorkTree { get; init; }

    /// <summary>The dx-runner that ran the jobs, absolute; null when Bench's own lanes did.</summary>
    public string? Dispatcher { get; init; }
}

/// <summary>The run whose failed jobs this one ran again.</summary>
public sealed record ManifestRerun
{
    public required string RunId { get; init; }

    /// <summary>Absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Jobs that had not passed there.</summary>
    public required int Jobs { get; init; }
}

/// <summary>A setting that had another value when the run was begun.</summary>
public sealed record ManifestChange
{
    /// <summary>When the run was resumed with it.</summary>
    public required string At { get; init; }
    public required string Key { get; init; }

    /// <summary>Null when it was not given.</summary>
    public string? Value { get; init; }

    /// <summary>Null when it was not given.</summary>
    public string? Was { get; init; }
}

/// <summary>A file beside the prompts that decides what jobs do or cost.</summary>
public sealed record ManifestFile
{
    /// <summary>One of the constants of this type.</summary>
    public required string Kind { get; init; }

    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>A script of the embedded model.</summary>
    public const string ScriptedAnswer = "scripted_answer";

    /// <summary>The fault plan.</summary>
    public const string FaultPlan = "fault_plan";

    /// <summary>How each lane must end under each fault.</summary>
    public const string FaultExpectations = "fault_expectations";

    /// <summary>The script of cc-glm.</summary>
    public const string CcGlmScript = "cc_glm_script";

    /// <summary>The price table: costs follow from it, and nothing that a job does.</summary>
    public const string Prices = "prices";
}

/// <summary>Which prompts were asked.</summary>
public sealed record ManifestPromptSet
{
    public required string Name { get; init; }
    public required int Version { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>The gates' settings, under the names of the original harness.</summary>
public sealed record ManifestGovernance
{
    /// <summary>A commit; empty when no baseline is required.</summary>
    public string RequiredBaseline { get; init; } = "";
    public IReadOnlyList<string> Allowlist { get; init; } = [];

    /// <summary>Always true: Bench watches every attempt.</summary>
    public bool StallDetectorEnabled { get; init; } = true;
    public required double StallThresholdSec { get; init; }
}

/// <summary>An agent command line of the run, at its start and at its end.</summary>
public sealed record ManifestAgent
{
    /// <summary><c>opencode</c>, <c>claude</c> or <c>gemini</c>.</summary>
    public required string Kind { get; init; }
    public required string Path { get; init; }

    /// <summary><c>settings</c>, <c>agents</c> or <c>path</c>.</summary>
    public required string FoundIn { get; init; }
    public required string Version { get; init; }

    /// <summary>The version that a run is meant to measure; null when nobody pins one.</summary>
    public string? PinnedVersion { get; init; }
    public required string Sha256 { get; init; }

    /// <summary>Null until the run has ended, and when the agent was gone by then.</summary>
    public string? VersionAfter { get; init; }

    /// <summary>Null until the run has ended, and when the agent was gone by then.</summary>
    public string? Sha256After { get; init; }
}

/// <summary>The tools around the agents; null is "not there" or "not used".</summary>
public sealed record ManifestTools
{
    /// <summary>The version of Bench.</summary>
    public required string Bench { get; init; }

    /// <summary>The version of the .NET runtime.</summary>
    public required string Dotnet { get; init; }
    public string? Git { get; init; }

    /// <summary>Null unless an agent runs on node.</summary>
    public string? Node { get; init; }
}

/// <summary>The recording that answered in place of the model.</summary>
public sealed record ManifestCassette
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }
    public required string Sha256 { get; init; }
    public required string RecordedAt { get; init; }

    /// <summary>The version of Bench that recorded.</summary>
    public required string Bench { get; init; }

    /// <summary>What answered then: <c>embedded</c> or <c>live</c>.</summary>
    public required string Profile { get; init; }

    /// <summary>The agents' versions then, by agent.</summary>
    public required IReadOnlyDictionary<string, string> Agents { get; init; }

    /// <summary>Its last line was incomplete and is not used.</summary>
    public required bool CutOff { get; init; }
}

/// <summary>The state of the repository that the run was started from.</summary>
public sealed record ManifestRepository
{
    public required string Commit { get; init; }

    /// <summary>Files were changed or added and not committed.</summary>
    public required bool Dirty { get; init; }
}

/// <summary>The machine.</summary>
public sealed record ManifestHost
{
    /// <summary>Name and version of the operating system, as it calls itself.</summary>
    public required string Os { get; init; }

    /// <summary>e.g. <c>x64</c>, <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Processors that the run may use.</summary>
    public required int CpuCount { get; init; }

    /// <summary>Memory that the run may use; null when unknown.</summary>
    public long? MemoryBytes { get; init; }
}

/// <summary>What was found when the run ended.</summary>
public sealed record ManifestClosing
{
    /// <summary>Processes that carried the run's mark after everything had been stopped; they were killed.</summary>
    public required int ProcessesLeft { get; init; }

    /// <summary>CPU time, user and system, of the run's shared server and all that it started, its start-up included; null without one and when unknown.</summary>
    public double? ServerCpuMs { get; init; }

    /// <summary>Secrets found in the run folder and in kept workspaces: <c>file:line rule</c>, never a value; a finding fails the run.</summary>
    public required IReadOnlyList<string> RedactionFindings { get; init; }

    /// <summary>Files that could not be searched for secrets, each with the reason: <c>file: not searched, why</c>; one fails the run, since nobody knows what is in it.</summary>
    public IReadOnlyList<string> Unsearched { get; init; } = [];

    /// <summary>The folder of the kept work trees and homes, which were searched too; null when they were deleted.</summary>
    public string? KeptWorkspaces { get; init; }

    /// <summary>Agents whose version or hash changed while the run went on.</summary>
    public required IReadOnlyList<string> ChangedAgents { get; init; }

    /// <summary>By how many milliseconds the wall clock was set while the run went on, or the machine slept; null when neither.</summary>
    public double? ClockStepMs { get; init; }

    /// <summary>What could not be written; empty when the folder is whole.</summary>
    public required IReadOnlyList<string> WriteProblems { get; init; }

    /// <summary>Work trees and homes that could not be deleted.</summary>
    public required IReadOnlyList<string> Leftovers { get; init; }
}
#pragma warning restore CS1591
