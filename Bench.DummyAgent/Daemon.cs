using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Bench.DummyAgent;

/// <summary>A process that leaves its parent's session and outlives it.</summary>
internal static partial class Daemon
{
    /// <summary>The step that makes a process the daemon; used by <see cref="Leave"/> only.</summary>
    public const string ChildWord = "be-daemon";

    // Of one thread; that of the whole process is another call.
    private const int ExitOnX64 = 60;
    private const int ExitOnArm64 = 93;

    /// <summary>Starts the daemon with this process's standard output and returns its pid once it has left the session.</summary>
    public static int Leave(int milliseconds)
    {
        // Only standard error is redirected: it says when the daemon is ready, standard output is inherited.
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ChildWord, milliseconds.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardError.ReadLine();
        return process.Id;
    }

    /// <summary>Leaves the session, says so and waits.</summary>
    public static void Live(int milliseconds)
    {
        _ = SetSession();
        Output.Error("ready");
        Thread.Sleep(milliseconds);
    }

    /// <summary>Sends this process a signal and waits for it.</summary>
    public static void SignalSelf(int signal)
    {
        _ = Kill(Environment.ProcessId, signal);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Ends the first thread; another one keeps the process alive. The process shows as a zombie from now on. Linux only.</summary>
    public static void LeaveFirstThread()
    {
        new Thread(static () => Thread.Sleep(Timeout.Infinite)).Start();
        _ = Syscall(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ExitOnArm64 : ExitOnX64, 0);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Syscall(nint number, nint argument);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
