using System.Diagnostics;

namespace Bench.Fixtures.Processes;

// A process is all its threads. When the first of them has ended the process shows as a zombie, without environment and files, while the others work on.
internal static unsafe partial class ProcTable
{
    private const int SessionField = 2;
    private const int ThreadsField = 16;

    // A thread counts until it has let go of everything, its files and their locks last: what a killed process held is free once only the zombie is left.
    private static bool IsDead(byte state, ReadOnlySpan<long> fields) => HasNoFirstThread(state) && fields[ThreadsField] <= 1;

    private static bool HasNoFirstThread(byte state) => state is (byte)'Z' or (byte)'X' or (byte)'x';

    // In the middle of exec a process shows neither environment nor command line, and a file that was opened before shows nothing any more:
    // the process is asked again until it has become what it will be.
    private static int ReadEnvironment(int pid, ref byte[] buffer)
    {
        var started = Stopwatch.GetTimestamp();
        for (var looks = 1; ; looks++)
        {
            var length = ReadFile(PathOf(pid, "environ"), ref buffer, canGrow: true);
            if (length > 0 || Stopwatch.GetElapsedTime(started) > LongestExec)
            {
                return length;
            }

            if (looks >= LooksAtEmpty && !IsInExec(pid, out var isThreadLeft))
            {
                return isThreadLeft ? ReadEnvironmentOfThread(pid, ref buffer) : length;
            }

            Thread.Yield();
        }
    }

    // Kernel threads show neither either; they belong to no session.
    private static bool IsInExec(int pid, out bool isThreadLeft)
    {
        Span<long> fields = stackalloc long[StatFields];
        var buffer = new byte[1024];
        var isThere = TryReadStat(pid, buffer, fields, out var state);
        isThreadLeft = isThere && HasNoFirstThread(state) && !IsDead(state, fields);
        return isThere && !HasNoFirstThread(state) && fields[SessionField] > 0 && ReadFile(PathOf(pid, "cmdline"), ref buffer, canGrow: false) == 0;
    }

    // The threads share it; 0 when none shows it.
    private static int ReadEnvironmentOfThread(int pid, ref byte[] buffer)
    {
        try
        {
            foreach (var thread in Numbers(string.Create(null, $"/proc/{pid}/task")))
            {
                if (ReadFile(PathOf(pid, string.Create(null, $"task/{thread}/environ")), ref buffer, canGrow: true) is > 0 and var length)
                {
                    return length;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It has gone meanwhile, or is somebody else's.
        }

        return 0;
    }
}
