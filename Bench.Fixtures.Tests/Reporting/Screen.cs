using System.Text;

namespace Bench.Fixtures.Tests.Reporting;

/// <summary>A screen that can stop taking lines, as a pager does that nobody scrolls; fails once it is disposed.</summary>
internal sealed class Screen : TextWriter
{
    private readonly ManualResetEventSlim open = new(initialState: true);
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly HashSet<int> holding = [];
    private bool fromPool;
    private bool isGone;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Threads that have been held so far, and whether one of them was the pool's.</summary>
    public (int Count, bool FromPool) Held
    {
        get
        {
            lock (gate)
            {
                return (holding.Count, fromPool);
            }
        }
    }

    public void Block() => open.Reset();

    public void Unblock() => open.Set();

    public override void WriteLine(string? value)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isGone, this);
            if (!open.IsSet)
            {
                holding.Add(Environment.CurrentManagedThreadId);
                fromPool |= Thread.CurrentThread.IsThreadPoolThread;
            }
        }

        open.Wait();
        lock (gate)
        {
            lines.Add(value!);
        }
    }

    public List<string> Lines()
    {
        lock (gate)
        {
            return [.. lines];
        }
    }

    public Task UntilAsync(string part, CancellationToken cancellationToken) =>
        UntilAsync(() => Lines().Exists(line => line.Contains(part, StringComparison.Ordinal)), cancellationToken);

    public Task UntilHeldAsync(CancellationToken cancellationToken) => UntilAsync(() => Held.Count > 0, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        isGone = true;
        base.Dispose(disposing);
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await Task.Delay(5, cancellationToken);
        }
    }
}
