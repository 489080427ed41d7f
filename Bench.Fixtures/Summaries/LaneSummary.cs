using System.Text.Json.Serialization;

namespace Bench.Fixtures.Summaries;

/// <summary>One workflow in numbers.</summary>
public sealed record LaneSummary
{
    /// <summary>The workflow.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Its system; several are joined by a comma.</summary>
    public required string System { get; init; }

    /// <summary><c>headless</c> or <c>server</c>; null when no record says it.</summary>
    public required string? WorkflowKind { get; init; }

    /// <summary>Models asked for, sorted.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Models that answered, sorted; empty when unknown.</summary>
    public required IReadOnlyList<string> ModelsSelected { get; init; }

    /// <summary>The lane's denominator and rates.</summary>
    public required OutcomeSummary Outcomes { get; init; }

    /// <summary>Submit of the first attempt → result of the last, back-off included: what whoever asked waited for, without the queue.</summary>
    public required LatencySummary TimeToResult { get; init; }

    /// <summary>Submit → first assistant output on the lane's own interface, first attempts that succeeded or that a limit ended.</summary>
    public required LatencySummary FirstAttemptFirstOutputLatency { get; init; }

    /// <summary>Submit → the lane's own terminal event, first attempts that succeeded or that a limit ended.</summary>
    public required LatencySummary FirstAttemptCompletionLatency { get; init; }

    /// <summary>Submit → first assistant output on the lane's own interface, last attempts.</summary>
    public required LatencySummary FirstOutputLatency { get; init; }

    /// <summary>Submit → the lane's own terminal event, last attempts.</summary>
    public required LatencySummary CompletionLatency { get; init; }

    /// <summary>Spawn → ready, last attempts.</summary>
    public required LatencySummary StartupLatency { get; init; }

    /// <summary>Submit → first token of the first own model answer, at the gateway; passed jobs.</summary>
    public required LatencySummary ModelFirstToken { get; init; }

    /// <summary>Time inside model requests; passed jobs.</summary>
    public required LatencySummary ModelTime { get; init; }

    /// <summary>Completion − model time; passed jobs.</summary>
    public required LatencySummary AgentOverhead { get; init; }

    /// <summary>Terminal event → process gone; passed jobs.</summary>
    public required LatencySummary ExitLag { get; init; }

    /// <summary>Intended start → first slot; all jobs that started. Never part of a lane's latency.</summary>
    public required LatencySummary QueueWait { get; init; }

    /// <summary>Slot → submit: work tree and home, the wait for the shared server, the session; last attempts of passed jobs. In no latency.</summary>
    public required LatencySummary Preparation { get; init; }

    /// <summary>Whether its trials differ by more than chance; null where there are too few, or they share no prompts.</summary>
    public LaneDrift? Drift { get; init; }

    /// <summary>Waits between attempts in milliseconds, all jobs that started. In no latency, and not in <see cref="QueueWait"/>.</summary>
    public required TotalSummary BackoffMs { get; init; }

    /// <summary>The longest spawn → healthy of the workflow's server; null for a lane without one.</summary>
    public required double? ServerBootstrapMs { get; init; }

    /// <summary>Model requests of all jobs and attempts.</summary>
    public required TotalSummary ModelRequests { get; init; }

    /// <summary>Those beyond the prompt's own turns.</summary>
    public required TotalSummary HiddenModelRequests { get; init; }

    /// <summary>What its jobs used of the machine, and how loaded it was.</summary>
    public required LoadSummary Load { get; init; }

    /// <summary>Input tokens, cached ones included.</summary>
    public required TotalSummary InputTokens { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    public required TotalSummary OutputTokens { get; init; }

    /// <summary>Input tokens read from a cache.</summary>
    public required TotalSummary CachedInputTokens { get; init; }

    /// <summary>Output tokens spent on reasoning.</summary>
    public required TotalSummary ReasoningTokens { get; init; }

    /// <summary>Cost of all jobs and attempts, in USD.</summary>
    public required TotalSummary CostUsd { get; init; }

    /// <summary>Whole cost ÷ passed jobs, in USD; null when a job's cost is unknown or none passed.</summary>
    public required decimal? CostUsdPerPassed { get; init; }
}

/// <summary>A sum over all attempts of all jobs.</summary>
public sealed record TotalSummary
{
    /// <summary>Sum over the jobs where it, or a lower bound of it, is known; null when there is none. Never 0 for "unknown".</summary>
    public required decimal? Sum { get; init; }

    /// <summary>Jobs where it is known.</summary>
    public required int KnownJobs { get; init; }

    /// <summary>Jobs where a part of it is unknown, so that theirs is a lower bound.</summary>
    public required int AtLeastJobs { get; init; }

    /// <summary>Jobs where it is unknown.</summary>
    public required int UnknownJobs { get; init; }

    /// <summary>The sum is a lower bound.</summary>
    [JsonIgnore]
    public bool IsAtLeast => AtLeastJobs + UnknownJobs > 0;

    /// <summary>All of them.</summary>
    [JsonIgnore]
    public int Jobs => KnownJobs + AtLeastJobs + UnknownJobs;
}

/// <summary>
/// A latency of a lane, in milliseconds, over passed jobs and those that a limit ended (censored: "at least the limit"). Jobs that
/// failed otherwise are not in it.
/// </summary>
public sealed record LatencySummary
{
    /// <summary>Jobs counted, censored ones included.</summary>
    public required int N { get; init; }

    /// <summary>Of these, jobs known only to be at least their limit.</summary>
    public required int Censored { get; init; }

    /// <summary>The smallest value; null when there is none, or when a censored job's limit is lower than all values, so that the true minimum may be its.</summary>
    public required double? MinMs { get; init; }

    /// <summary>The largest of all values and limits.</summary>
    public required double? MaxMs { get; init; }

    /// <summary>A job is censored: any of these may have taken longer than all others, and the true maximum is at least <see cref="MaxMs"/>.</summary>
    public required bool MaxIsAtLeast { get; init; }

    /// <summary>The median.</summary>
    public required PercentileEstimate P50 { get; init; }

    /// <summary>The 95th percentile; without a value below 72 jobs, where it would be little but the maximum under another name.</summary>
    public required PercentileEstimate P95 { get; init; }
}

/// <summary>A percentile with its distribution-free 95 % interval.</summary>
public sealed record PercentileEstimate
{
    /// <summary>The value in milliseconds; null when there is none to give.</summary>
    public required double? ValueMs { get; init; }

    /// <summary>The true value is at least <see cref="ValueMs"/>: so many jobs were censored.</summary>
    public required bool IsAtLeast { get; init; }

    /// <summary>Lower end of the interval; null when n is too small for one, and for several lanes together.</summary>
    public required double? LowMs { get; init; }

    /// <summary>Upper end of the interval; null where <see cref="LowMs"/> is, or nothing bounds it because of censored jobs.</summary>
    public required double? HighMs { get; init; }

    /// <summary>The least n for an interval of this percentile.</summary>
    public required int NeededN { get; init; }
}
