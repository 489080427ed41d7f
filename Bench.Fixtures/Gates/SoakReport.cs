using System.Text.Json.Serialization;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>
/// What a soak came to: the document <c>&lt;run id&gt;.json</c> beside the run's folder. JSON names are the properties in snake_case, those of the original harness
/// where it had them; docs/formats/soak.md describes all.
/// </summary>
public sealed record SoakReport
{
    /// <summary>The format's version.</summary>
    public int SchemaVersion { get; init; } = FormatVersions.Soak;

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>One of <see cref="SoakStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The status is <c>passed</c>: never before the run has ended.</summary>
    public bool Passed => Status == SoakStatuses.Passed;

    /// <summary>Every round that was begun is clean, and there is one.</summary>
    public required bool AllClean { get; init; }

    /// <summary>Why it has not passed, in sentences; null when it has.</summary>
    public required string? Reason { get; init; }

    /// <summary>What stood behind the model.</summary>
    public required string Profile { get; init; }

    /// <summary>Nothing was asked: the jobs are made up.</summary>
    public required bool DryRun { get; init; }

    /// <summary>The dx-runner that ran the jobs; null when Bench's own lanes did.</summary>
    public required string? Dispatcher { get; init; }

    /// <summary>Clean rounds in a row that are required.</summary>
    public required int RoundsRequired { get; init; }

    /// <summary>The most rounds that are tried.</summary>
    public required int MaxRounds { get; init; }

    /// <summary>Rounds that were begun.</summary>
    public required int RoundsTried { get; init; }

    /// <summary>Clean rounds in a row at the end of those tried.</summary>
    public required int ConsecutiveClean { get; init; }

    /// <summary>Jobs of the rounds that were begun.</summary>
    public required int TotalJobs { get; init; }

    /// <summary>Of these, those that passed.</summary>
    public required int TotalPassed { get; init; }

    /// <summary>Of these, those that ended without passing.</summary>
    public required int TotalFailed { get; init; }

    /// <summary>Start of the first job; UTC, null before it.</summary>
    public required string? StartedAt { get; init; }

    /// <summary>End of the last job; UTC, null while the run goes on.</summary>
    public required string? CompletedAt { get; init; }

    /// <summary>Between the two.</summary>
    public required double? DurationSec { get; init; }

    /// <summary>What all providers together prove.</summary>
    public required SoakProof Proof { get; init; }

    /// <summary>Time to result of all passed jobs, and of those that a limit ended (censored).</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>By provider: opencode, cc-glm, gemini.</summary>
    public required IReadOnlyDictionary<string, SoakProvider> ProviderSummary { get; init; }

    /// <summary>All rounds, also those that were not run.</summary>
    public required IReadOnlyList<SoakRound> Rounds { get; init; }

    /// <summary>Every job that keeps a round from being clean, in the jobs' order.</summary>
    public required IReadOnlyList<SoakOffender> Offenders { get; init; }

    /// <summary>What makes the run fail although its jobs may have passed: secrets found, agents changed, files not written, processes left.</summary>
    public required IReadOnlyList<string> RunProblems { get; init; }

    /// <summary>The run folder's name, beside this document.</summary>
    public required string RunDir { get; init; }

    /// <summary>What the rounds that have ended decide, whether or not the run has ended.</summary>
    internal SoakDecision Decision { get; init; }
}

/// <summary>How a soak stands.</summary>
public static class SoakStatuses
{
    /// <summary>It goes on, or was killed and nobody has finished its folder yet. Not passed.</summary>
    public const string Running = "running";

    /// <summary>Enough rounds in a row are clean, and the run is whole.</summary>
    public const string Passed = "passed";

    /// <summary>They are not.</summary>
    public const string Failed = "failed";

    /// <summary>A person or the CI system stopped it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Its process died.</summary>
    public const string Crashed = "crashed";

    /// <summary>A test filter left jobs out: there is no verdict.</summary>
    public const string Partial = "partial";
}

/// <summary>What clean jobs prove of a failure rate.</summary>
public sealed record SoakProof
{
    /// <summary>Jobs of the required clean rounds in a row; 0 when these were not reached, and in a dry run.</summary>
    public required int N { get; init; }

    /// <summary>The greatest failure rate that the soak does not exclude, at 95 %, all rounds that may be tried counted; rounded up, null when n is 0.</summary>
    [JsonPropertyName("failure_rate_upper_bound_95")]
    public required double? FailureRateUpperBound95 { get; init; }

    /// <summary>Several lanes are in it: the bound is one on their mixture, and a lane of it may fail more often.</summary>
    [JsonIgnore]
    public bool IsOfMixture { get; init; }

    /// <summary>The chance that the soak passes although 1 of 20 jobs fails, with all the rounds that may be tried.</summary>
    [JsonPropertyName("chance_to_pass_at_5_percent")]
    public required double ChanceToPassAt5Percent { get; init; }
}

/// <summary>One provider over all rounds that were begun.</summary>
public sealed record SoakProvider
{
#pragma warning disable CS1591 // docs/formats/soak.md
    public required int Total { get; init; }
    public required int Passed { get; init; }
    public required int Failed { get; init; }
    public required int JobsPerRound { get; init; }

    /// <summary>Of passed jobs; null when none passed.</summary>
    public required double? LatencyMsMean { get; init; }

    /// <summary>The median by linear interpolation, not the original's upper median; null when there is none, a lower bound when <see cref="Latency"/> says so.</summary>
    public required double? LatencyMsP50 { get; init; }
    public required LatencySummary Latency { get; init; }
    public required SoakProof Proof { get; init; }
#pragma warning restore CS1591
}

/// <summary>One round.</summary>
public sealed record SoakRound
{
#pragma warning disable CS1591
    public required int RoundNum { get; init; }

    /// <summary><c>clean</c>, <c>failed</c>, <c>running</c> or <c>not_run</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it was not run; null when it was.</summary>
    public required string? Reason { get; init; }
    public required int JobCount { get; init; }

    /// <summary>The round is clean.</summary>
    public required bool Passed { get; init; }

    /// <summary>0 to 1; null when the round was not run.</summary>
    public required double? PassRate { get; init; }
    public required string? StartedAt { get; init; }
    public required string? CompletedAt { get; init; }
    public required double? DurationSec { get; init; }

    /// <summary>By provider, then in the order of the prompts; empty when the round was not run.</summary>
    public required IReadOnlyList<SoakJob> Jobs { get; init; }
#pragma warning restore CS1591
}

/// <summary>How a round stands.</summary>
public static class SoakRoundStatuses
{
#pragma warning disable CS1591 // the word says it
    public const string Clean = "clean";
    public const string Failed = "failed";
    public const string Running = "running";
    public const string NotRun = "not_run";
#pragma warning restore CS1591
}
