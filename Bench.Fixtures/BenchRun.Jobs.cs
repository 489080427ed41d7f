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
    /// <inheritdoc />
    async Task<AttemptVerdict> IJobHandler.RunAttemptAsync(AttemptTurn turn, CancellationToken cancellationToken)
    {
        var job = jobs[turn.Job.JobId];
        var startedAt = Clock.GetUtcNow();
        job.StartedAt ??= startedAt;
        AttemptOutcome outcome;
        var couldWrite = true;
        try
        {
            if (turn.Attempt == 0)
            {
                writer.JobStarted(turn.Job.JobId);
                writer.WritePrompt(turn.Job.JobId, resources.Redactor.Redact(resources.PromptOf(turn.Job).Text));
            }

            outcome = await resources.LaneOf(turn.Job).RunAsync(RequestOf(turn), cancellationToken);
        }
        catch (Exception problem)
        {
            resources.WriteProblem ??= problem as ArtifactException;
            couldWrite = problem is not ArtifactException;
            outcome = HarnessOutcome.Of(problem, turn.Job.Model, resources.Redactor);
        }

        var attempt = RecordBuilder.AttemptOf(outcome, FrameOf(turn, startedAt));
        job.Attempts.Add(attempt);
        job.AddCost(resources.CostOf(turn.Job, outcome));
        couldWrite &= Write(() => writer.AttemptFinished(turn.Job.JobId, attempt));
        var canRetry = outcome.Failure?.IsRetryable(outcome.ProducedOutput) ?? false;

        // What another attempt costs could not be kept either.
        return new AttemptVerdict(canRetry && !outcome.Cancelled && couldWrite, outcome.Failure?.RetryAfter)
        {
            IsRateLimited = outcome.Failure?.Reason == FailureReasons.QuotaOrRateLimit,
        };
    }

    /// <inheritdoc />
    void IJobHandler.ProviderPaused(Job job, TimeSpan pause) => _ = Write(() => writer.ProviderPaused(job.Provider, pause, job.JobId));

    /// <inheritdoc />
    Task<Job?> IJobHandler.EndAsync(Job job, TimeSpan queueWait, bool cancelled)
    {
        var progress = jobs[job.JobId];
        progress.EndedAt = Clock.GetUtcNow();
        var record = Keep(RecordBuilder.JobOf(job, progress.Attempts, JobFrameOf(job, progress, queueWait)));
        var standIn = StandInFor(job, record);
        if (standIn is not null)
        {
            jobs[standIn.JobId] = new JobProgress(progress.Origin ?? progress);
        }

        progress.End(record, goesOn: standIn is not null);
        return Task.FromResult(standIn);
    }

    // A broken disk must not hang the run: the row still gets its record, as it counts now, and the closing reports the problem.
    private JobRecord Keep(JobRecord record)
    {
        try
        {
            writer.JobFinished(record);
            return record;
        }
        catch (RecordWriteException problem)
        {
            resources.WriteProblem ??= problem;
            return problem.Record;
        }
    }

    private JobFrame JobFrameOf(Job job, JobProgress progress, TimeSpan? queueWait) => new()
    {
        RunId = Settings.RunId,
        Profile = SettingNames.Of(Settings.Profile),
        QueueWait = Settings.Profile == Profile.DryRun ? null : queueWait,
        ServerStartup = resources.ServerStartupOf(job),
        IsChargedForServer = resources.IsChargedForServer(job),
        CostUsd = progress.Cost,
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
        StdoutLogPath = writer.Folder.StdoutLog(turn.Job.JobId, turn.Attempt),
        StderrLogPath = writer.Folder.StderrLog(turn.Job.JobId, turn.Attempt),
        EventsLogPath = writer.Folder.EventsLog(turn.Job.JobId, turn.Attempt),
    };

    private AttemptFrame FrameOf(AttemptTurn turn, DateTimeOffset startedAt) => new()
    {
        Attempt = turn.Attempt,
        StartedAt = startedAt,
        CompletedAt = Clock.GetUtcNow(),
        Backoff = turn.Backoff,
        StdoutLog = Existing(writer.Folder.StdoutLog(turn.Job.JobId, turn.Attempt)),
        StderrLog = Existing(writer.Folder.StderrLog(turn.Job.JobId, turn.Attempt)),
        EventsLog = Existing(writer.Folder.EventsLog(turn.Job.JobId, turn.Attempt)),
    };

    private string? Existing(string path) => File.Exists(path) ? writer.Folder.Relative(path) : null;
}
