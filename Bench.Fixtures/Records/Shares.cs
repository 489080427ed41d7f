using System.Runtime.ExceptionServices;

namespace Bench.Fixtures.Records;

/// <summary>Work that is cut into shares, one per thread.</summary>
internal static class Shares
{
    /// <summary>More threads than this only wait for the disk.</summary>
    private const int MostThreads = 4;

    /// <summary>How many shares pay off for work that is large enough to be cut.</summary>
    public static int Count(bool isLarge) => isLarge ? Math.Clamp(System.Environment.ProcessorCount, 1, MostThreads) : 1;

    /// <summary>Does every share and throws what the first failing one threw, as it was thrown.</summary>
    public static void Run(int count, Action<int> share, CancellationToken cancellationToken)
    {
        if (count == 1)
        {
            share(0);
            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, share);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
