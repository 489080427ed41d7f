namespace Bench.Fixtures.Records;

/// <summary>A job of the plan that left no record.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkflowId">Its workflow.</param>
/// <param name="WasStarted">The job was in flight when the run ended; false when it never began.</param>
public sealed record LostJob(string JobId, string WorkflowId, bool WasStarted);

/// <summary>What a run's folder says, apart from what the sink took in.</summary>
public record RunReading
{
    /// <summary>The run's id: the manifest's, else the journal's, else the folder's name.</summary>
    public required string RunId { get; init; }

    /// <summary>The manifest; <see cref="ManifestHeader.Absent"/> when there is none.</summary>
    public required ManifestHeader Manifest { get; init; }

    /// <summary>Jobs with a record; each counts once.</summary>
    public required int RecordCount { get; init; }

    /// <summary>Planned jobs per workflow; null when the manifest lists no jobs.</summary>
    public required IReadOnlyDictionary<string, int>? PlannedByWorkflow { get; init; }

    /// <summary>Planned jobs without a record, in the plan's order; empty when none is, or the manifest lists no jobs.</summary>
    public required IReadOnlyList<LostJob> Lost { get; init; }

    /// <summary>The latest <c>job_completed_at</c>, as a record spells it; else the manifest's <c>created_at</c>; null when neither is known.</summary>
    public required string? LastCompletedAt { get; init; }

    /// <summary>The status that the run itself wrote at its end; null when it did not get that far, or has no journal.</summary>
    public required string? EndStatus { get; init; }

    /// <summary>What was found and not counted, or counted with a doubt, each with its file and the reason.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>What a run's folder says.</summary>
/// <typeparam name="TSink">Who took the records in.</typeparam>
public sealed record RunReading<TSink> : RunReading
{
    /// <summary>Took every record in, once.</summary>
    public required TSink Sink { get; init; }
}
