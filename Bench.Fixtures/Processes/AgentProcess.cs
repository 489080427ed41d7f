using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Processes;

/// <summary>
/// A running agent. On Linux (x64, arm64, kernel 5.3 or later) it is the leader of a session of its own with default signals, and one dedicated thread
/// reads its pipes, feeds its input, sees its end and stops it, so that no stamp waits for a thread pool.
/// Elsewhere .NET's own process class runs it with dedicated reader threads: descendants are then killed only by a stop while the agent still runs,
/// and a pipe that a descendant holds costs a thread until it is let go.
/// </summary>
public sealed class AgentProcess : IAsyncDisposable
{
    private readonly IRunningProcess process;

    private AgentProcess(IRunningProcess process)
    {
        this.process = process;
    }

    /// <summary>The process's id; on Linux also that of its process group and session.</summary>
    public int Id => process.Id;

    /// <summary>Just before the system was asked to start it.</summary>
    public long StartTimestamp => process.StartTimestamp;

    /// <summary>When a byte last came on either pipe, while the agent still runs (for seeing a stall); null before the first.</summary>
    public long? LastByteTimestamp => process.LastByteTimestamp;

    /// <summary>When a look last saw that the agent or something that it started had worked, on a core; null before that, and when nobody looks.</summary>
    public long? LastWorkTimestamp => process.Usage?.LastWorkTimestamp;

    /// <summary>Looks now, so that <see cref="LastWorkTimestamp"/> is of this moment; nothing happens when nobody looks. Blocks for some milliseconds.</summary>
    public void LookAtWork() => process.Usage?.LookAtCpuTime();

    /// <summary>What the agent and all that it started use; null when nobody looks.</summary>
    internal TreeMeter? Usage => process.Usage;

    /// <summary>Completes when the agent and everything it started has gone, or a drain limit has passed. Never faults.</summary>
    public Task<ProcessExit> Completion => process.Completion;

    /// <summary>Starts a process; blocks for the fraction of a millisecond that the system takes.</summary>
    /// <param name="spec">The command.</param>
    /// <param name="observer">Sees the lines; null when nobody does.</param>
    /// <param name="clock">Stamps. <see cref="TimeProvider.System"/> counts nanoseconds of CLOCK_MONOTONIC on Linux.</param>
    /// <exception cref="ProcessStartException">The command cannot be started; the message says why and what to do.</exception>
    public static AgentProcess Start(ProcessSpec spec, IOutputObserver? observer, TimeProvider clock) =>
        Start(spec, observer, clock, LinuxSupport.IsAvailable);

    /// <summary>Ends the agent and its descendants: TERM, then KILL when the grace has passed or the agent has gone. A call during a stop can only shorten it.</summary>
    /// <param name="grace">How long the agent may take to end by itself; zero kills at once.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stop.</param>
    public async Task<ProcessExit> StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        process.RequestStop(grace);
        return await Completion.WaitAsync(cancellationToken);
    }

    /// <summary>Kills what still runs and waits for its end.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero, CancellationToken.None);

    internal static AgentProcess Start(ProcessSpec spec, IOutputObserver? observer, TimeProvider clock, bool isLinux)
    {
        Validate(spec);
        return new AgentProcess(isLinux ? LinuxProcess.Start(spec, observer, clock) : PortableProcess.Start(spec, observer, clock));
    }

    private static void Validate(ProcessSpec spec)
    {
        if (!Path.IsPathFullyQualified(spec.FileName) || !Path.IsPathFullyQualified(spec.WorkingDirectory))
        {
            throw new ProcessStartException(spec, "both paths must be absolute: the first would be looked up below the second.");
        }

        if (spec.MaxLineBytes < 1)
        {
            throw new ProcessStartException(spec, $"MaxLineBytes is '{spec.MaxLineBytes}'. Give at least 1.");
        }

        string[] texts = [spec.FileName, spec.WorkingDirectory, .. spec.Arguments, .. spec.Environment.Keys, .. spec.Environment.Values];
        if (texts.FirstOrDefault(text => text.Contains('\0', StringComparison.Ordinal)) is { } broken)
        {
            throw new ProcessStartException(spec, $"the text that begins '{broken[..broken.IndexOf('\0', StringComparison.Ordinal)]}' holds a NUL character, which no command line can carry. Pass it on standard input.");
        }

        if (spec.Environment.Keys.FirstOrDefault(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } bad)
        {
            throw new ProcessStartException(spec, $"'{bad}' is no name of an environment variable: it must not be empty or hold '='.");
        }
    }
}
