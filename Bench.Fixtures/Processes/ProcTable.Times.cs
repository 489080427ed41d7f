using System.Buffers.Text;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Processes;

// How long processes have lived and worked.
internal static unsafe partial class ProcTable
{
    // What Linux shows to programs, whatever its own clock does.
    private const int TicksPerSecond = 100;

    /// <summary>
    /// CPU time of a process, in user and kernel mode, with that of children that it has waited for; null when it has gone.
    /// </summary>
    internal static TimeSpan? CpuTime(int pid)
    {
        Span<long> fields = stackalloc long[StatFields];
        const int First = 10, Last = 13;
        if (!TryReadStat(pid, new byte[1024], fields, out _))
        {
            return null;
        }

        var ticks = 0L;
        for (var field = First; field <= Last; field++)
        {
            ticks += fields[field];
        }

        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>What every process that can be seen has used, in no order.</summary>
    internal static List<ProcUsage> ReadUsage()
    {
        const int FirstTime = 10, LastTime = 13, ResidentPages = 20;
        var processes = new List<ProcUsage>(256);
        var buffer = new byte[1024];
        Span<long> fields = stackalloc long[StatFields];
        foreach (var pid in Pids())
        {
            if (TryReadStat(pid, buffer, fields, out var state))
            {
                var ticks = fields[FirstTime] + fields[FirstTime + 1] + fields[LastTime - 1] + fields[LastTime];
                var isDead = IsDead(state, fields);
                processes.Add(new ProcUsage(EntryOf(pid, fields, isDead), TimeSpan.FromSeconds((double)ticks / TicksPerSecond), isDead ? 0 : fields[ResidentPages] * System.Environment.SystemPageSize));
            }
        }

        return processes;
    }

    /// <summary>How long ago something started; null when the machine does not say how long it is up.</summary>
    internal static TimeSpan? AgeOf(long startTicks) =>
        Uptime() is { } uptime ? TimeSpan.FromSeconds(Math.Max(uptime.TotalSeconds - ((double)startTicks / TicksPerSecond), 0)) : null;

    /// <summary>How long the machine is up, the time in which it slept included; null when it does not say.</summary>
    internal static TimeSpan? Uptime()
    {
        var buffer = new byte[256];
        var length = ReadFile("/proc/uptime\0"u8, ref buffer, canGrow: false);
        return Utf8Parser.TryParse(buffer.AsSpan(0, Math.Max(length, 0)), out double uptime, out _) ? TimeSpan.FromSeconds(uptime) : null;
    }
}
