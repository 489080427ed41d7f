namespace Bench.Fixtures.Records;

/// <summary>A top-level field of a record that <see cref="RecordRowReader"/> reads.</summary>
internal enum RecordField
{
    Other,
    SchemaVersion,
    RunId,
    JobId,
    WorkflowId,
    System,
    WorkflowKind,
    PromptId,
    PromptCategory,
    Trial,
    Model,
    ModelSelected,
    FallbackFrom,
    Success,
    Status,
    Censored,
    RetryCount,
    QueueWaitMs,
    BackoffMs,
    PreparationMs,
    StartupLatencyMs,
    FirstOutputLatencyMs,
    CompletionLatencyMs,
    TimeToResultMs,
    FirstAttemptFirstOutputLatencyMs,
    FirstAttemptCompletionLatencyMs,
    FirstAttemptCensored,
    ExitLagMs,
    ModelFirstTokenMs,
    ModelTimeMs,
    AgentOverheadMs,
    WorkflowStartupLatencyMs,
    CpuMs,
    PeakMemoryBytes,
    CpuPressure,
    JobsInFlight,
    ModelRequests,
    HiddenModelRequests,
    InputTokens,
    OutputTokens,
    CachedInputTokens,
    ReasoningTokens,
    CostUsd,
    AtLeast,
    TimedOut,
    FailureCategory,
    FailureReason,
    JobStartedAt,
    JobCompletedAt,
    Attempts,
}

/// <summary>
/// Finds a field by its name. Records of one writer have their fields in one order, so the field after the last one found is tried
/// first: nearly always one comparison.
/// </summary>
internal sealed class RecordFieldFinder
{
    private static readonly (byte[] Name, RecordField Field)[] Fields = Build();
    private int next;

    /// <summary>Back to the first field: another record begins.</summary>
    public void Restart() => next = 0;

    /// <summary>The field with this name; <see cref="RecordField.Other"/> for all that no row needs.</summary>
    public RecordField Find(ReadOnlySpan<byte> name)
    {
        for (var tried = 0; tried < Fields.Length; tried++)
        {
            var place = next + tried < Fields.Length ? next + tried : next + tried - Fields.Length;
            if (name.SequenceEqual(Fields[place].Name))
            {
                next = place + 1 == Fields.Length ? 0 : place + 1;
                return Fields[place].Field;
            }
        }

        return RecordField.Other;
    }

    // The order in which JobRecord is written; what only the original harness wrote comes last.
    private static (byte[] Name, RecordField Field)[] Build() =>
    [
        .. RecordJson.Compact.GetTypeInfo(typeof(JobRecord)).Properties.Select(property => (
            global::System.Text.Encoding.UTF8.GetBytes(property.Name),
            Enum.TryParse<RecordField>(property.Name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var field)
                ? field
                : RecordField.Other)),
        ("timed_out"u8.ToArray(), RecordField.TimedOut),
    ];
}
