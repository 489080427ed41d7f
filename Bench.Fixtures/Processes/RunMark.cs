using System.Globalization;

namespace Bench.Fixtures.Processes;

/// <summary>
/// Tells the processes of one run from those of every other on this machine. A run's id cannot: two runs that start in the same second
/// in different folders have the same one, and would kill each other's agents.
/// </summary>
/// <param name="RunId">The run, for people.</param>
/// <param name="Value">Pid and start of the Bench process that owns the run, and the run's number in it, e.g. <c>4711.882734.1</c>.</param>
public sealed record RunMark(string RunId, string Value)
{
    private static int lastNumber;

    /// <summary>The mark of a new run of this process.</summary>
    public static RunMark New(string runId)
    {
        var number = Interlocked.Increment(ref lastNumber);
        return new RunMark(runId, string.Create(CultureInfo.InvariantCulture, $"{System.Environment.ProcessId}.{OwnStart()}.{number}"));
    }

    /// <summary>Whether the process that made the mark is gone; false when the value is no mark.</summary>
    internal static bool IsOrphaned(string value)
    {
        var parts = value.Split('.');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && ProcTable.IsGone(pid, start);
    }

    // A pid comes again after a while; with its start it does not.
    private static long OwnStart() => LinuxSupport.IsAvailable ? ProcTable.Read(System.Environment.ProcessId)!.Value.StartTicks : TimeProvider.System.GetTimestamp();
}
