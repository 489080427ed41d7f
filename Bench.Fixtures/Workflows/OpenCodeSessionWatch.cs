using Bench.Fixtures.Gateway;
using Bench.Fixtures.Servers;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// Watches a session until one of its endings comes. Events say it as a rule; where they are silent, broken off or never come
/// (a session whose <c>idle</c> is lost would be waited for until its limit), the server is asked, twice, since right after a prompt
/// it does not yet show the session as busy.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="submission">How its prompt came.</param>
/// <param name="route">Its model requests, for signs of life.</param>
/// <param name="request">The limits.</param>
/// <param name="quietPeriod">Silence after which the server is asked. One job asks at most this often: polling starves the server.</param>
/// <param name="clock">All stamps and limits.</param>
internal sealed class OpenCodeSessionWatch(
    OpenCodeSession session, IOpenCodeSubmission submission, GatewayRoute route, AttemptRequest request, TimeSpan quietPeriod, TimeProvider clock)
{
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    /// <summary>An error without an end behind it: some errors come before the session is even at work.</summary>
    private static readonly TimeSpan IdleAfterError = TimeSpan.FromSeconds(2);

    /// <summary>The server, and not an event, said that the session has ended.</summary>
    public bool WasAsked { get; private set; }

    /// <summary>Waits; touches nothing. <see cref="AttemptEnding.Exited"/> means that the server has gone.</summary>
    public async Task<AttemptEnding> WaitAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = LimitAsync(over.Token);
        var stall = StallAsync(over.Token);
        var error = ErrorAsync(over.Token);
        var quiet = QuietAsync(over.Token);
        await Task.WhenAny(session.Reader.Ended, session.Server.Exited, limit, stall, error, quiet, route.Missed, route.RepeatsExhausted);

        // Looked at before the waiting is called off, and in the order in which they count.
        var ending = session.Reader.Ended.IsCompleted || error.IsCompletedSuccessfully || quiet.IsCompletedSuccessfully ? AttemptEnding.LastWord
            : session.Server.Exited.IsCompleted ? AttemptEnding.Exited
            : route.Missed.IsCompleted ? AttemptEnding.Missed
            : cancellationToken.IsCancellationRequested ? AttemptEnding.Cancelled
            : route.RepeatsExhausted.IsCompleted ? AttemptEnding.RetriesExhausted
            : limit.IsCompletedSuccessfully ? AttemptEnding.TimedOut
            : AttemptEnding.Stalled;
        await over.CancelAsync();
        await Task.WhenAll(limit, stall, error, quiet).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return ending;
    }

    /// <summary>Server, work tree and session are not the attempt's time.</summary>
    private Task LimitAsync(CancellationToken cancellationToken) => AttemptLimit.WaitAsync(request.Timeout, submission.SubmittedAt, clock, cancellationToken);

    private async Task StallAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (LeftToStall() <= TimeSpan.Zero)
            {
                // The last look at the work of server and client may be some time old.
                session.Server.LookAtWork();
            }

            var left = LeftToStall();
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await DelayAsync(left, cancellationToken);
        }
    }

    private async Task ErrorAsync(CancellationToken cancellationToken)
    {
        await session.Reader.Failed.WaitAsync(cancellationToken);
        var failedAt = clock.GetTimestamp();
        await DelayAsync(IdleAfterError, cancellationToken);
        session.Reader.OnIdleSeen(failedAt);
    }

    private async Task QuietAsync(CancellationToken cancellationToken)
    {
        var clientGone = submission.ClientGone;
        var askedAt = submission.SpawnedAt;
        while (true)
        {
            var left = quietPeriod - clock.GetElapsedTime(Math.Max(LastSign(), askedAt));
            await Task.WhenAny(DelayAsync(left, cancellationToken), session.Gap, clientGone);
            cancellationToken.ThrowIfCancellationRequested();
            var hasReason = session.Gap.IsCompleted || clientGone.IsCompleted;
            if (!hasReason && clock.GetElapsedTime(Math.Max(LastSign(), askedAt)) < quietPeriod)
            {
                continue;
            }

            // A gap and the client's end are reasons to ask once.
            session.ForgetGap();
            clientGone = clientGone.IsCompleted ? Never : clientGone;
            askedAt = clock.GetTimestamp();
            if (await IsOverAsync(cancellationToken))
            {
                WasAsked = true;
                session.Reader.OnIdleSeen(clock.GetTimestamp());
                return;
            }
        }
    }

    private async Task<bool> IsOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await session.IsOverAsync(submission.ClientGone.IsCompleted, cancellationToken))
            {
                return false;
            }

            await DelayAsync(SecondLook, cancellationToken);
            return await session.IsOverAsync(submission.ClientGone.IsCompleted, cancellationToken);
        }
        catch (OpenCodeApiException)
        {
            // A server too busy to answer, or about to go: the next look, its end or the limit will say.
            return false;
        }
    }

    private long LastSign() => Math.Max(session.Reader.LastEventAt ?? 0, Math.Max(submission.SubmittedAt, submission.LastSignAt ?? 0));

    private TimeSpan LeftToStall() => request.StallThreshold - clock.GetElapsedTime(Math.Max(Math.Max(LastSign(), LastWork()), route.LastActivityTimestamp));

    // Who waits for the model is judged by the model's traffic. What the server works may be for another session: it counts until this one has begun.
    private long LastWork() => route.IsAsking ? 0
        : Math.Max(submission.LastWorkAt ?? 0, route.FirstRequestTimestamp is null ? session.Server.LastWorkTimestamp ?? 0 : 0);

    private Task DelayAsync(TimeSpan span, CancellationToken cancellationToken) =>
        Task.Delay(span > TimeSpan.Zero ? span : TimeSpan.Zero, clock, cancellationToken);

    private static readonly Task Never = new TaskCompletionSource().Task;
}
