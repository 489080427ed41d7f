namespace Bench.Fixtures.Queueing;

/// <summary>A slot that is held; dispose it to free it.</summary>
public interface ISlot : IDisposable
{
    /// <summary>Its agent has come up and waits for its model: another one may start. Said once or more often, by any thread.</summary>
    void CameUp();
}

/// <summary>
/// Hands out slots: at most so many at once, of which at most so many whose agents are still coming up, and at most so many per provider, always to
/// the waiter with the lowest ordinal whose provider has room and is not paused. Safe for use by many threads.
/// </summary>
public sealed class SlotScheduler
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly IReadOnlyDictionary<string, int> providerLimits;
    private readonly Dictionary<string, ProviderPool> pools = [];
    private int free;
    private int starts;
    private long arrivals;

    /// <summary>Creates the scheduler with all slots free.</summary>
    /// <param name="parallel">Slots; at least 1.</param>
    /// <param name="providerLimits">Most slots per provider; a provider without an entry is bounded by <paramref name="parallel"/> alone.</param>
    /// <param name="clock">Measures pauses.</param>
    /// <param name="startsAtOnce">Most slots of which <see cref="ISlot.CameUp"/> is not said yet; at least 1, null for no limit of its own.</param>
    public SlotScheduler(int parallel, IReadOnlyDictionary<string, int> providerLimits, TimeProvider clock, int? startsAtOnce = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(startsAtOnce ?? 1, 1, nameof(startsAtOnce));
        free = parallel;
        starts = startsAtOnce ?? parallel;
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

    private void Release(string provider, bool hadComeUp)
    {
        lock (gate)
        {
            free++;
            starts += hadComeUp ? 0 : 1;
            PoolOf(provider).InUse--;
            Grant();
        }
    }

    private void FreeStart()
    {
        lock (gate)
        {
            starts++;
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
        while (free > 0 && starts > 0 && NextPool() is { } pool)
        {
            var waiter = pool.Waiting.Min!;
            pool.Waiting.Remove(waiter);
            pool.InUse++;
            free--;
            starts--;
            if (!waiter.Granted.TrySetResult(new Slot(this, pool.Provider)))
            {
                pool.InUse--;
                free++;
                starts++;
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

    private sealed class Slot(SlotScheduler owner, string provider) : ISlot
    {
        private int cameUp;
        private int released;

        public void CameUp()
        {
            if (Interlocked.Exchange(ref cameUp, 1) == 0)
            {
                owner.FreeStart();
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
            {
                owner.Release(provider, hadComeUp: Interlocked.Exchange(ref cameUp, 1) == 1);
            }
        }
    }
}
