namespace Bench.Cli.SelfMeasure;

/// <summary>Measures while the thread pool is blocked, as a library that waits in vain does it.</summary>
internal static class BlockedPool
{
    /// <summary>The pool may be blocked, so what measures must not wait for it.</summary>
    public static Task<TResult> OnOwnThread<TResult>(Func<TResult> measure) =>
        Task.Factory.StartNew(measure, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Measures while so many work items of the pool block; it is free again afterwards.</summary>
    public static TResult Run<TResult>(int blockedThreads, Func<TResult> measure)
    {
        using var release = new ManualResetEventSlim();
        using var released = new CountdownEvent(blockedThreads);
        for (var blocker = 0; blocker < blockedThreads; blocker++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => { release.Wait(); released.Signal(); }, null);
        }

        try
        {
            return measure();
        }
        finally
        {
            release.Set();
            released.Wait();
        }
    }
}
