using System.Globalization;
using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

/// <summary>The live processes that a test has started, however deep below it: found by what they were started with. On Linux; elsewhere there are none.</summary>
internal static class MarkedProcesses
{
    private const int MostRounds = 8;
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(10);

    /// <summary>All whose environment has the variable with this value, this process not included.</summary>
    public static List<ProcEntry> Find(string name, string value)
    {
        byte[][] mark = [Encoding.UTF8.GetBytes($"{name}={value}")];
        byte[] buffer = [];
        return Find(pid => ProcTable.HasEnvironment(pid, mark, ref buffer));
    }

    /// <summary>Kills all whose environment or arguments name this folder, or a path below it, until none is found; returns when they are gone.</summary>
    public static void KillThoseOf(string folder)
    {
        var path = Encoding.UTF8.GetBytes(folder);
        for (var (round, emptyLooks) = (0, 0); round < MostRounds && emptyLooks < 2; round++)
        {
            var found = Find(pid => Names(pid, "environ", path) || Names(pid, "cmdline", path));
            ProcessKiller.KillAndWait(found, DeathLimit);

            // One look may miss a process that is in the middle of exec.
            emptyLooks = found.Count == 0 ? emptyLooks + 1 : 0;
        }
    }

    private static List<ProcEntry> Find(Predicate<int> isWanted) =>
        LinuxSupport.IsAvailable ? [.. ProcTable.ReadAll().Where(entry => !entry.IsDead && entry.Pid != Environment.ProcessId && isWanted(entry.Pid))] : [];

    private static bool Names(int pid, string file, byte[] path)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}")).AsSpan().IndexOf(path) >= 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
