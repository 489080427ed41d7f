using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Servers;

/// <summary>What one attempt has used of the run's server; complete when it is disposed.</summary>
/// <param name="usage">Its part of the CPU time.</param>
/// <param name="memory">The whole server's memory meanwhile: it cannot be divided.</param>
internal sealed class ServerShare(UsageShare usage, MemorySpan memory) : IDisposable
{
    /// <summary>A part of the CPU time was divided among several attempts.</summary>
    public bool IsShared => usage.IsShared;

    /// <summary>Its CPU time with that of the attempt's client.</summary>
    /// <param name="client">Null without a client.</param>
    public TimeSpan With(TimeSpan? client) => usage.CpuTime + (client ?? TimeSpan.Zero);

    /// <summary>The most memory of the server, and of the attempt's client; null when no look has seen any.</summary>
    /// <param name="client">Null without a client.</param>
    public long? With(long? client) => memory.MostBytes + (client ?? 0);

    /// <inheritdoc />
    public void Dispose()
    {
        usage.Dispose();
        memory.Dispose();
    }
}
