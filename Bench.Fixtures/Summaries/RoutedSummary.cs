namespace Bench.Fixtures.Summaries;

/// <summary>Jobs of one lane, whose model was unavailable there, that another lane ran. They say nothing about the lane that failed, and are no sample of the other's work.</summary>
public sealed record RoutedSummary
{
    /// <summary>The workflow whose jobs they were.</summary>
    public required string FallbackFrom { get; init; }

    /// <summary>The workflow that ran them.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Records: passed + failed_model + failed_env + failed_harness + cancelled.</summary>
    public required int Attempted { get; init; }

    /// <summary>Success on some attempt.</summary>
    public required int Passed { get; init; }

    /// <summary>The model, or the agent that drives it, is to blame.</summary>
    public required int FailedModel { get; init; }

    /// <summary>The environment is to blame.</summary>
    public required int FailedEnv { get; init; }

    /// <summary>Bench is to blame.</summary>
    public required int FailedHarness { get; init; }

    /// <summary>The run ended before the job had a result.</summary>
    public required int Cancelled { get; init; }

    /// <summary>Submit of the first attempt → result of the last, passed jobs and censored ones.</summary>
    public required LatencySummary TimeToResult { get; init; }

    /// <summary>Submit → terminal event of the last attempt, passed jobs and censored ones.</summary>
    public required LatencySummary CompletionLatency { get; init; }

    /// <summary>Of all jobs and attempts.</summary>
    public required TotalSummary CostUsd { get; init; }
}
