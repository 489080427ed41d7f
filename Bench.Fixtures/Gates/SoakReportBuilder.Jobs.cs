using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Gates;

// A job of a round, and what it offends by.
public sealed partial class SoakReportBuilder
{
    private const int MostAnswerChars = 200;

    private SoakJob JobOf((ManifestJob Job, string Provider, int Index, int Place) entry)
    {
        var record = RecordOf(entry.Job);
        var last = record is { Attempts: [.., var attempt] } ? attempt : null;
        return new SoakJob
        {
            JobSpec = SpecOf(entry),
            Success = SoakStates.IsSuccess(record),
            Status = SoakStates.StatusOf(record, mayStillCome),
            ReasonCode = SoakStates.ReasonOf(record, mayStillCome),
            SelectedModel = record?.ModelSelected,
            LatencyMs = LatencyMsOf(record) is { } latency ? (long)Rounding.To(latency, 0) : null,
            LatencyIsAtLeast = record is { Censored: true } && LatencyMsOf(record) is not null,
            Completion = SoakStates.IsEnded(record),
            Retries = record?.RetryCount ?? 0,
            OutcomeState = SoakStates.OutcomeOf(record, mayStillCome),
            Stdout = last?.Answer ?? "",
            Stderr = string.Join('\n', last?.StderrTail ?? []),
            StartedAt = record?.JobStartedAt,
            CompletedAt = record?.JobCompletedAt,
            RawOutcome = record is null ? null : new() { ExitCode = last?.ReturnCode, Signal = last?.Signal, Failure = FailureOf(record) },
            Record = record is null ? null : $"{evidence.RunDir}/raw/{entry.Job.JobId}.json",
        };
    }

    /// <summary>Of the whole job: a soak signs off what a caller would wait for. Earlier versions said it of jobs with one attempt only.</summary>
    private static double? LatencyMsOf(JobRecord? record) => record?.TimeToResultMs ?? (record is { RetryCount: 0 } ? record.CompletionLatencyMs : null);

    private SoakJobSpec SpecOf((ManifestJob Job, string Provider, int Index, int Place) entry) => new()
    {
        BeadsId = Job.BeadsIdOf(evidence.Manifest.RunId, entry.Job.Trial, entry.Provider, entry.Index),
        JobId = entry.Job.JobId,
        WorkflowId = entry.Job.WorkflowId,
        Provider = entry.Provider,
        PromptId = entry.Job.PromptId,
        Prompt = OfPrompt(entry.Job.PromptId, job => evidence.Prompts.GetValueOrDefault(job.JobId)),
        SuccessHint = soak.Hints?.GetValueOrDefault(entry.Job.PromptId) ?? OfPrompt(entry.Job.PromptId, job => ExpectedOf(RecordOf(job))),
        Model = entry.Job.Model,
        Worktree = soak.WorkTree,
        RoundNum = entry.Job.Trial,
        JobIndex = entry.Place,
    };

    private string? OfPrompt(string promptId, Func<ManifestJob, string?> of) =>
        jobs.Where(entry => entry.Job.PromptId == promptId).Select(entry => of(entry.Job)).FirstOrDefault(found => found is not null);

    private static string? ExpectedOf(JobRecord? record) => record is not { Checks: [var first, ..] checks } ? null : (checks.FirstOrDefault(check => check.Kind == "contains") ?? first).Value;

    private static string? FailureOf(JobRecord record) =>
        record.FailureReason is null ? null : $"{record.FailureCategory}/{record.FailureReason} ({record.FailureRule}): {record.FailureEvidence}";

    private static bool IsOffence(SoakJob job) => !job.Success && job.Status != SoakStates.Pending;

    private SoakOffender OffenderOf(SoakJob job)
    {
        var record = evidence.Records.GetValueOrDefault(job.JobSpec.JobId);
        var answer = string.Join(' ', job.Stdout.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new SoakOffender
        {
            RoundNum = job.JobSpec.RoundNum,
            Provider = job.JobSpec.Provider,
            PromptId = job.JobSpec.PromptId,
            JobId = job.JobSpec.JobId,
            ReasonCode = job.ReasonCode ?? SoakStates.UnknownState,
            Fault = record?.FailureCategory,
            Asked = job.JobSpec.Prompt,
            Expected = job.JobSpec.SuccessHint,
            Answered = answer.Length > MostAnswerChars ? answer[..MostAnswerChars] + "…" : answer,
            Evidence = record?.FailureEvidence ?? NoEvidence(job, record),
            WhatToDo = record?.FailureReason is { } reason ? FailureAdvice.For(reason) : "Run the soak again.",
            Record = job.Record,
        };
    }

    private static string NoEvidence(SoakJob job, JobRecord? record) => job.ReasonCode switch
    {
        SoakStates.NoRecord => "It left no record: the run ended while it was in flight, or before it began.",
        SoakStates.Cancelled => "The run was cancelled before it had a result.",
        _ => $"Its record has the status '{record?.Status}', success '{record?.Success}', which this version of Bench does not know.",
    };

    private JobRecord? RecordOf(ManifestJob job) => evidence.Records.GetValueOrDefault(job.JobId);

    private JobRecord? RecordOf(SoakJob job) => evidence.Records.GetValueOrDefault(job.JobSpec.JobId);
}
