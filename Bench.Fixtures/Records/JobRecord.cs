using System.Globalization;
using System.Text.Json.Serialization;

namespace Bench.Fixtures.Records;

/// <summary>How a job ended.</summary>
public static class JobStatuses
{
    /// <summary>Success on some attempt.</summary>
    public const string Passed = "passed";

    /// <summary>No attempt succeeded, or none was made because it would have got the answer that another job had got.</summary>
    public const string Failed = "failed";

    /// <summary>The run was cancelled before the job had a result.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>
/// What one job did, with all its attempts; written once, never edited. JSON names are the properties in snake_case.
/// Latencies and evidence at this level are the last attempt's, where the name does not say otherwise; tokens, requests and cost are sums over all attempts.
/// </summary>
public sealed record JobRecord
{
    /// <summary>The format's version; see docs/formats/record.md.</summary>
    public const int CurrentSchemaVersion = 3;

#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/record.md
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;
    public required string RunId { get; init; }
    public required string JobId { get; init; }
    public required string WorkflowId { get; init; }
    public required string System { get; init; }
    public required string WorkflowKind { get; init; }
    public required string PromptId { get; init; }
    public required string PromptCategory { get; init; }
    public required string PromptTitle { get; init; }

    /// <summary>How the gateway let the model fail on purpose; null as a rule.</summary>
    public string? Fault { get; init; }
    public required int Trial { get; init; }
    public required string Profile { get; init; }

    public required string Model { get; init; }
    public string? ModelSelected { get; init; }
    public bool ModelVerified { get; init; }
    public string? FallbackFrom { get; init; }
    public string? FallbackReason { get; init; }
    public bool UsedModelFallback { get; init; }

    public required bool Success { get; init; }
    public required string Status { get; init; }
    public bool Completed { get; init; }
    public bool Flaky { get; init; }
    public int RetryCount { get; init; }

    public double? QueueWaitMs { get; init; }
    public double? BackoffMs { get; init; }
    public double? PreparationMs { get; init; }
    public double? StartupLatencyMs { get; init; }
    public double? FirstOutputLatencyMs { get; init; }
    public double? CompletionLatencyMs { get; init; }
    public bool Censored { get; init; }
    public double? TimeToResultMs { get; init; }
    public double? FirstAttemptFirstOutputLatencyMs { get; init; }
    public double? FirstAttemptCompletionLatencyMs { get; init; }
    public bool FirstAttemptCensored { get; init; }
    public double? ExitLagMs { get; init; }
    public double? ModelFirstTokenMs { get; init; }
    public double? ModelTimeMs { get; init; }
    public double? AgentOverheadMs { get; init; }
    public double? WorkflowStartupLatencyMs { get; init; }
    public double? CpuMs { get; init; }
    public bool CpuShared { get; init; }
    public long? PeakMemoryBytes { get; init; }
    public double? CpuPressure { get; init; }
    public double? LoadAverage { get; init; }
    public int? JobsInFlight { get; init; }

    public int? ModelRequests { get; init; }
    public int? HiddenModelRequests { get; init; }
    public long? InputTokens { get; init; }
    public long? OutputTokens { get; init; }
    public long? CachedInputTokens { get; init; }
    public long? ReasoningTokens { get; init; }
    public decimal? CostUsd { get; init; }

    /// <summary>Names of the fields whose values are lower bounds; see <see cref="RecordBounds"/>.</summary>
    public IReadOnlyList<string> AtLeast { get; init; } = [];

    public bool StallDetected { get; init; }
    public string? StallReason { get; init; }
    public string? FailureCategory { get; init; }
    public string? FailureReason { get; init; }
    public string? FailureRule { get; init; }
    public string? FailureEvidence { get; init; }
    public string? EndedBy { get; init; }
    public IReadOnlyList<IncidentRecord> Incidents { get; init; } = [];

    public double? HintMatchRatio { get; init; }
    public IReadOnlyList<CheckRecord> Checks { get; init; } = [];
    public string? SessionId { get; init; }
    public string? JobStartedAt { get; init; }
    public string? JobCompletedAt { get; init; }
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];
#pragma warning restore CS1591

    /// <summary>Whether a field's value is a lower bound.</summary>
    public bool IsAtLeast(RecordBounds field) => RecordBoundNames.Parse(AtLeast).HasFlag(field);

    /// <summary><c>passed</c>, <c>cancelled</c>, or category and reason: <c>env/auth_error</c>.</summary>
    [JsonIgnore]
    public string OutcomeName => Status == JobStatuses.Failed ? $"{FailureCategory}/{FailureReason}" : Status;
}

/// <summary>One try at a job; every try is kept. JSON names are the properties in snake_case.</summary>
public sealed record AttemptRecord
{
#pragma warning disable CS1591
    public required int Attempt { get; init; }
    public required bool Success { get; init; }
    public bool Completed { get; init; }
    public int? ReturnCode { get; init; }
    public int? Signal { get; init; }
    public bool TimedOut { get; init; }
    public bool Stalled { get; init; }
    public bool Cancelled { get; init; }
    public double? PreparationMs { get; init; }
    public double? StartupLatencyMs { get; init; }
    public double? FirstOutputLatencyMs { get; init; }
    public double? LastOutputLatencyMs { get; init; }
    public double? CompletionLatencyMs { get; init; }
    public bool Censored { get; init; }
    public double? ExitLagMs { get; init; }
    public double? ModelFirstTokenMs { get; init; }
    public double? ModelTimeMs { get; init; }
    public double? AgentOverheadMs { get; init; }
    public double? CpuMs { get; init; }
    public bool CpuShared { get; init; }
    public long? PeakMemoryBytes { get; init; }
    public double? CpuPressure { get; init; }
    public double? LoadAverage { get; init; }
    public int? JobsInFlight { get; init; }
    public int? ModelRequests { get; init; }
    public int? HiddenModelRequests { get; init; }
    public long? InputTokens { get; init; }
    public long? OutputTokens { get; init; }
    public long? CachedInputTokens { get; init; }
    public long? ReasoningTokens { get; init; }

    /// <summary>Names of the fields whose values are lower bounds; see <see cref="RecordBounds"/>.</summary>
    public IReadOnlyList<string> AtLeast { get; init; } = [];
    public string? ModelSelected { get; init; }
    public string? FinishReason { get; init; }
    public string? FailureCategory { get; init; }
    public string? FailureReason { get; init; }
    public string? FailureRule { get; init; }
    public string? FailureEvidence { get; init; }
    public string? EndedBy { get; init; }
    public IReadOnlyList<IncidentRecord> Incidents { get; init; } = [];
    public double? HintMatchRatio { get; init; }
    public IReadOnlyList<CheckRecord> Checks { get; init; } = [];
    public string? SessionId { get; init; }
    public bool UsedModelFallback { get; init; }

    /// <summary>The answer, redacted, cut after <see cref="MaxAnswerChars"/>; the whole output is in the logs.</summary>
    public string Answer { get; init; } = "";
    public bool AnswerTruncated { get; init; }
    public IReadOnlyList<string> StderrTail { get; init; } = [];
    public long StdoutBytes { get; init; }
    public long StderrBytes { get; init; }

    /// <summary>Path below the run folder; null when the lane has no such output.</summary>
    public string? StdoutLog { get; init; }
    public string? StderrLog { get; init; }
    public string? EventsLog { get; init; }
    public double? BackoffMs { get; init; }
    public string? AttemptStartedAt { get; init; }
    public string? AttemptCompletedAt { get; init; }
#pragma warning restore CS1591

    /// <summary>From start to end on the wall clock, in seconds; null when the record does not say.</summary>
    [JsonIgnore]
    public double? Seconds => Instant(AttemptCompletedAt) - Instant(AttemptStartedAt) is { } time ? time.TotalSeconds : null;

    private static DateTimeOffset? Instant(string? stamp) =>
        DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    /// <summary>The most characters of an answer that a record keeps.</summary>
    public const int MaxAnswerChars = 16_384;
}

/// <summary>An incident, as a record keeps it.</summary>
public sealed record IncidentRecord(string Code, string Detail);

/// <summary>A check's verdict, as a record keeps it.</summary>
public sealed record CheckRecord(string Kind, string Value, bool Passed, string? Detail);
