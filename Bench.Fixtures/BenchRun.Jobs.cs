using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Queueing;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

// What a job of the queue does: its attempts, and its record.
public sealed partial class BenchRun : IJobHandler
{
    private readonly AttemptsInFlight inFlight = new();

    /// <inheritdoc />
    async Task<AttemptVerdict> IJobHandler.RunAttemptAsync(AttemptTurn turn, CancellationToken cancellationToken)
    {
        var job = jobs[turn.Job.JobId];
        var (startedAt, start) = (Clock.GetUtcNow(), Clock.GetTimestamp());
        job.StartedAt ??= startedAt;
        standstills.Beat();
        using var span = inFlight.Begin();
        AttemptOutcome outcome;
        var lead = TimeSpan.Zero;
        var couldWrite = true;
        try
        {
            if (turn.Attempt == 0)
            {
                writer.JobStarted(turn.Job.JobId);
                writer.WritePrompt(turn.Job.JobId, resources.Redactor.Redact(resources.PromptOf(turn.Job).Text));
            }

            lead = Clock.GetElapsedTime(start);
            outcome = await resources.LaneOf(turn.Job).RunAsync(RequestOf(turn) with { StoodStill = () => StoodStillIn(span) }, cancellationToken);
        }
        catch (Exception problem)
        {
            resources.WriteProblem ??= problem as ArtifactException;
            couldWrite = problem is not ArtifactException;
            outcome = HarnessOutcome.Of(problem, turn.Job.Model, resources.Redactor, cancellationToken.IsCancellationRequested);
        }

        outcome = outcome.WithStandstill(StoodStillIn(span)) with { Failure = stops.Explained(turn.Job, outcome.Failure) };
        if (stops.Note(turn.Job, outcome.Failure) is { } stopped)
        {
            _ = Write(() => writer.Notice(stopped));
        }

        var attempt = RecordBuilder.AttemptOf(outcome, FrameOf(turn, startedAt, lead, span.Most));
        job.Attempts.Add(attempt);
        job.AddCost(resources.CostOf(turn.Job, outcome), PriceTable.IsAtLeast(outcome.Tokens));

        // A dry run makes its times up, and takes none.
        job.ResultTime.Add(outcome.Timeline, Settings.Profile == Profile.DryRun ? outcome.Timeline.Exited ?? TimeSpan.Zero : Clock.GetElapsedTime(start), turn.Backoff);
        couldWrite &= Write(() => writer.AttemptFinished(turn.Job.JobId, attempt));
        var canRetry = outcome.Failure?.IsRetryable(outcome.ProducedOutput) ?? false;

        // What another attempt costs could not be kept either.
        return new AttemptVerdict(canRetry && !outcome.Cancelled && couldWrite, outcome.Failure?.RetryAfter)
        {
            IsRateLimited = outcome.Failure?.Reason == FailureReasons.QuotaOrRateLimit,
        };
    }

    private TimeSpan StoodStillIn(AttemptsInFlight.Span span)
    {
        standstills.Beat();
        return span.StoodStill;
    }

    private void NoteStandstill(TimeSpan time)
    {
        inFlight.NoteStandstill(time);
        _ = Write(() => writer.Notice(FormattableString.Invariant(
            $"Bench, or the whole machine, stood still for {time.TotalSeconds:0} s. Attempts in flight have the incident '{AttemptOutcome.StoodStillIncident}', and how long they took is unknown.")));
    }

    /// <inheritdoc />
    Task IJobHandler.ReadyAsync(Job job, CancellationToken cancellationToken) => stops.ReadyAsync(job, cancellationToken);

    /// <inheritdoc />
    bool IJobHandler.IsStopped(Job job) => stops.Find(job) is not null;

    /// <inheritdoc />
    void IJobHandler.ProviderPaused(Job job, TimeSpan pause) => _ = Write(() => writer.ProviderPaused(job.Provider, pause, job.JobId));

    /// <inheritdoc />
    Task<Job?> IJobHandler.EndAsync(Job job, JobEnding ending)
    {
        var progress = jobs[job.JobId];
        progress.EndedAt = Clock.GetUtcNow();
        List<AttemptRecord> attempts = ending.Fault is { } fault ? [.. progress.Attempts, FaultedAttempt(job, progress, fault)] : progress.Attempts;
        var frame = JobFrameOf(job, progress, ending.QueueWait) with { IsCancelled = ending.Cancelled, NotRun = ending.Cancelled || attempts.Count > 0 ? null : stops.Find(job) };
        var record = Keep(RecordBuilder.JobOf(job, attempts, frame));
        var standIn = StandInFor(job, record);
        if (standIn is not null)
        {
            jobs[standIn.JobId] = new JobProgress(progress.Origin ?? progress);
        }

        progress.End(record, goesOn: standIn is not null);
        return Task.FromResult(standIn);
    }

    /// <inheritdoc />
    void IJobHandler.GiveUp(Job job, Exception problem) => GiveUp(job, problem);

    // The job gets its end as Bench's own failure. What cannot be kept with its attempts may be one of them; and should
    // that fail as well, whoever waits for the job gets the exception.
    private void GiveUp(Job job, Exception problem)
    {
        resources.WriteProblem ??= problem;
        var progress = jobs.GetOrAdd(job.JobId, _ => new JobProgress());
        try
        {
            progress.EndedAt ??= Clock.GetUtcNow();
            var fault = FaultedAttempt(job, progress, problem);
            if (!TryEnd(job, progress, [.. progress.Attempts, fault]) && !TryEnd(job, progress, [fault]))
            {
                progress.Fail(problem);
            }
        }
        catch (Exception second)
        {
            progress.Fail(new AggregateException(problem, second));
        }
    }

    private bool TryEnd(Job job, JobProgress progress, IReadOnlyList<AttemptRecord> attempts)
    {
        try
        {
            progress.End(Keep(RecordBuilder.JobOf(job, attempts, JobFrameOf(job, progress, queueWait: null))), goesOn: false);
            return true;
        }
        catch (Exception)
        {
            // The problem that led here is the one that is told.
            return false;
        }
    }

    // No agent ran in it: what the record says of one is why.
    private AttemptRecord FaultedAttempt(Job job, JobProgress progress, Exception problem)
    {
        var now = Clock.GetUtcNow();
        var outcome = HarnessOutcome.Of(problem, job.Model, resources.Redactor, isCancelled: false) with { Tokens = TokenUsage.None };
        return RecordBuilder.AttemptOf(outcome, new AttemptFrame { Attempt = progress.Attempts.Count, StartedAt = now, CompletedAt = now });
    }

    // A broken disk must not hang the run: the row still gets its record, as it counts now, and the closing reports the problem.
    private JobRecord Keep(JobRecord record)
    {
        try
        {
            writer.JobFinished(record, NoteRow(record));
            return record;
        }
        catch (RecordWriteException problem)
        {
            resources.WriteProblem ??= problem;
            NoteRow(problem.Record);
            return problem.Record;
        }
    }

    // A job that stands in for another one has no row.
    private string? NoteRow(JobRecord record) =>
        record.FallbackFrom is null ? rows[record.JobId] = JobVerdict.WordOf(VerdictOf(record)) : null;

    private JobFrame JobFrameOf(Job job, JobProgress progress, TimeSpan? queueWait) => new()
    {
        RunId = Settings.RunId,
        Profile = SettingNames.Of(Settings.Profile),
        QueueWait = Settings.Profile == Profile.DryRun ? null : queueWait,
        ServerStartup = resources.ServerStartupOf(job),
        IsChargedForServer = resources.IsChargedForServer(job),
        CostUsd = progress.Cost,
        CostIsAtLeast = progress.CostIsAtLeast,
        TimeToResult = progress.ResultTime.Value,
        StartedAt = progress.StartedAt,
        CompletedAt = progress.EndedAt!.Value,
    };

    private AttemptRequest RequestOf(AttemptTurn turn) => new()
    {
        RunId = Settings.RunId,
        Job = turn.Job,
        Attempt = turn.Attempt,
        Prompt = resources.PromptOf(turn.Job),
        Timeout = Settings.Timeout,
        StallThreshold = Settings.StallThreshold,
        AgentRetries = Settings.AgentRetries,
        SetWaiting = turn.SetWaiting,
        StdoutLogPath = writer.Folder.StdoutLog(turn.Job.JobId, turn.Attempt),
        StderrLogPath = writer.Folder.StderrLog(turn.Job.JobId, turn.Attempt),
        EventsLogPath = writer.Folder.EventsLog(turn.Job.JobId, turn.Attempt),
    };

    private AttemptFrame FrameOf(AttemptTurn turn, DateTimeOffset startedAt, TimeSpan lead, int inFlightAtOnce) => new()
    {
        Attempt = turn.Attempt,
        StartedAt = startedAt,
        CompletedAt = Clock.GetUtcNow(),
        Lead = Settings.Profile == Profile.DryRun ? null : lead,
        Backoff = turn.Backoff,
        JobsInFlight = Settings.Profile == Profile.DryRun ? null : inFlightAtOnce,
        StdoutLog = Existing(writer.Folder.StdoutLog(turn.Job.JobId, turn.Attempt)),
        StderrLog = Existing(writer.Folder.StderrLog(turn.Job.JobId, turn.Attempt)),
        EventsLog = Existing(writer.Folder.EventsLog(turn.Job.JobId, turn.Attempt)),
    };

    private string? Existing(string path) => File.Exists(path) ? writer.Folder.Relative(path) : null;
}
