namespace Bench.Fixtures.Processes.Metering;

/// <summary>What one agent and all that it has started use, as far as the looks of a <see cref="ProcessMeter"/> have seen it. Any thread may ask.</summary>
internal sealed class TreeMeter
{
    private readonly ProcessMeter meter;
    private readonly TimeProvider clock;
    private readonly TreeLedger ledger;
    private readonly List<MemorySpan> spans = [];
    private readonly Lock gate = new();
    private readonly long madeAt;
    private TimeSpan workedCpu;
    private long? workedAt;
    private bool isSeen;
    private bool isOver;

    internal TreeMeter(ProcessMeter meter, int root, IReadOnlyList<byte[]> marks, TimeProvider clock)
    {
        this.meter = meter;
        this.clock = clock;
        Root = root;
        Marks = marks;
        ledger = new TreeLedger(root);
        madeAt = clock.GetTimestamp();
        Lifetime = BeginSpan();
    }

    /// <summary>The pid of the agent, and of its session and group.</summary>
    public int Root { get; }

    /// <summary>What every process of it carries in its environment, as <c>NAME=value</c>.</summary>
    public IReadOnlyList<byte[]> Marks { get; }

    /// <summary>The most memory since the start.</summary>
    public MemorySpan Lifetime { get; }

    /// <summary>CPU time of all up to the last look.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            lock (gate)
            {
                return ledger.CpuTime;
            }
        }
    }

    /// <summary>When a look last saw that it had worked, on the clock of its stamps; null when none has.</summary>
    public long? LastWorkTimestamp
    {
        get
        {
            lock (gate)
            {
                return workedAt;
            }
        }
    }

    /// <summary>Looks now, and says what was used up to now.</summary>
    public TimeSpan LookAtCpuTime()
    {
        meter.Look();
        return CpuTime;
    }

    /// <summary>From now on, the most memory; dispose it when it is not needed any more.</summary>
    public MemorySpan BeginSpan()
    {
        var span = new MemorySpan(this);
        lock (gate)
        {
            span.Note(isSeen && !isOver ? ledger.ResidentBytes : 0);
            spans.Add(span);
        }

        return span;
    }

    internal void End(MemorySpan span)
    {
        lock (gate)
        {
            spans.Remove(span);
        }
    }

    /// <summary>Whether the process was one of the tree at the last look.</summary>
    internal bool Knows((int Pid, long StartTicks) identity)
    {
        lock (gate)
        {
            return ledger.Contains(identity);
        }
    }

    internal void Take(IReadOnlyList<ProcUsage> members)
    {
        lock (gate)
        {
            // The root was waited for while the table was being read.
            if (isOver)
            {
                return;
            }

            ledger.Take(members);
            isSeen = true;
            spans.ForEach(span => span.Note(ledger.ResidentBytes));
            NoteWork();
        }
    }

    /// <summary>The root has ended and was waited for: its figure, with all that was waited for below it, is the system's own.</summary>
    public void Close(TimeSpan? rootCpuTime)
    {
        meter.Forget(this);
        lock (gate)
        {
            if (rootCpuTime is { } time && !isOver)
            {
                ledger.TakeEnd(time);
            }

            isOver = true;
        }
    }

    // Against the last time that it had worked, not the last look: a starved agent makes little of each.
    private void NoteWork()
    {
        var cpu = ledger.CpuTime;
        if (CpuProgress.Is(cpu - workedCpu, clock.GetElapsedTime(workedAt ?? madeAt)))
        {
            (workedCpu, workedAt) = (cpu, clock.GetTimestamp());
        }
    }
}

/// <summary>The most resident memory that a tree has had at a look since a moment.</summary>
internal sealed class MemorySpan(TreeMeter tree) : IDisposable
{
    private long most;

    /// <summary>In bytes; null when no look has seen any.</summary>
    public long? MostBytes => Interlocked.Read(ref most) is > 0 and var bytes ? bytes : null;

    /// <inheritdoc />
    public void Dispose() => tree.End(this);

    internal void Note(long bytes) => Interlocked.Exchange(ref most, Math.Max(Interlocked.Read(ref most), bytes));
}
