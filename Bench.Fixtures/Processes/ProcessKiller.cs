using System.Diagnostics;

namespace Bench.Fixtures.Processes;

/// <summary>Kills processes by pidfd, so that a reused pid is never hit, and sees them go.</summary>
internal static unsafe class ProcessKiller
{
    /// <summary>Kills those that still are who they were; returns how many. Waits until all are gone, at most <paramref name="limit"/>.</summary>
    internal static int KillAndWait(IReadOnlyList<ProcEntry> victims, TimeSpan limit)
    {
        var pidfds = new List<int>(victims.Count);
        foreach (var victim in victims)
        {
            var pidfd = LibC.PidfdOpen(victim.Pid);
            if (pidfd >= 0 && ProcTable.IsAlive(victim) && LibC.PidfdSendSignal(pidfd, LibC.SigKill) == 0)
            {
                pidfds.Add(pidfd);
            }
            else
            {
                LibC.Close(ref pidfd);
            }
        }

        AwaitDeaths([.. pidfds], limit);
        return pidfds.Count;
    }

    private static void AwaitDeaths(int[] pidfds, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var pidfd in pidfds)
        {
            var left = limit - Stopwatch.GetElapsedTime(started);
            var poll = new LibC.PollFd { Fd = pidfd, Events = LibC.PollIn };
            _ = LibC.Poll(&poll, 1, Math.Max((int)left.TotalMilliseconds, 0));
            _ = LibC.Close(pidfd);
        }
    }
}
