namespace Bench.Fixtures.Gateway.Serving;

/// <summary>
/// The gateway's stamps are taken in the thread pool's work items, where bytes come in and go out. The pool adds threads beyond its minimum only some a second:
/// with as many blocked as that is, by whatever runs in this process, a stamp would come hundreds of milliseconds late. So the minimum is raised; threads that
/// nobody needs are never made.
/// </summary>
internal static class PoolThreads
{
    /// <summary>As many may block before the pool hesitates; <c>dotnet bench self-measure</c> tries half of them.</summary>
    public const int Least = 64;

    /// <summary>Raises the minimum of this process, where it is lower.</summary>
    public static void Raise()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        if (workers < Least)
        {
            ThreadPool.SetMinThreads(Least, completions);
        }
    }
}
