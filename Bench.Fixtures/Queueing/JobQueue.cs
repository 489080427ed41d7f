using Bench.Fixtures.Planning;

namespace Bench.Fixtures.Queueing;

/// <summary>What the queue needs to know of an ended attempt.</summary>
/// <param name="CanRetry">A further attempt makes sense.</param>
/// <param name="RetryAfter">How long the provider asked to wait; null when it did not.</param>
public readonly record struct AttemptVerdict(bool CanRetry, TimeSpan? RetryAfter)
{
    /// <summary>The provider turned the attempt away for its rate: whoever asks it next will fare alike, so none of its jobs starts for a while.</summary>
    public bool IsRateLimited { get; init; }
}

/// <summary>One attempt, about to start: its slot is held.</summary>
/// <param name="Job">The job.</param>
/// <param name="Attempt">Number of the try, from 0.</param>
/// <param name="QueueWait">From the job's intended start to its first slot; the same for all of a job's attempts.</param>
/// <param name="Backoff">Time waited between the attempts because of back-off; null for the first.</param>
/// <param name="SetWaiting">To be called when the attempt's agent begins to wait for its model (true) and when it does so no more (false): see <see cref="ISlot.SetWaiting"/>.</param>
public readonly record struct AttemptTurn(Job Job, int Attempt, TimeSpan QueueWait, TimeSpan? Backoff, Action<bool> SetWaiting);

/// <summary>What a job does, as the queue sees it.</summary>
public interface IJobHandler
{
    /// <summary>Runs one attempt. What it throws ends the job.</summary>
    Task<AttemptVerdict> RunAttemptAsync(AttemptTurn turn, CancellationToken cancellationToken);

    /// <summary>Waits until the job may take its place in the queue. What it throws ends the job.</summary>
    Task ReadyAsync(Job job, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An attempt of the job would get the answer that another one got: it ends without a further attempt, or without any. Must not throw.</summary>
    bool IsStopped(Job job) => false;

    /// <summary>No job of this provider starts before the time has passed, because an attempt of <paramref name="job"/> was turned away. What it throws ends the job.</summary>
    void ProviderPaused(Job job, TimeSpan pause)
    {
    }

    /// <summary>The job has ended: after its last attempt, because the run was cancelled, or because the queue failed.</summary>
    /// <returns>The job that stands in for it, which starts as soon as it gets a slot; null as a rule.</returns>
    Task<Job?> EndAsync(Job job, JobEnding ending);

    /// <summary>The job could not be ended as it should: whoever waits for it has to be told all the same. Must not throw.</summary>
    void GiveUp(Job job, Exception problem);
}

/// <summary>How a job ended, as the queue sees it.</summary>
/// <param name="QueueWait">From the job's intended start to its first slot; zero when it had none.</param>
public readonly record struct JobEnding(TimeSpan QueueWait)
{
    /// <summary>The run was cancelled before the job's last attempt: while it waited for a slot, or where a further attempt was due.</summary>
    public bool Cancelled { get; init; }

    /// <summary>What went wrong in the queue or in its handler, which ended the job; null as a rule.</summary>
    public Exception? Fault { get; init; }
}

/// <summary>The global queue of a run: order, slots, retries and cancellation. It does not know what a job does.</summary>
public sealed class JobQueue
{
    private readonly SlotScheduler slots;
    private readonly QueueOptions options;

    /// <summary>Creates a queue.</summary>
    public JobQueue(QueueOptions options)
    {
        this.options = options;
        slots = new SlotScheduler(options.Parallel, options.ProviderLimits, options.Clock, options.AgentsAtWork);
    }

    /// <summary>Runs all jobs and those that stand in for them; returns when each has ended, and does not throw. Every job's intended start is the moment of the call, a stand-in's that of its making.</summary>
    /// <param name="jobs">In plan order; slots are granted in this order.</param>
    /// <param name="handler">What a job does.</param>
    /// <param name="cancellationToken">Ends the jobs in flight and all that have not started.</param>
    public Task RunAsync(IReadOnlyList<Job> jobs, IJobHandler handler, CancellationToken cancellationToken)
    {
        var intendedStart = options.Clock.GetTimestamp();
        return Task.WhenAll(jobs.Select(job => RunRouteAsync(job, handler, intendedStart, cancellationToken)).ToList());
    }

    // Whatever throws, here or in the handler, ends this job alone: somebody waits for it, and the others go on.
    private async Task RunRouteAsync(Job first, IJobHandler handler, long intendedStart, CancellationToken cancellationToken)
    {
        for (Job? job = first; job is not null; intendedStart = options.Clock.GetTimestamp())
        {
            var current = job;
            try
            {
                job = await handler.EndAsync(current, await RunJobAsync(current, handler, intendedStart, cancellationToken));
            }
            catch (Exception problem)
            {
                handler.GiveUp(current, problem);
                return;
            }
        }
    }

    private async Task<JobEnding> RunJobAsync(Job job, IJobHandler handler, long intendedStart, CancellationToken cancellationToken)
    {
        var ending = new JobEnding(TimeSpan.Zero);
        try
        {
            // A free slot would be granted at once, to a job that is to end at once.
            cancellationToken.ThrowIfCancellationRequested();
            await handler.ReadyAsync(job, cancellationToken);
            TimeSpan? backoff = null;
            for (var attempt = 0; !handler.IsStopped(job); attempt++)
            {
                AttemptVerdict verdict;
                TimeSpan wait;
                using (var slot = await slots.AcquireAsync(job.Ordinal, job.Provider, cancellationToken))
                {
                    // Another one may have ended while this one waited.
                    if (handler.IsStopped(job))
                    {
                        break;
                    }

                    ending = attempt == 0 ? new JobEnding(options.Clock.GetElapsedTime(intendedStart)) : ending;
                    verdict = await handler.RunAttemptAsync(new AttemptTurn(job, attempt, ending.QueueWait, backoff, slot.SetWaiting), cancellationToken);
                    wait = RetryBackoff.Before(attempt + 1, job.JobId, options.Seed, verdict.RetryAfter);

                    // While the slot is still held: it must not go to the next job of a provider that has just turned one away.
                    PauseIfTurnedAway(job, verdict, wait, handler, cancellationToken);
                }

                // Who asks for more than is waited for would only turn the next attempt away too.
                if (!verdict.CanRetry || verdict.RetryAfter > RetryBackoff.LongestAsked || attempt >= options.MaxRetries)
                {
                    return ending;
                }

                // The slot is free for others meanwhile.
                await Task.Delay(wait, options.Clock, cancellationToken);
                backoff = wait;
            }

            return ending;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ending with { Cancelled = true };
        }
        catch (Exception problem)
        {
            return ending with { Fault = problem };
        }
    }

    private void PauseIfTurnedAway(Job job, AttemptVerdict verdict, TimeSpan wait, IJobHandler handler, CancellationToken cancellationToken)
    {
        if (verdict.RetryAfter > RetryBackoff.LongestAsked)
        {
            // Nobody waits that long: who waits for a shorter pause of the provider need not wait for its end.
            slots.EndPause(job.Provider);
            return;
        }

        var pause = verdict.RetryAfter ?? (verdict.IsRateLimited ? wait : TimeSpan.Zero);
        if (pause > TimeSpan.Zero && !cancellationToken.IsCancellationRequested && slots.Pause(job.Provider, pause))
        {
            handler.ProviderPaused(job, pause);
        }

        // Another attempt may have stopped the provider right before this pause.
        if (handler.IsStopped(job))
        {
            slots.EndPause(job.Provider);
        }
    }
}

/// <summary>How the queue works.</summary>
public sealed record QueueOptions
{
    /// <summary>Jobs in flight at once; at least 1.</summary>
    public required int Parallel { get; init; }

    /// <summary>
    /// No attempt starts while the agents of so many are at work; null for no limit of its own. An agent needs more than a core from its start to its
    /// end, and little while it waits for its model: two at work on two cores would measure each other.
    /// </summary>
    public int? AgentsAtWork { get; init; }

    /// <summary>Most jobs in flight per provider.</summary>
    public IReadOnlyDictionary<string, int> ProviderLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>Attempts beyond the first, per job.</summary>
    public required int MaxRetries { get; init; }

    /// <summary>Seed of the back-off's jitter.</summary>
    public required int Seed { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }
}
