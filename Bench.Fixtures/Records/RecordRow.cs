using Bench.Fixtures.Planning;

namespace Bench.Fixtures.Records;

/// <summary>How a job ended, in the terms of the one denominator: every record is exactly one of these.</summary>
public enum JobOutcome
{
    /// <summary>Success on some attempt.</summary>
    Passed,

    /// <summary>Failed; the model, or the agent that drives it, is to blame.</summary>
    FailedModel,

    /// <summary>Failed; the machine, the network, the account or the provider's service is to blame.</summary>
    FailedEnv,

    /// <summary>Failed; Bench itself is to blame, also for a failure that it left unclassified.</summary>
    FailedHarness,

    /// <summary>The run was cancelled before the job had a result.</summary>
    Cancelled,
}

/// <summary>
/// A record's own fields without its texts and attempts: what statistics need, small enough to go through a million of them.
/// Names and units are those of <see cref="JobRecord"/>; null is unknown.
/// </summary>
public readonly record struct RecordRow
{
#pragma warning disable CS1591 // docs/formats/record.md
    public required string WorkflowId { get; init; }
    public required string PromptId { get; init; }
    public required int Trial { get; init; }

    /// <summary>The job's id where it is not the one that workflow, prompt and trial make; null otherwise.</summary>
    public string? UnusualJobId { get; init; }

    /// <summary>The job's id.</summary>
    public string JobId => UnusualJobId ?? Job.IdOf(WorkflowId, PromptId, Trial);

    public string? System { get; init; }
    public string? WorkflowKind { get; init; }
    public string? PromptCategory { get; init; }
    public string? Model { get; init; }
    public string? ModelSelected { get; init; }
    public string? FallbackFrom { get; init; }

    public JobOutcome Outcome { get; init; }

    /// <summary>Cancelled before its first attempt, or not run: it has done nothing and used nothing up.</summary>
    public bool NeverStarted { get; init; }
    public bool Success => Outcome == JobOutcome.Passed;
    public string? FailureCategory { get; init; }
    public string? FailureReason { get; init; }
    public bool Censored { get; init; }
    public int RetryCount { get; init; }

    public double? QueueWaitMs { get; init; }
    public double? BackoffMs { get; init; }
    public double? PreparationMs { get; init; }
    public double? StartupLatencyMs { get; init; }
    public double? FirstOutputLatencyMs { get; init; }
    public double? CompletionLatencyMs { get; init; }
    public double? TimeToResultMs { get; init; }
    public double? FirstAttemptFirstOutputLatencyMs { get; init; }
    public double? FirstAttemptCompletionLatencyMs { get; init; }
    public bool FirstAttemptCensored { get; init; }

    /// <summary>The lane itself answers for how the first attempt ended; false where the environment or Bench failed it. Of jobs with several attempts; true where nobody says.</summary>
    public bool FirstAttemptIsAnswerable { get; init; }

    /// <summary>The first attempt says something about the lane: it succeeded, or failed by the lane's own fault.</summary>
    public bool CountsInFirstAttempt => RetryCount == 0 ? Outcome is JobOutcome.Passed or JobOutcome.FailedModel : FirstAttemptIsAnswerable;

    public double? ExitLagMs { get; init; }
    public double? ModelFirstTokenMs { get; init; }
    public double? ModelTimeMs { get; init; }
    public double? AgentOverheadMs { get; init; }
    public double? WorkflowStartupLatencyMs { get; init; }

    public double? CpuMs { get; init; }
    public long? PeakMemoryBytes { get; init; }
    public double? CpuPressure { get; init; }
    public int? JobsInFlight { get; init; }

    public int? ModelRequests { get; init; }
    public int? HiddenModelRequests { get; init; }
    public long? InputTokens { get; init; }
    public long? OutputTokens { get; init; }
    public long? CachedInputTokens { get; init; }
    public long? ReasoningTokens { get; init; }
    public decimal? CostUsd { get; init; }

    /// <summary>The numbers that are lower bounds.</summary>
    public RecordBounds AtLeast { get; init; }
#pragma warning restore CS1591
}

/// <summary>Takes the records of a run in, one after the other, and keeps only what it needs of each.</summary>
/// <typeparam name="TSelf">The implementing class.</typeparam>
public interface IRecordSink<in TSelf>
    where TSelf : IRecordSink<TSelf>
{
    /// <summary>Takes one record in. The order of records must not matter: it is not the order in which the jobs ended.</summary>
    void Add(in RecordRow row);

    /// <summary>Takes everything in that <paramref name="other"/>, which read another part of the run, has taken in.</summary>
    void Merge(TSelf other);
}
