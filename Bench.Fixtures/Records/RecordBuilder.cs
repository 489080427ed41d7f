using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Records;

/// <summary>When an attempt ran, on the wall clock, and which files it wrote.</summary>
public sealed record AttemptFrame
{
    /// <summary>Number of the try, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>Its slot was granted.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Its outcome was known.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>From the slot to the zero of the outcome's timeline; null where nothing ran (dry runs).</summary>
    public TimeSpan? Lead { get; init; }

    /// <summary>Back-off before it; null for the first.</summary>
    public TimeSpan? Backoff { get; init; }

    /// <summary>The most attempts of the run that were in flight at once meanwhile, this one included; null where nothing ran (dry runs).</summary>
    public int? JobsInFlight { get; init; }

    /// <summary>Path below the run folder; null when there is no such file.</summary>
    public string? StdoutLog { get; init; }

    /// <summary>Path below the run folder; null when there is no such file.</summary>
    public string? StderrLog { get; init; }

    /// <summary>Path below the run folder; null when there is no such file.</summary>
    public string? EventsLog { get; init; }
}

/// <summary>What a job did besides its attempts.</summary>
public sealed record JobFrame
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The profile, as settings spell it.</summary>
    public required string Profile { get; init; }

    /// <summary>The run was cancelled before the job's last attempt: what its attempts came to is not its result.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>From the intended start to the first slot; null where nothing ran and so nothing waited (dry runs).</summary>
    public required TimeSpan? QueueWait { get; init; }

    /// <summary>Start-up of the shared server that the lane used; null for headless lanes.</summary>
    public TimeSpan? ServerStartup { get; init; }

    /// <summary>The server's start-up is charged to this job: it was the first to need it.</summary>
    public bool IsChargedForServer { get; init; }

    /// <summary>Costs in USD over all attempts; null when unknown.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The cost of an attempt, or a part of it, is unknown: <see cref="CostUsd"/> is a lower bound.</summary>
    public bool CostIsAtLeast { get; init; }

    /// <summary>From the submit of the first attempt to the result of the last, see <see cref="ResultTime"/>; null when there was no attempt.</summary>
    public TimeSpan? TimeToResult { get; init; }

    /// <summary>Why the job was not run although the run went on; null for a job that was run, or cancelled.</summary>
    public Failure? NotRun { get; init; }

    /// <summary>When the job had its first slot; null when it never had one.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset CompletedAt { get; init; }
}

/// <summary>Makes records of outcomes.</summary>
public static class RecordBuilder
{
    /// <summary>The one stall reason: neither the agent's output nor its model traffic showed a sign of life for the stall threshold.</summary>
    public const string NoOutputNoModelTraffic = "no_output_no_model_traffic";

    /// <summary>The record of one attempt.</summary>
    public static AttemptRecord AttemptOf(AttemptOutcome outcome, AttemptFrame frame)
    {

        // What was seen while Bench stood still was seen late: how long it took is unknown.
        var isTimed = outcome.StoodStill == TimeSpan.Zero;
        var line = isTimed ? outcome.Timeline : new AttemptTimeline();
        var censored = outcome.TimedOut || outcome.Stalled || outcome.Cancelled;
        var completion = Between(line.Submitted, line.Ended);

        // Where the lane shows it, what was not seen before the end had not happened.
        var unseenUntil = censored && outcome.SeesOutput ? line.Ended : null;
        return new AttemptRecord
        {
            Attempt = frame.Attempt,
            Success = outcome.Success,
            Completed = outcome.Completed,
            ReturnCode = outcome.ExitCode,
            Signal = outcome.Signal,
            TimedOut = outcome.TimedOut,
            Stalled = outcome.Stalled,
            Cancelled = outcome.Cancelled,
            PreparationMs = (frame.Lead + line.Submitted)?.TotalMilliseconds,
            StartupLatencyMs = Between(line.Spawned, line.Ready ?? unseenUntil),
            FirstOutputLatencyMs = Between(line.Submitted, line.FirstOutput ?? unseenUntil),
            LastOutputLatencyMs = Between(line.Submitted, line.LastOutput),
            CompletionLatencyMs = completion,
            Censored = censored,
            ExitLagMs = Between(line.Completed, line.Exited),
            ModelFirstTokenMs = Between(line.Submitted, line.ModelFirstToken),
            ModelTimeMs = isTimed ? outcome.ModelTime?.TotalMilliseconds : null,
            AgentOverheadMs = !censored && outcome.ModelTime is { } model ? completion - model.TotalMilliseconds : null,
            CpuMs = outcome.CpuTime?.TotalMilliseconds,
            CpuShared = outcome.CpuIsShared,
            PeakMemoryBytes = outcome.PeakMemoryBytes,
            CpuPressure = outcome.Load.Pressure,
            LoadAverage = outcome.Load.LoadAverage,
            JobsInFlight = frame.JobsInFlight,
            ModelRequests = outcome.ModelRequests,
            HiddenModelRequests = outcome.HiddenModelRequests,
            InputTokens = outcome.Tokens.Input,
            OutputTokens = outcome.Tokens.Output,
            CachedInputTokens = outcome.Tokens.Cached,
            ReasoningTokens = outcome.Tokens.Reasoning,
            AtLeast = BoundsOf(
                outcome.Tokens,
                (RecordBounds.StartupLatencyMs, unseenUntil is not null && line is { Spawned: not null, Ready: null }),
                (RecordBounds.FirstOutputLatencyMs, unseenUntil is not null && line is { Submitted: not null, FirstOutput: null }),
                (RecordBounds.CompletionLatencyMs, censored && completion is not null)).Names(),
            ModelSelected = outcome.ModelSelected,
            FinishReason = outcome.FinishReason,
            FailureCategory = Name(outcome.Failure?.Category),
            FailureReason = outcome.Failure?.Reason,
            FailureRule = outcome.Failure?.RuleId,
            FailureEvidence = outcome.Failure?.Evidence,
            EndedBy = Name(outcome.Failure?.EndedBy),
            Incidents = [.. outcome.Incidents.Select(i => new IncidentRecord(i.Code, i.Detail))],
            HintMatchRatio = outcome.HintMatchRatio,
            Checks = [.. outcome.Checks.Select(c => new CheckRecord(c.Kind, c.Value, c.Passed, c.Detail))],
            SessionId = outcome.SessionId,
            Answer = outcome.Answer.Length > AttemptRecord.MaxAnswerChars ? outcome.Answer[..AttemptRecord.MaxAnswerChars] : outcome.Answer,
            AnswerTruncated = outcome.Answer.Length > AttemptRecord.MaxAnswerChars,
            StderrTail = outcome.StderrTail,
            StdoutBytes = outcome.StdoutBytes,
            StderrBytes = outcome.StderrBytes,
            StdoutLog = frame.StdoutLog,
            StderrLog = frame.StderrLog,
            EventsLog = frame.EventsLog,
            BackoffMs = frame.Backoff?.TotalMilliseconds,
            AttemptStartedAt = Stamp(frame.StartedAt),
            AttemptCompletedAt = Stamp(frame.CompletedAt),
        };
    }

    /// <summary>The record of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="attempts">All its attempts, in order; empty when it was not run, or cancelled before it had a slot.</param>
    /// <param name="frame">What the job did besides.</param>
    public static JobRecord JobOf(Job job, IReadOnlyList<AttemptRecord> attempts, JobFrame frame)
    {
        var last = attempts.Count > 0 ? attempts[^1] : null;
        var result = frame.IsCancelled && last is not { Success: true } ? null : last;
        var first = attempts.Count > 0 ? attempts[0] : null;
        var timeToResult = attempts.Any(a => a.Incidents.Any(i => i.Code == AttemptOutcome.StoodStillIncident)) ? null : frame.TimeToResult?.TotalMilliseconds;
        var (lastBounds, firstBounds) = (RecordBoundNames.Parse(last?.AtLeast), RecordBoundNames.Parse(first?.AtLeast));
        var tokens = TokenUsage.SumOf(attempts.Select(TokensOf));
        return new JobRecord
        {
            RunId = frame.RunId,
            JobId = job.JobId,
            WorkflowId = job.WorkflowId,
            System = job.System,
            WorkflowKind = job.WorkflowKind == WorkflowKind.Server ? "server" : "headless",
            PromptId = job.PromptId,
            PromptCategory = job.PromptCategory,
            PromptTitle = job.PromptTitle,
            Fault = job.Fault,
            Trial = job.Trial,
            Profile = frame.Profile,
            Model = job.Model,
            ModelSelected = last?.ModelSelected,
            ModelVerified = last?.ModelSelected is { } selected && ModelNames.AreSame(job.Model, selected),
            FallbackFrom = job.FallbackFrom,
            FallbackReason = job.FallbackReason,
            Success = last?.Success ?? false,
            Status = frame is { NotRun: not null, IsCancelled: false } ? JobStatuses.Failed : StatusOf(result),
            Completed = result?.Completed ?? false,
            Flaky = last is { Success: true } && attempts.Count > 1,
            RetryCount = Math.Max(0, attempts.Count - 1),
            QueueWaitMs = frame.QueueWait?.TotalMilliseconds,
            BackoffMs = attempts.Count == 0 ? null : attempts.Sum(a => a.BackoffMs ?? 0),
            PreparationMs = last?.PreparationMs,
            StartupLatencyMs = frame.ServerStartup is null ? last?.StartupLatencyMs : frame.IsChargedForServer ? frame.ServerStartup?.TotalMilliseconds : null,
            FirstOutputLatencyMs = last?.FirstOutputLatencyMs,
            CompletionLatencyMs = last?.CompletionLatencyMs,
            Censored = last?.Censored ?? false,
            TimeToResultMs = timeToResult,
            FirstAttemptFirstOutputLatencyMs = first?.FirstOutputLatencyMs,
            FirstAttemptCompletionLatencyMs = first?.CompletionLatencyMs,
            FirstAttemptCensored = first?.Censored ?? false,
            ExitLagMs = last?.ExitLagMs,
            ModelFirstTokenMs = last?.ModelFirstTokenMs,
            ModelTimeMs = last?.ModelTimeMs,
            AgentOverheadMs = last?.AgentOverheadMs,
            WorkflowStartupLatencyMs = frame.ServerStartup?.TotalMilliseconds,
            CpuMs = attempts.Count == 0 ? null : attempts.Aggregate((double?)0, (sum, attempt) => sum + attempt.CpuMs),
            CpuShared = attempts.Any(a => a.CpuShared),
            PeakMemoryBytes = attempts.Any(a => a.PeakMemoryBytes is null) ? null : attempts.Max(a => a.PeakMemoryBytes),
            CpuPressure = attempts.Max(a => a.CpuPressure),
            LoadAverage = attempts.Max(a => a.LoadAverage),
            JobsInFlight = attempts.Max(a => a.JobsInFlight),
            ModelRequests = Sum(attempts, a => a.ModelRequests),
            HiddenModelRequests = Sum(attempts, a => a.HiddenModelRequests),
            InputTokens = tokens.Input,
            OutputTokens = tokens.Output,
            CachedInputTokens = tokens.Cached,
            ReasoningTokens = tokens.Reasoning,
            CostUsd = frame.CostUsd,
            AtLeast = BoundsOf(
                tokens,
                (RecordBounds.StartupLatencyMs, frame.ServerStartup is null && lastBounds.HasFlag(RecordBounds.StartupLatencyMs)),
                (RecordBounds.FirstOutputLatencyMs, lastBounds.HasFlag(RecordBounds.FirstOutputLatencyMs)),
                (RecordBounds.CompletionLatencyMs, lastBounds.HasFlag(RecordBounds.CompletionLatencyMs)),
                (RecordBounds.TimeToResultMs, (last is { Censored: true } || frame.IsCancelled) && timeToResult is not null),
                (RecordBounds.FirstAttemptFirstOutputLatencyMs, firstBounds.HasFlag(RecordBounds.FirstOutputLatencyMs)),
                (RecordBounds.FirstAttemptCompletionLatencyMs, firstBounds.HasFlag(RecordBounds.CompletionLatencyMs)),
                (RecordBounds.ModelRequests, IsPartlyKnown(attempts, a => a.ModelRequests)),
                (RecordBounds.HiddenModelRequests, IsPartlyKnown(attempts, a => a.HiddenModelRequests)),
                (RecordBounds.CostUsd, frame.CostUsd is not null && frame.CostIsAtLeast)).Names(),
            StallDetected = attempts.Any(a => a.Stalled),
            StallReason = attempts.Any(a => a.Stalled) ? NoOutputNoModelTraffic : null,
            FailureCategory = result?.FailureCategory ?? Name(frame.NotRun?.Category),
            FailureReason = result?.FailureReason ?? frame.NotRun?.Reason,
            FailureRule = result?.FailureRule ?? frame.NotRun?.RuleId,
            FailureEvidence = result?.FailureEvidence ?? frame.NotRun?.Evidence,
            EndedBy = result is null or { Cancelled: true } ? Name<EndedBy>(frame.NotRun?.EndedBy ?? EndedBy.User) : result.EndedBy,
            Incidents = [.. attempts.SelectMany(a => a.Incidents)],
            HintMatchRatio = last?.HintMatchRatio,
            Checks = last?.Checks ?? [],
            SessionId = last?.SessionId,
            JobStartedAt = frame.StartedAt is { } started ? Stamp(started) : null,
            JobCompletedAt = Stamp(frame.CompletedAt),
            Attempts = attempts,
        };
    }

    private static string StatusOf(AttemptRecord? last) => last switch
    {
        { Success: true } => JobStatuses.Passed,
        null or { Cancelled: true } => JobStatuses.Cancelled,
        _ => JobStatuses.Failed,
    };

    private static TokenUsage TokensOf(AttemptRecord attempt) => new()
    {
        Input = attempt.InputTokens,
        Output = attempt.OutputTokens,
        Cached = attempt.CachedInputTokens,
        Reasoning = attempt.ReasoningTokens,
        AtLeast = RecordBoundNames.Parse(attempt.AtLeast).Tokens(),
    };

    private static RecordBounds BoundsOf(TokenUsage tokens, params ReadOnlySpan<(RecordBounds Bound, bool Holds)> bounds)
    {
        var sum = RecordBoundNames.Of(tokens.AtLeast);
        foreach (var (bound, holds) in bounds)
        {
            sum |= holds ? bound : RecordBounds.None;
        }

        return sum;
    }

    private static int? Sum(IReadOnlyList<AttemptRecord> attempts, Func<AttemptRecord, int?> number) =>
        attempts.Any(a => number(a) is not null) ? attempts.Sum(a => number(a) ?? 0) : null;

    private static bool IsPartlyKnown(IReadOnlyList<AttemptRecord> attempts, Func<AttemptRecord, int?> number) =>
        attempts.Any(a => number(a) is not null) && attempts.Any(a => number(a) is null);

    private static double? Between(TimeSpan? from, TimeSpan? to) => (to - from)?.TotalMilliseconds;

    private static string? Name<T>(T? value)
        where T : struct, Enum => value?.ToString().ToLowerInvariant();

    /// <summary>An instant as records, journals and dispatched jobs have it: UTC, milliseconds, <c>Z</c>.</summary>
    internal static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
