using System.Text.Json;

namespace Bench.Fixtures.Records;

internal sealed partial class RecordRowReader
{
    private byte[] stamp = new byte[64];
    private int stampLength;

    /// <summary>When the job of the record read last ended, as the record says, in UTF-8; empty when it does not. Valid until the next record.</summary>
    public ReadOnlySpan<byte> JobCompletedAt => stamp.AsSpan(0, stampLength);

    private RecordRow Finish(ref Draft draft)
    {
        if (draft.WorkflowId.IsEmpty || draft.PromptId.IsEmpty)
        {
            throw new JsonException("It names no workflow_id or no prompt_id.");
        }

        stampLength = draft.CompletedAt.Length;
        stamp = stamp.Length < stampLength ? new byte[stampLength] : stamp;
        draft.CompletedAt.CopyTo(stamp);
        Identity = Identify(ref draft);
        CompleteOlder(ref draft);
        return new RecordRow
        {
            WorkflowId = Names[Identity.WorkflowId],
            PromptId = Names[Identity.PromptId],
            Trial = draft.Trial,
            UnusualJobId = Identity.HasUsualJobId ? null : Names[Identity.UnusualJobId],
            System = draft.System,
            WorkflowKind = draft.WorkflowKind,
            PromptCategory = draft.PromptCategory,
            Model = draft.Model,
            ModelSelected = draft.ModelSelected,
            FallbackFrom = draft.FallbackFrom,
            Outcome = draft.Outcome,
            NeverStarted = draft is { IsStarted: false, Outcome: JobOutcome.Cancelled } or { IsStarted: false, Outcome: JobOutcome.FailedEnv, CompletedAt.IsEmpty: false },
            FailureCategory = draft.FailureCategory,
            FailureReason = draft.FailureReason,
            Censored = draft.Censored,
            RetryCount = draft.RetryCount,
            QueueWaitMs = draft.QueueWaitMs,
            BackoffMs = draft.BackoffMs,
            PreparationMs = draft.PreparationMs,
            StartupLatencyMs = draft.StartupLatencyMs,
            FirstOutputLatencyMs = draft.FirstOutputLatencyMs,
            CompletionLatencyMs = draft.CompletionLatencyMs,
            TimeToResultMs = draft.TimeToResultMs,
            FirstAttemptFirstOutputLatencyMs = draft.FirstAttemptFirstOutputLatencyMs,
            FirstAttemptCompletionLatencyMs = draft.FirstAttemptCompletionLatencyMs,
            FirstAttemptCensored = draft.FirstAttemptCensored,
            FirstAttemptIsAnswerable = FirstIsAnswerable(draft),
            ExitLagMs = draft.ExitLagMs,
            ModelFirstTokenMs = draft.ModelFirstTokenMs,
            ModelTimeMs = draft.ModelTimeMs,
            AgentOverheadMs = draft.AgentOverheadMs,
            WorkflowStartupLatencyMs = draft.WorkflowStartupLatencyMs,
            CpuMs = draft.CpuMs,
            PeakMemoryBytes = draft.PeakMemoryBytes,
            CpuPressure = draft.CpuPressure,
            JobsInFlight = draft.JobsInFlight,
            ModelRequests = draft.ModelRequests,
            HiddenModelRequests = draft.HiddenModelRequests,
            InputTokens = draft.InputTokens,
            OutputTokens = draft.OutputTokens,
            CachedInputTokens = draft.CachedInputTokens,
            ReasoningTokens = draft.ReasoningTokens,
            CostUsd = draft.CostUsd,
            AtLeast = draft.AtLeast,
        };
    }

    private RecordIdentity Identify(ref Draft draft)
    {
        var room = draft.WorkflowId.Length + draft.PromptId.Length + RecordIdentity.UsualJobIdOverhead;
        var usual = room <= 512 ? stackalloc byte[512] : new byte[room];
        var length = RecordIdentity.WriteUsualJobId(draft.WorkflowId, draft.PromptId, draft.Trial, usual);
        var jobId = draft.JobId.IsEmpty ? usual[..length] : draft.JobId;
        return new RecordIdentity(
            Names.Add(draft.WorkflowId),
            Names.Add(draft.PromptId),
            draft.Trial,
            jobId.SequenceEqual(usual[..length]) ? RecordIdentity.UsualJobId : Names.Add(jobId),
            Fingerprint.Of(jobId));
    }

    private string? Name(scoped in CompactJsonReader reader) =>
        reader.Kind == JsonTokenType.String ? Names[Names.Add(reader.Text())] : null;

    /// <summary>A row in the making; its spans point into the record's JSON.</summary>
    private ref struct Draft
    {
        public ReadOnlySpan<byte> JobId;
        public ReadOnlySpan<byte> WorkflowId;
        public ReadOnlySpan<byte> PromptId;
        public ReadOnlySpan<byte> CompletedAt;

        /// <summary>Of the original harness's records, and of those with several attempts.</summary>
        public ReadOnlySpan<byte> Attempts;
        public int SchemaVersion;
        public int Trial;
        public string? System;
        public string? WorkflowKind;
        public string? PromptCategory;
        public string? Model;
        public string? ModelSelected;
        public string? FallbackFrom;
        public bool Success;
        public bool IsCancelled;
        public bool IsStarted;
        public string? FailureCategory;
        public string? FailureReason;
        public bool Censored;
        public int RetryCount;
        public double? QueueWaitMs;
        public double? BackoffMs;
        public double? PreparationMs;
        public double? StartupLatencyMs;
        public double? FirstOutputLatencyMs;
        public double? CompletionLatencyMs;
        public double? TimeToResultMs;
        public double? FirstAttemptFirstOutputLatencyMs;
        public double? FirstAttemptCompletionLatencyMs;
        public bool FirstAttemptCensored;
        public double? ExitLagMs;
        public double? ModelFirstTokenMs;
        public double? ModelTimeMs;
        public double? AgentOverheadMs;
        public double? WorkflowStartupLatencyMs;
        public double? CpuMs;
        public long? PeakMemoryBytes;
        public double? CpuPressure;
        public int? JobsInFlight;
        public int? ModelRequests;
        public int? HiddenModelRequests;
        public long? InputTokens;
        public long? OutputTokens;
        public long? CachedInputTokens;
        public long? ReasoningTokens;
        public decimal? CostUsd;
        public RecordBounds AtLeast;

        public readonly JobOutcome Outcome => (Success, IsCancelled, FailureCategory) switch
        {
            (true, _, _) => JobOutcome.Passed,
            (false, true, _) => JobOutcome.Cancelled,
            (false, false, "model") => JobOutcome.FailedModel,
            (false, false, "env") => JobOutcome.FailedEnv,
            _ => JobOutcome.FailedHarness,
        };
    }
}
