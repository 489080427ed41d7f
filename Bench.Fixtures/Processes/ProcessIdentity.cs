using System.Diagnostics;

namespace Bench.Fixtures.Processes;

/// <summary>A process of this machine that is not this one's own: its pid, which comes again after a while, and its start, with which it does not. Linux only.</summary>
/// <param name="Pid">The process.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>This process; null where processes cannot be told apart so.</summary>
    public static ProcessIdentity? Current => LinuxSupport.IsAvailable ? Of(System.Environment.ProcessId) : null;

    /// <summary>Whether any thread of it lives; one that has exited and was not waited for does not. When it does not, its files and locks are free.</summary>
    public bool IsAlive => LinuxSupport.IsAvailable && !ProcTable.IsGone(Pid, StartTicks);

    /// <summary>How long it has lived; null when it has gone.</summary>
    public TimeSpan? Age => IsAlive ? ProcTable.AgeOf(StartTicks) : null;

    /// <summary>Asks it to end (SIGTERM). Nothing happens when it has gone.</summary>
    public void RequestEnd() => Send(LibC.SigTerm);

    /// <summary>Kills it (SIGKILL). Nothing happens when it has gone.</summary>
    public void Kill() => Send(LibC.SigKill);

    /// <summary>Waits for its end; false when it still lives after <paramref name="limit"/>.</summary>
    public async Task<bool> AwaitEndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (IsAlive)
        {
            if (Stopwatch.GetElapsedTime(started) >= limit)
            {
                return false;
            }

            await Task.Delay(Interval, cancellationToken);
        }

        return true;
    }

    internal static ProcessIdentity? Of(int pid) => ProcTable.Read(pid) is { } entry ? new(pid, entry.StartTicks) : null;

    // By pidfd, so that a later process with the same pid is never hit.
    private void Send(int signal)
    {
        var pidfd = LibC.PidfdOpen(Pid);
        if (pidfd >= 0 && IsAlive)
        {
            _ = LibC.PidfdSendSignal(pidfd, signal);
        }

        LibC.Close(ref pidfd);
    }
}
