namespace Bench.Fixtures.Workflows;

/// <summary>The limit of an attempt. It counts from the moment at which the prompt was handed over, on every lane, as the latency does that it bounds.</summary>
internal static class AttemptLimit
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Completes once the limit has passed by the clock: a timer alone may ring up to a millisecond early, and the latency would lie below its limit.</summary>
    public static async Task WaitAsync(TimeSpan limit, long submittedAt, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (limit - clock.GetElapsedTime(submittedAt) is { } left && left > TimeSpan.Zero)
        {
            await Task.Delay(left > LeastWait ? left : LeastWait, clock, cancellationToken);
        }
    }
}
