using System.Text.Json;

namespace Bench.Fixtures.Records;

/// <summary>
/// Reads a record's own fields from its JSON without building objects. Accepts the records of the original Python harness: absent
/// fields stay unknown, the trial is 1, the job id is made of workflow and prompt.
/// Keeps the names it has seen; not thread-safe.
/// </summary>
internal sealed partial class RecordRowReader
{
    private readonly RecordFieldFinder finder = new();

    /// <summary>The distinct names seen.</summary>
    public NameTable Names { get; } = new();

    /// <summary>The identity of the record read last.</summary>
    public RecordIdentity Identity { get; private set; }

    /// <summary>The run of the record read last.</summary>
    public string? RunId { get; private set; }

    /// <summary>The record read last is a pass of the original harness in which the agent said nothing but that it failed.</summary>
    public bool PassIsAnError { get; private set; }

    /// <summary>Reads one record.</summary>
    /// <param name="compact">The record's JSON object, without white space between its tokens.</param>
    /// <param name="stopAtAttempts">Looks at nothing behind <c>attempts</c>, the last and longest field of a record that Bench wrote, and at that only where there are several attempts.</param>
    /// <exception cref="JsonException">It is not a record.</exception>
    public RecordRow Read(ReadOnlySpan<byte> compact, bool stopAtAttempts)
    {
        RunId = null;
        PassIsAnError = false;
        nonsense.Clear();
        var draft = new Draft { Trial = 1, SchemaVersion = OriginalVersion };
        var reader = new CompactJsonReader(compact);
        finder.Restart();
        while (reader.Read())
        {
            var field = finder.Find(reader.Name);
            if (field == RecordField.Attempts && stopAtAttempts && !NeedsFirstAttempt(draft))
            {
                break;
            }

            Take(field, in reader, ref draft);
        }

        return Finish(ref draft);
    }

    private void Take(RecordField field, scoped in CompactJsonReader reader, scoped ref Draft draft)
    {
        switch (field)
        {
            case RecordField.Other: break;
            case RecordField.SchemaVersion: draft.SchemaVersion = Count(reader) ?? OriginalVersion; break;
            case RecordField.Attempts: draft.Attempts = draft.SchemaVersion == OriginalVersion || NeedsFirstAttempt(draft) ? reader.Container() : default; break;
            case RecordField.TimedOut: draft.Censored |= reader.Kind == JsonTokenType.True; break;
            case RecordField.TimeToResultMs: draft.TimeToResultMs = Duration(reader); break;
            case RecordField.FirstAttemptFirstOutputLatencyMs: draft.FirstAttemptFirstOutputLatencyMs = Duration(reader); break;
            case RecordField.FirstAttemptCompletionLatencyMs: draft.FirstAttemptCompletionLatencyMs = Duration(reader); break;
            case RecordField.FirstAttemptCensored: draft.FirstAttemptCensored = reader.Kind == JsonTokenType.True; break;
            case RecordField.AtLeast: draft.AtLeast = RecordBoundNames.Parse(reader.Container()); break;
            case RecordField.RunId: RunId = Name(reader); break;
            case RecordField.JobId: draft.JobId = reader.Text(); break;
            case RecordField.WorkflowId: draft.WorkflowId = reader.Text(); break;
            case RecordField.PromptId: draft.PromptId = reader.Text(); break;
            case RecordField.System: draft.System = Name(reader); break;
            case RecordField.WorkflowKind: draft.WorkflowKind = Name(reader); break;
            case RecordField.PromptCategory: draft.PromptCategory = Name(reader); break;
            case RecordField.Trial: draft.Trial = Count(reader, least: 1) ?? 1; break;
            case RecordField.Model: draft.Model = Name(reader); break;
            case RecordField.ModelSelected: draft.ModelSelected = Name(reader); break;
            case RecordField.FallbackFrom: draft.FallbackFrom = Name(reader); break;
            case RecordField.Success: draft.Success = reader.Kind == JsonTokenType.True; break;
            case RecordField.Status: draft.IsCancelled = reader.Text().SequenceEqual("cancelled"u8); break;
            case RecordField.Censored: draft.Censored |= reader.Kind == JsonTokenType.True; break;
            case RecordField.RetryCount: draft.RetryCount = Count(reader) ?? 0; break;
            case RecordField.QueueWaitMs: draft.QueueWaitMs = Difference(reader); break;
            case RecordField.BackoffMs: draft.BackoffMs = Duration(reader); break;
            case RecordField.PreparationMs: draft.PreparationMs = Duration(reader); break;
            case RecordField.StartupLatencyMs: draft.StartupLatencyMs = Duration(reader); break;
            case RecordField.FirstOutputLatencyMs: draft.FirstOutputLatencyMs = Duration(reader); break;
            case RecordField.CompletionLatencyMs: draft.CompletionLatencyMs = Duration(reader); break;
            case RecordField.ExitLagMs: draft.ExitLagMs = Difference(reader); break;
            case RecordField.ModelFirstTokenMs: draft.ModelFirstTokenMs = Difference(reader); break;
            case RecordField.ModelTimeMs: draft.ModelTimeMs = Duration(reader); break;
            case RecordField.AgentOverheadMs: draft.AgentOverheadMs = Difference(reader); break;
            case RecordField.WorkflowStartupLatencyMs: draft.WorkflowStartupLatencyMs = Duration(reader); break;
            case RecordField.CpuMs: draft.CpuMs = Duration(reader); break;
            case RecordField.PeakMemoryBytes: draft.PeakMemoryBytes = Amount(reader); break;
            case RecordField.CpuPressure: draft.CpuPressure = Checked(reader, 0, 1); break;
            case RecordField.JobsInFlight: draft.JobsInFlight = Count(reader); break;
            case RecordField.ModelRequests: draft.ModelRequests = Count(reader); break;
            case RecordField.HiddenModelRequests: draft.HiddenModelRequests = Count(reader); break;
            case RecordField.InputTokens: draft.InputTokens = Amount(reader); break;
            case RecordField.OutputTokens: draft.OutputTokens = Amount(reader); break;
            case RecordField.CachedInputTokens: draft.CachedInputTokens = Amount(reader); break;
            case RecordField.ReasoningTokens: draft.ReasoningTokens = Amount(reader); break;
            case RecordField.CostUsd: draft.CostUsd = Cost(reader); break;
            case RecordField.FailureCategory: draft.FailureCategory = Name(reader); break;
            case RecordField.FailureReason: draft.FailureReason = Name(reader); break;
            case RecordField.JobStartedAt: draft.IsStarted = reader.Kind == JsonTokenType.String; break;
            case RecordField.JobCompletedAt: draft.CompletedAt = reader.Text(); break;
        }
    }
}
