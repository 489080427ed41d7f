using Bench.Fixtures.Agents;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows;

/// <summary>What ended the watching of an agent.</summary>
internal enum AttemptEnding
{
    /// <summary>The process has gone.</summary>
    Exited,

    /// <summary>The agent has said its last word, or given a sign that it never will.</summary>
    LastWord,

    /// <summary>A model request was not on the cassette: no good end can come.</summary>
    Missed,

    /// <summary>The attempt's limit was reached.</summary>
    TimedOut,

    /// <summary>Neither output, model traffic nor work of its processes for the stall threshold.</summary>
    Stalled,

    /// <summary>The agent would not stop repeating failed model requests.</summary>
    RetriesExhausted,

    /// <summary>The run was cancelled.</summary>
    Cancelled,
}

/// <summary>Tells endings apart.</summary>
internal static class AttemptEndings
{
    /// <summary>Bench ended the attempt before its own end, so that its latency is a lower bound.</summary>
    public static bool IsCutOff(this AttemptEnding ending) => ending is AttemptEnding.TimedOut or AttemptEnding.Stalled or AttemptEnding.Cancelled;
}

/// <summary>Watches a running agent until one of its endings comes; touches nothing.</summary>
internal sealed class AttemptWatch(AgentProcess process, IAgentReader reader, GatewayRoute route, AttemptRequest request, TimeProvider clock)
{
    public async Task<AttemptEnding> WaitAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] endings = [process.Completion, reader.Ended, LimitAsync(over.Token), StallAsync(over.Token), route.Missed, route.RepeatsExhausted];
        var first = Array.IndexOf(endings, await Task.WhenAny(endings));
        await over.CancelAsync();
        await Task.WhenAll(endings[2..4]).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        // What has happened counts before what ran out at the same moment.
        return process.Completion.IsCompleted ? AttemptEnding.Exited
            : reader.Ended.IsCompleted ? AttemptEnding.LastWord
            : route.Missed.IsCompleted ? AttemptEnding.Missed
            : cancellationToken.IsCancellationRequested ? AttemptEnding.Cancelled
            : route.RepeatsExhausted.IsCompleted ? AttemptEnding.RetriesExhausted
            : first == 2 ? AttemptEnding.TimedOut
            : AttemptEnding.Stalled;
    }

    /// <summary>The prompt is handed over with the start of the process: preparing the work tree is not the agent's time.</summary>
    private Task LimitAsync(CancellationToken cancellationToken) => AttemptLimit.WaitAsync(request.Timeout, process.StartTimestamp, clock, cancellationToken);

    private async Task StallAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (LeftToStall() <= TimeSpan.Zero)
            {
                // The last look at its work may be some time old.
                process.LookAtWork();
            }

            var left = LeftToStall();
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, clock, cancellationToken);
        }
    }

    // Who waits for the model is judged by the model's traffic; else work on a core is a sign of life, as of an agent that is still starting.
    private TimeSpan LeftToStall()
    {
        var lastWork = route.IsAsking ? 0 : process.LastWorkTimestamp ?? 0;
        var lastSign = Math.Max(Math.Max(process.LastByteTimestamp ?? process.StartTimestamp, lastWork), route.LastActivityTimestamp);
        return request.StallThreshold - clock.GetElapsedTime(lastSign);
    }
}
