namespace Bench.Fixtures.Processes.Metering;

/// <summary>
/// Divides the CPU time of a process that several attempts share among them: what it uses between two moments at which an attempt comes or goes is
/// divided evenly among those that were there. What it uses while nobody is there belongs to no attempt.
/// </summary>
/// <param name="cpuTime">What the process and all that it started have used up to now.</param>
internal sealed class SharedUsage(Func<TimeSpan> cpuTime)
{
    private readonly Lock gate = new();
    private readonly List<UsageShare> present = [];
    private TimeSpan divided;

    /// <summary>An attempt comes.</summary>
    public UsageShare Join()
    {
        var share = new UsageShare(this);
        lock (gate)
        {
            Divide();
            present.Add(share);
        }

        return share;
    }

    internal void Leave(UsageShare share)
    {
        lock (gate)
        {
            if (present.Contains(share))
            {
                Divide();
                present.Remove(share);
            }
        }
    }

    private void Divide()
    {
        var now = cpuTime();
        var used = now - divided;
        divided = now;
        foreach (var share in present)
        {
            share.CpuTime += used / present.Count;
            share.IsShared |= present.Count > 1 && used > TimeSpan.Zero;
        }
    }
}

/// <summary>What one attempt has used of a shared process; complete when it is disposed.</summary>
internal sealed class UsageShare(SharedUsage shared) : IDisposable
{
    /// <summary>Its part of the CPU time.</summary>
    public TimeSpan CpuTime { get; internal set; }

    /// <summary>Others were there too: a part of it was divided, not measured.</summary>
    public bool IsShared { get; internal set; }

    /// <inheritdoc />
    public void Dispose() => shared.Leave(this);
}
