namespace Bench.Fixtures.Queueing;

/// <summary>A slot that is held; dispose it to free it.</summary>
public interface ISlot : IDisposable
{
    /// <summary>
    /// Its agent waits for its model, or does so no more. Before the first word it is at work. Said by any thread, one word after the other;
    /// after the end of the slot a word means nothing.
    /// </summary>
    void SetWaiting(bool waits);
}

/// <summary>
/// Hands out slots: at most so many at once, none while so many agents or more are at work, and at most so many per provider, always to
/// the waiter with the lowest ordinal whose provider has room and is not paused. Safe for use by many threads.
/// </summary>
public sealed class SlotScheduler
{
    /// <summary>
    /// An agent that has waited so long for its model is not at work until the answer comes. One that is answered at once, as by a scripted model, leaves no
    /// room for another: the start of that one would fall on the rest of its own work.
    /// </summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly IReadOnlyDictionary<string, int> providerLimits;
    private readonly Dictionary<string, ProviderPool> pools = [];
    private readonly int? agentsAtWork;
    private int free;
    private int atWork;
    private long arrivals;

    /// <summary>Creates the scheduler with all slots free.</summary>
    /// <param name="parallel">Slots; at least 1.</param>
    /// <param name="providerLimits">Most slots per provider; a provider without an entry is bounded by <paramref name="parallel"/> alone.</param>
    /// <param name="clock">Measures pauses.</param>
    /// <param name="agentsAtWork">
    /// No slot is granted while so many agents are at work (<see cref="ISlot.SetWaiting"/>); at least 1, null for no limit of its own. More are at work for a
    /// while when answers come that were waited for.
    /// </param>
    public SlotScheduler(int parallel, IReadOnlyDictionary<string, int> providerLimits, TimeProvider clock, int? agentsAtWork = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(agentsAtWork ?? 1, 1, nameof(agentsAtWork));
        free = parallel;
        this.agentsAtWork = agentsAtWork;
        this.providerLimits = providerLimits;
        this.clock = clock;
    }

    /// <summary>Waits for a slot.</summary>
    /// <param name="ordinal">Place in the plan; lower ones are served first.</param>
    /// <param name="provider">The pool to draw from.</param>
    /// <param name="cancellationToken">Gives the place in the queue up.</param>
    /// <returns>The slot; dispose it to free it.</returns>
    public Task<ISlot> AcquireAsync(int ordinal, string provider, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            waiter = new Waiter(ordinal, arrivals++);
            PoolOf(provider).Waiting.Add(waiter);
            Grant();
        }

        if (cancellationToken.CanBeCanceled)
        {
            var registration = cancellationToken.Register(() => Abandon(provider, waiter, cancellationToken));
            _ = waiter.Granted.Task.ContinueWith(_ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return waiter.Granted.Task;
    }

    /// <summary>Grants no slot of this provider before the time has passed; a longer pause wins over a shorter one.</summary>
    /// <returns>False when a pause that lasts as long was on already.</returns>
    public bool Pause(string provider, TimeSpan time)
    {
        lock (gate)
        {
            var pool = PoolOf(provider);
            var until = clock.GetUtcNow() + time;
            if (until <= pool.PausedUntil)
            {
                return false;
            }

            pool.PausedUntil = until;
            pool.Timer?.Dispose();
            pool.Timer = clock.CreateTimer(_ => Resume(pool, until), null, time, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Ends a pause before its time; without one it does nothing.</summary>
    public void EndPause(string provider)
    {
        lock (gate)
        {
            var pool = PoolOf(provider);
            pool.Timer?.Dispose();
            pool.PausedUntil = default;
            Grant();
        }
    }

    private void Resume(ProviderPool pool, DateTimeOffset until)
    {
        lock (gate)
        {
            // The timer, not the wall clock, ends a pause: the two may differ by a tick.
            pool.PausedUntil = pool.PausedUntil == until ? default : pool.PausedUntil;
            Grant();
        }
    }

    private void Abandon(string provider, Waiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            PoolOf(provider).Waiting.Remove(waiter);
        }

        waiter.Granted.TrySetCanceled(cancellationToken);
    }

    private void Grant()
    {
        while (free > 0 && !(atWork >= agentsAtWork) && NextPool() is { } pool)
        {
            var waiter = pool.Waiting.Min!;
            pool.Waiting.Remove(waiter);
            pool.InUse++;
            free--;
            atWork++;
            if (!waiter.Granted.TrySetResult(new Slot(this, pool.Provider)))
            {
                pool.InUse--;
                free++;
                atWork--;
            }
        }
    }

    private ProviderPool? NextPool()
    {
        ProviderPool? best = null;
        foreach (var pool in pools.Values)
        {
            var hasRoom = pool.Waiting.Count > 0 && pool.InUse < pool.Limit && pool.PausedUntil == default;
            if (hasRoom && (best is null || pool.Waiting.Min!.CompareTo(best.Waiting.Min) < 0))
            {
                best = pool;
            }
        }

        return best;
    }

    private ProviderPool PoolOf(string provider)
    {
        if (!pools.TryGetValue(provider, out var pool))
        {
            pool = new ProviderPool(provider, providerLimits.TryGetValue(provider, out var limit) ? limit : int.MaxValue);
            pools.Add(provider, pool);
        }

        return pool;
    }

    private sealed class ProviderPool(string provider, int limit)
    {
        public string Provider { get; } = provider;

        public int Limit { get; } = limit;

        public int InUse { get; set; }

        public DateTimeOffset PausedUntil { get; set; }

        public ITimer? Timer { get; set; }

        public SortedSet<Waiter> Waiting { get; } = [];
    }

    private sealed class Waiter(int ordinal, long arrival) : IComparable<Waiter>
    {
        // Continuations run elsewhere: a slot is granted under the lock.
        public TaskCompletionSource<ISlot> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int CompareTo(Waiter? other) => other is null ? 1 : Place.CompareTo(other.Place);

        private (int Ordinal, long Arrival) Place => (ordinal, arrival);
    }

    // All of it under the scheduler's lock.
    private sealed class Slot(SlotScheduler owner, string provider) : ISlot
    {
        private bool isAtWork = true;
        private bool isOver;
        private ITimer? wait;

        public void SetWaiting(bool waits)
        {
            lock (owner.gate)
            {
                if (isOver)
                {
                    return;
                }

                EndWait();
                if (waits)
                {
                    ITimer? mine = null;
                    mine = owner.clock.CreateTimer(_ => WaitedLong(mine), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    wait = mine;
                    mine.Change(LongWait, Timeout.InfiniteTimeSpan);
                }
                else
                {
                    SetAtWork(true);
                }
            }
        }

        public void Dispose()
        {
            lock (owner.gate)
            {
                if (isOver)
                {
                    return;
                }

                isOver = true;
                EndWait();
                SetAtWork(false);
                owner.free++;
                owner.PoolOf(provider).InUse--;
                owner.Grant();
            }
        }

        private void WaitedLong(ITimer? timer)
        {
            lock (owner.gate)
            {
                // The answer may have come while this waited for the lock.
                if (ReferenceEquals(wait, timer))
                {
                    SetAtWork(false);
                    owner.Grant();
                }
            }
        }

        private void EndWait()
        {
            wait?.Dispose();
            wait = null;
        }

        private void SetAtWork(bool value)
        {
            owner.atWork += (value ? 1 : 0) - (isAtWork ? 1 : 0);
            isAtWork = value;
        }
    }
}
