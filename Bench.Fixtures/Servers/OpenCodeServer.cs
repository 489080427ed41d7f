using System.Security.Cryptography;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Servers;

/// <summary>
/// A running <c>opencode serve</c> with everything of its own: port, password, folders. It is ready when it has done real work under a deadline
/// (a session created and deleted), not when it says so. Nobody else's server is ever used: the process must be the one that was started here,
/// know the password and have the pinned version.
/// </summary>
public sealed partial class OpenCodeServer : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    private readonly AgentProcess process;
    private readonly Stream log;
    private readonly SharedUsage? usage;
    private OpenCodeEventStream? events;

    private OpenCodeServer(AgentProcess process, Stream log, Uri address, OpenCodeClient client)
    {
        this.process = process;
        this.log = log;
        usage = process.Usage is { } tree ? new SharedUsage(tree.LookAtCpuTime) : null;
        Address = address;
        Client = client;
    }

    /// <summary><c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Address { get; }

    /// <summary>The process's id.</summary>
    public int ProcessId => process.Id;

    /// <summary>From the spawn of the process to the end of the first real work that it did.</summary>
    public TimeSpan StartupLatency { get; private set; }

    /// <summary>The models that the server offers, as <c>provider/model</c>.</summary>
    public IReadOnlyList<string> Models { get; private set; } = [];

    /// <summary>Completes when the process has gone, whoever ended it.</summary>
    public Task<ProcessExit> Exited => process.Completion;

    /// <summary>When a look last saw that the server had worked; null before that, and when nobody looks.</summary>
    internal long? LastWorkTimestamp => process.LastWorkTimestamp;

    /// <summary>Looks now, at the clients' work too; nothing happens when nobody looks.</summary>
    internal void LookAtWork() => process.LookAtWork();

    internal OpenCodeClient Client { get; }

    internal OpenCodeEventStream Events => events ?? throw new InvalidOperationException("OpenCode's server has no event stream before it is ready.");

    /// <summary>An attempt comes: from now on its part of what the server uses is its own. Null when nobody looks.</summary>
    internal ServerShare? Share() => usage is null ? null : new ServerShare(usage.Join(), process.Usage!.BeginSpan());

    /// <summary>A random password.</summary>
    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Ends the server and everything that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (events is not null)
        {
            await events.DisposeAsync();
        }

        Client.Dispose();
        await process.StopAsync(StopGrace, CancellationToken.None);
        await process.DisposeAsync();
        await log.DisposeAsync();
    }
}
