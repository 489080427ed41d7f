using System.Diagnostics;
using System.Text;

namespace Bench.Fixtures.Processes.Metering;

/// <summary>
/// Looks at the process table for all agents of a run, on one thread, every <see cref="Interval"/> (up to 1 s where a look takes long): what each agent and all that it started use of cores and
/// memory. One look costs about 10 µs for each process of the machine. Linux only: elsewhere nothing is known.
/// </summary>
public sealed class ProcessMeter : IDisposable
{
    /// <summary>Between two looks, where a look is cheap.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // On a machine with very many processes the looks come seldomer: they may not crowd what they measure. But a busy machine makes every look seem long.
    private const int MostShareOfTime = 50;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly ManualResetEvent over = new(initialState: false);
    private readonly List<TreeMeter> trees = [];
    private readonly HashSet<(int Pid, long StartTicks)> strangers = [];
    private Thread? thread;
    private bool isDisposed;

    /// <summary>Starts to look at an agent that was just started and has not been waited for.</summary>
    internal TreeMeter Watch(int root, IReadOnlyDictionary<string, string> environment, TimeProvider clock)
    {
        var tree = new TreeMeter(this, root, [.. ProcessMarks.In(environment).Select(Encoding.UTF8.GetBytes)], clock);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            trees.Add(tree);
            if (thread is null)
            {
                thread = new Thread(LookOnAndOn) { IsBackground = true };
                thread.Start();
            }

            wake.Set();
        }

        return tree;
    }

    /// <summary>Ends the looking.</summary>
    public void Dispose()
    {
        Thread? last;
        lock (gate)
        {
            if (isDisposed)
            {
                return;
            }

            isDisposed = true;
            last = thread;
        }

        over.Set();
        last?.Join();
        wake.Dispose();
        over.Dispose();
    }

    /// <summary>Looks now.</summary>
    internal void Look()
    {
        lock (gate)
        {
            if (trees.Count > 0)
            {
                LookLocked();
            }
        }
    }

    /// <summary>A tree is over: nothing of it is looked at any more.</summary>
    internal void Forget(TreeMeter tree)
    {
        lock (gate)
        {
            trees.Remove(tree);
        }
    }

    // A new agent has used nothing yet: the first look comes a pause after its start, and none while there is nothing to look at.
    private void LookOnAndOn()
    {
        var pause = Interval;
        while (!over.WaitOne(pause))
        {
            if (IsIdle)
            {
                WaitHandle.WaitAny([wake, over]);
                continue;
            }

            var started = Stopwatch.GetTimestamp();
            Look();
            var cost = Stopwatch.GetElapsedTime(started) * MostShareOfTime;
            pause = cost < Interval ? Interval : cost > LongestInterval ? LongestInterval : cost;
        }
    }

    private bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return trees.Count == 0;
            }
        }
    }

    private void LookLocked()
    {
        var table = ProcTable.ReadUsage();
        foreach (var (tree, members) in new TreeFinder(trees, strangers).Find(table))
        {
            tree.Take(members);
        }
    }
}
