using System.Text;

namespace Bench.Fixtures.Processes;

/// <summary>
/// Finds a run's processes by the mark in the environment that they were started with, wherever they went: another group, session or parent.
/// A process that was started with a cleared environment is not found. One look at the table costs about 3 ms. Linux only.
/// </summary>
public static class ProcessReaper
{
    private const int MostRounds = 8;
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(2);

    /// <summary>Whether this machine can be asked; where it cannot, counts are 0.</summary>
    public static bool IsSupported => LinuxSupport.IsAvailable;

    /// <summary>How many live processes carry the run's mark, this one not included.</summary>
    public static int Count(RunMark run) => IsSupported ? Find(run).Count : 0;

    /// <summary>CPU time of the live processes that carry the run's mark, this one not included; null when there is none.</summary>
    public static TimeSpan? CpuTime(RunMark run)
    {
        TimeSpan? total = null;
        foreach (var entry in IsSupported ? Find(run) : [])
        {
            if (ProcTable.CpuTime(entry.Pid) is { } time)
            {
                total = (total ?? TimeSpan.Zero) + time;
            }
        }

        return total;
    }

    /// <summary>
    /// Kills every process that carries the run's mark, except this one, until none is found and all are gone (waiting at most 2 s);
    /// returns how many. Blocks for milliseconds.
    /// </summary>
    public static int Kill(RunMark run) => KillUntilNone(() => Find(run));

    /// <summary>
    /// Kills every process that carries the mark of a run whose Bench process is gone: killed before it could tidy up, its guard too.
    /// Returns the ids of those runs, each once for every process killed. Processes of other containers, and those that this account may not read, are left alone.
    /// </summary>
    public static IReadOnlyList<string> KillOrphans()
    {
        var runs = new List<string>();
        KillUntilNone(() => FindOrphans(runs));
        return runs;
    }

    private static int KillUntilNone(Func<List<ProcEntry>> find)
    {
        var (killed, emptyLooks) = (0, 0);
        for (var round = 0; IsSupported && round < MostRounds && emptyLooks < 2; round++)
        {
            var victims = find();
            killed += ProcessKiller.KillAndWait(victims, DeathLimit);

            // One look may miss a process that is in the middle of exec.
            emptyLooks = victims.Count == 0 ? emptyLooks + 1 : 0;
        }

        return killed;
    }

    private static List<ProcEntry> Find(RunMark run)
    {
        byte[][] mark = [Encoding.UTF8.GetBytes($"{ProcessMarks.Run}={run.Value}")];
        byte[] buffer = [];
        return LiveProcesses(pid => ProcTable.HasEnvironment(pid, mark, ref buffer));
    }

    private static List<ProcEntry> FindOrphans(List<string> runs)
    {
        byte[] buffer = [];
        return LiveProcesses(pid =>
        {
            if (ProcTable.VariableOf(pid, "BENCH_RUN_MARK="u8, ref buffer) is not { } mark || !RunMark.IsOrphaned(mark) || !ProcTable.IsInOwnNamespace(pid))
            {
                return false;
            }

            runs.Add(ProcTable.VariableOf(pid, "BENCH_RUN_ID="u8, ref buffer) ?? mark);
            return true;
        });
    }

    private static List<ProcEntry> LiveProcesses(Predicate<int> isWanted)
    {
        var entries = ProcTable.ReadAll();
        entries.RemoveAll(entry => entry.IsDead || entry.Pid == System.Environment.ProcessId || !isWanted(entry.Pid));
        return entries;
    }
}
