using System.Globalization;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Servers;

/// <summary>
/// The run's one OpenCode server: started when the first job asks for it, shared by all jobs and lanes, started again after a crash.
/// Dispose it when the last job has ended.
/// </summary>
public sealed class SharedOpenCodeServer(OpenCodeServerOptions options) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private Task<OpenCodeServer>? current;
    private int starts;
    private bool isClosed;

    /// <summary>The options that it is started with.</summary>
    public OpenCodeServerOptions Options { get; } = options;

    /// <summary>How long the first server that got ready took; null while there is none.</summary>
    public TimeSpan? StartupLatency { get; private set; }

    /// <summary>CPU time of all servers that have ended, their start-ups included; null when it is not known of each.</summary>
    public TimeSpan? CpuTime { get; private set; } = TimeSpan.Zero;

    /// <summary>Servers started up to now; more than one means that one failed or crashed.</summary>
    public int Starts => Volatile.Read(ref starts);

    /// <summary>A server that was alive a moment ago.</summary>
    /// <param name="cancellationToken">Ends the waiting; the start itself goes on for the other jobs.</param>
    /// <exception cref="EnvFailureException">It does not start, or has ended too often.</exception>
    public Task<OpenCodeServer> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (current is null || HasEnded(current))
            {
                current = starts < Options.MaxStarts ? StartAsync(current, starts++) : Task.FromException<OpenCodeServer>(TooOften());
            }

            return current.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Task<OpenCodeServer>? last;
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            isClosed = true;
            last = current;
        }

        await closing.CancelAsync();
        await DisposeAsync(last);
        closing.Dispose();
    }

    private static bool HasEnded(Task<OpenCodeServer> start) =>
        start.IsFaulted || start.IsCanceled || (start.IsCompletedSuccessfully && start.Result.Exited.IsCompleted);

    private async Task DisposeAsync(Task<OpenCodeServer>? start)
    {
        if (start is null)
        {
            return;
        }

        try
        {
            var server = await start;
            await server.DisposeAsync();
            CpuTime += (await server.Exited).CpuTime;
        }
        catch (Exception)
        {
            // It never got ready, and has cleaned up behind itself; those who waited for it know why.
            CpuTime = null;
        }
    }

    private async Task<OpenCodeServer> StartAsync(Task<OpenCodeServer>? before, int start)
    {
        // Leaves the caller's lock before any work.
        await Task.Yield();
        await DisposeAsync(before);
        var server = await OpenCodeServer.StartAsync(Options, start, closing.Token);
        StartupLatency ??= server.StartupLatency;
        return server;
    }

    private EnvFailureException TooOften()
    {
        var evidence = string.Create(CultureInfo.InvariantCulture, $"OpenCode's server has ended or failed to start {Options.MaxStarts} times in this run; it is not started again.");
        return new EnvFailureException(
            new Failure
            {
                Category = FailureCategory.Env,
                Reason = FailureReasons.ServerUnavailable,
                EndedBy = EndedBy.Env,
                RuleId = "opencode_server.restarts",
                Evidence = evidence,
            },
            $"{evidence} See '{Options.LogPath}'.");
    }
}
