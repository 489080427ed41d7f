namespace Bench.Fixtures.Tests;

/// <summary>A clock that stands still until a test moves it; a timer fires when it is moved as far as that.</summary>
internal sealed class HandMovedClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<HeldTimer> timers = [];
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <summary>Moves the clock and fires, on this thread, what is due.</summary>
    public void Advance(TimeSpan by)
    {
        List<HeldTimer> due;
        lock (gate)
        {
            Interlocked.Add(ref ticks, by.Ticks);
            due = [.. timers.Where(timer => timer.DueAt <= ticks)];
            timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    /// <summary>Waits until somebody waits for a moment to come.</summary>
    public async Task UntilTimerAsync(CancellationToken cancellationToken)
    {
        while (!HasTimer())
        {
            await Task.Delay(5, cancellationToken);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private bool HasTimer()
    {
        lock (gate)
        {
            return timers.Count > 0;
        }
    }

    private sealed class HeldTimer(HandMovedClock clock, Action fire) : ITimer
    {
        public long DueAt { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                DueAt = clock.ticks + dueTime.Ticks;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock.timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
