using System.Runtime.InteropServices;

namespace Bench.Fixtures.Processes;

/// <summary>Whether this machine can run agents the Linux way: x64 or arm64, <c>posix_spawn</c> with a working directory, and pidfds (Linux 5.3).</summary>
internal static class LinuxSupport
{
    /// <summary>All of it is there; otherwise <see cref="PortableProcess"/> runs agents.</summary>
    internal static bool IsAvailable { get; } = Probe();

    /// <summary>The C library can close inherited descriptors in the child (glibc 2.34); otherwise those that Bench inherited without close-on-exec reach agents.</summary>
    internal static bool CanCloseInheritedDescriptors { get; } = IsAvailable && HasExport("posix_spawn_file_actions_addclosefrom_np");

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64)
            || !HasExport("posix_spawn_file_actions_addchdir_np"))
        {
            return false;
        }

        return CanOpenPidfd();
    }

    private static bool CanOpenPidfd()
    {
        var pidfd = LibC.PidfdOpen(System.Environment.ProcessId);
        var opened = pidfd >= 0;
        LibC.Close(ref pidfd);
        return opened;
    }

    private static bool HasExport(string name) =>
        NativeLibrary.TryLoad("libc", typeof(LinuxSupport).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, name, out _);
}
