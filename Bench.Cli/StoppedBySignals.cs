using System.Runtime.InteropServices;

namespace Bench.Cli;

/// <summary>
/// Turns SIGINT and SIGTERM into the cancelling of a command, and waits for its end, so that what it has started is stopped. System.CommandLine's own handler does not wait
/// when the signal comes before the command's first wait is known to it: the process then ended beside a command that was still stopping its agents, and they lived on.
/// </summary>
internal sealed class StoppedBySignals : IDisposable
{
    private readonly TimeSpan limit;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> registrations;

    /// <summary>Begins to listen.</summary>
    /// <param name="limit">How long a command may take to end after the signal; the process then ends without it.</param>
    /// <param name="clock">Measures that.</param>
    public StoppedBySignals(TimeSpan limit, TimeProvider clock)
    {
        this.limit = limit;
        this.clock = clock;
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <summary>Runs a command to its exit code.</summary>
    /// <exception cref="OperationCanceledException">A signal came, and the command has ended or the limit is reached.</exception>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        var running = command(stop.Token);
        await Task.WhenAny(running, stopped.Task);
        try
        {
            return await running.WaitAsync(limit, clock);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            throw new OperationCanceledException("The command did not end after the signal.");
        }
    }

    /// <summary>What a signal does; called again, it does nothing.</summary>
    internal void Stop()
    {
        stopped.TrySetResult();
        stop.Cancel();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            Stop();
        }
        catch (ObjectDisposedException)
        {
            // The command has just ended by itself.
        }
    }
}
