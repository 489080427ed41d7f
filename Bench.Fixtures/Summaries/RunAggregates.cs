using System.Text.Json.Serialization;

namespace Bench.Fixtures.Summaries;

/// <summary>
/// The original harness's aggregates, with its names. Latencies are those of the last attempts of passed jobs: the original mixed failures in, so that a
/// crash after two seconds improved a lane's median.
/// </summary>
public sealed record RunAggregates
{
    /// <summary>One row per workflow, sorted by id.</summary>
    public required IReadOnlyList<AggregateRow> ByWorkflow { get; init; }

    /// <summary>One row per system, sorted by name.</summary>
    public required IReadOnlyList<AggregateRow> BySystem { get; init; }

    /// <summary>What failed, counted.</summary>
    public required FailureTaxonomy FailureTaxonomy { get; init; }

    /// <summary>One row per prompt, sorted by id.</summary>
    public required IReadOnlyList<PromptMatrixRow> PromptMatrix { get; init; }
}

/// <summary>The aggregates of a workflow or of a system. Milliseconds; null when no passed job has the value.</summary>
public sealed record AggregateRow
{
#pragma warning disable CS1591 // the original's names say it
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WorkflowId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? System { get; init; }

    public required int JobCount { get; init; }
    public required int SuccessCount { get; init; }

    /// <summary>Passed ÷ all jobs, from 0 to 1, whoever is to blame.</summary>
    public required double SuccessRate { get; init; }

    public required long RetryCount { get; init; }

    /// <summary>Attempts beyond the first ÷ jobs; may exceed 1.</summary>
    public required double RetryRate { get; init; }

    public required double? StartupLatencyMsMean { get; init; }

    [JsonPropertyName("first_output_latency_ms_p50")]
    public required double? FirstOutputLatencyMsP50 { get; init; }

    /// <summary>Null below 72 jobs, where it would be nearly the maximum.</summary>
    [JsonPropertyName("first_output_latency_ms_p95")]
    public required double? FirstOutputLatencyMsP95 { get; init; }

    [JsonPropertyName("completion_latency_ms_p50")]
    public required double? CompletionLatencyMsP50 { get; init; }

    /// <summary>Null below 72 jobs.</summary>
    [JsonPropertyName("completion_latency_ms_p95")]
    public required double? CompletionLatencyMsP95 { get; init; }

    /// <summary>Passed jobs whose first output is known: those behind its percentiles.</summary>
    public required int FirstOutputLatencyN { get; init; }

    /// <summary>Passed jobs whose completion is known: those behind its percentiles.</summary>
    public required int CompletionLatencyN { get; init; }

    /// <summary>Passed, or failed by the model: the jobs that the row's lanes are answerable for.</summary>
    public required int AnswerableCount { get; init; }

    /// <summary>Passed jobs whose startup is known: those behind its mean.</summary>
    public required int StartupLatencyN { get; init; }
#pragma warning restore CS1591
}

/// <summary>Jobs that did not pass, by category and by reason; keys sorted.</summary>
public sealed record FailureTaxonomy
{
    /// <summary>By <c>failure_category</c>.</summary>
    public required IReadOnlyDictionary<string, int> CategoryCounts { get; init; }

    /// <summary>By <c>failure_reason</c>.</summary>
    public required IReadOnlyDictionary<string, int> ReasonCounts { get; init; }
}

/// <summary>One prompt, side by side on all workflows.</summary>
public sealed record PromptMatrixRow
{
    /// <summary>The prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>Its category; null when no record names one.</summary>
    public required string? PromptCategory { get; init; }

    /// <summary>Every workflow of the run, sorted; null where the prompt has no record.</summary>
    public required IReadOnlyDictionary<string, PromptMatrixCell?> Workflows { get; init; }
}

/// <summary>One prompt on one workflow.</summary>
public sealed record PromptMatrixCell
{
    /// <summary>Every trial passed.</summary>
    public required bool Success { get; init; }

    /// <summary>Median over the last attempts of passed trials; of those that the model failed when none passed; null when none has a value.</summary>
    public required double? CompletionLatencyMs { get; init; }

    /// <summary>Attempts beyond the first, of all trials.</summary>
    public required long RetryCount { get; init; }

    /// <summary>Of the first trial that did not pass; null when all did.</summary>
    public required string? FailureCategory { get; init; }

    /// <summary>Of the first trial that did not pass; null when all did.</summary>
    public required string? FailureReason { get; init; }

    /// <summary>Trials with a record.</summary>
    public required int Trials { get; init; }

    /// <summary>Trials that passed.</summary>
    public required int Passed { get; init; }

    /// <summary>None passed, and a limit ended one: the median is a lower bound.</summary>
    public required bool CompletionIsAtLeast { get; init; }
}
