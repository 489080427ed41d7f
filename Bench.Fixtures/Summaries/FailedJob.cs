namespace Bench.Fixtures.Summaries;

/// <summary>A failed job, as a summary lists it.</summary>
public sealed record FailedJob
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Its lane.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Who is to blame; null when the record does not say.</summary>
    public required string? FailureCategory { get; init; }

    /// <summary>Why; null when the record does not say.</summary>
    public required string? FailureReason { get; init; }

    /// <summary>It was not run: see docs/formats/failures.md.</summary>
    public required bool NotRun { get; init; }

    /// <summary>The evidence; null when the record could not be read again.</summary>
    public string? Evidence { get; init; }

    /// <summary>What was wrong besides: the beginning of the answer. Null when there was none.</summary>
    public string? Detail { get; init; }

    /// <summary>The record's path below the run folder; null when it has no document of its own.</summary>
    public string? Record { get; init; }

    /// <summary>Paths of the last attempt's logs below the run folder.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Category and reason: <c>env/auth_error</c>.</summary>
    internal string Name => $"{FailureCategory ?? "harness"}/{FailureReason ?? "unknown"}";
}
