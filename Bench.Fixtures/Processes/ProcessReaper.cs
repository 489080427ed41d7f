using System.Text;

namespace Bench.Fixtures.Processes;

/// <summary>
/// Finds processes by a variable in the environment that they were started with, wherever they went: another group, session or parent.
/// A process that was started with a cleared environment is not found. One look at the table costs about 3 ms. Linux only.
/// </summary>
public static class ProcessReaper
{
    private const int MostRounds = 8;
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(2);

    /// <summary>Whether this machine can be asked; where it cannot, counts are 0.</summary>
    public static bool IsSupported => LinuxSupport.IsAvailable;

    /// <summary>How many live processes carry <c>name=value</c>, this one not included.</summary>
    public static int CountMarked(string name, string value) => IsSupported ? Find(name, value).Count : 0;

    /// <summary>
    /// Kills every process that carries <c>name=value</c>, except this one, until none is found and all are gone (waiting at most 2 s);
    /// returns how many. Blocks for milliseconds.
    /// </summary>
    public static int KillMarked(string name, string value)
    {
        var killed = 0;
        for (var round = 0; IsSupported && round < MostRounds; round++)
        {
            var victims = Find(name, value);
            killed += ProcessKiller.KillAndWait(victims, DeathLimit);
            if (victims.Count == 0)
            {
                break;
            }
        }

        return killed;
    }

    private static List<ProcEntry> Find(string name, string value)
    {
        byte[][] mark = [Encoding.UTF8.GetBytes($"{name}={value}")];
        byte[] buffer = [];
        var entries = ProcTable.ReadAll();
        entries.RemoveAll(entry => entry.IsDead || entry.Pid == System.Environment.ProcessId || !ProcTable.HasEnvironment(entry.Pid, mark, ref buffer));
        return entries;
    }
}
