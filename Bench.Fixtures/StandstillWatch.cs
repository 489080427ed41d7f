namespace Bench.Fixtures;

/// <summary>
/// Notices that this process, or the whole machine, has stood still: stopped by a signal, a paused container, a laptop that slept. A beat on a thread of its own
/// is late then, by the clock, or by the machine's uptime, which goes on while a machine sleeps and nobody can set. Attempts in flight meanwhile were not watched.
/// </summary>
/// <param name="clock">The clock of the run.</param>
/// <param name="uptime">How long the machine is up; null where it does not say.</param>
/// <param name="onStandstill">Is told how long everything stood still.</param>
internal sealed class StandstillWatch(TimeProvider clock, Func<TimeSpan?> uptime, Action<TimeSpan> onStandstill) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Longer than a machine at its limit keeps a thread waiting.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly ManualResetEventSlim over = new();
    private long last;
    private TimeSpan? lastUptime;
    private bool isWatching;
    private Thread? thread;

    /// <summary>Begins to watch, on a thread of its own.</summary>
    public void Start()
    {
        Begin();
        thread = new Thread(Watch) { IsBackground = true, Name = "bench-standstill" };
        thread.Start();
    }

    /// <summary>Begins to watch by the beats that somebody else asks for.</summary>
    public void Begin()
    {
        lock (gate)
        {
            (last, lastUptime, isWatching) = (clock.GetTimestamp(), uptime(), true);
        }
    }

    /// <summary>Looks now. Whoever goes on after a standstill may come before the thread's next beat, and asks by this.</summary>
    public void Beat()
    {
        lock (gate)
        {
            if (!isWatching)
            {
                return;
            }

            var (now, nowUptime) = (clock.GetTimestamp(), uptime());
            var gap = clock.GetElapsedTime(last, now);
            gap = nowUptime - lastUptime is { } whole && whole > gap ? whole : gap;
            (last, lastUptime) = (now, nowUptime);
            if (gap - Interval >= Least)
            {
                onStandstill(gap);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        over.Set();
        thread?.Join();
        over.Dispose();
    }

    private void Watch()
    {
        while (!over.Wait(Interval))
        {
            Beat();
        }
    }
}
