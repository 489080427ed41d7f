using System.Runtime.InteropServices;

namespace Bench.Fixtures.Processes;

/// <summary>
/// The C library calls and constants that running agents on Linux takes. The constants are those of x64 and arm64, which agree;
/// see <see cref="LinuxSupport"/> for the guard.
/// </summary>
internal static unsafe partial class LibC
{
    internal const int SigTerm = 15;
    internal const int SigKill = 9;

    internal const int Eperm = 1;
    internal const int Enoent = 2;
    internal const int Esrch = 3;
    internal const int Eintr = 4;
    internal const int E2Big = 7;
    internal const int Enoexec = 8;
    internal const int Eagain = 11;
    internal const int Eacces = 13;
    internal const int Epipe = 32;

    /// <summary>O_WRONLY, O_CREAT and O_APPEND.</summary>
    internal const int AppendOrCreate = 0x441;

    /// <summary>rw for the owner, nothing for others.</summary>
    internal const uint OwnerReadWrite = 0x180;

    internal const int CloseOnExec = 0x80000;
    internal const int NonBlocking = 0x800;
    internal const int SetStatusFlags = 4;
    internal const int DuplicateCloseOnExec = 1030;
    internal const int NoHang = 1;

    internal const short PollIn = 0x1;
    internal const short PollOut = 0x4;

    /// <summary>Larger than posix_spawnattr_t (336) and posix_spawn_file_actions_t (80) of glibc and musl.</summary>
    internal const int SpawnStructBytes = 512;

    internal const short SpawnSetSignalDefaults = 0x04;
    internal const short SpawnSetSignalMask = 0x08;
    internal const short SpawnSetSession = 0x80;

    private const long PidfdSendSignalCall = 424;
    private const long PidfdOpenCall = 434;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        /// <summary>Negative: ignored by poll.</summary>
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    /// <summary>A descriptor that becomes readable when the process ends; -1 with an errno.</summary>
    internal static int PidfdOpen(int pid) => (int)Syscall(PidfdOpenCall, pid, 0, 0, 0);

    internal static int PidfdSendSignal(int pidfd, int signal) => (int)Syscall(PidfdSendSignalCall, pidfd, signal, 0, 0);

    /// <summary>How long the children that a call waited for have worked; the rest of struct rusage is not read.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    internal struct ResourceUsage
    {
        internal long UserSeconds;
        internal long UserMicroseconds;
        internal long SystemSeconds;
        internal long SystemMicroseconds;

        internal readonly TimeSpan CpuTime => TimeSpan.FromSeconds(UserSeconds + SystemSeconds) + TimeSpan.FromMicroseconds(UserMicroseconds + SystemMicroseconds);
    }

    internal static int ErrorNumber => Marshal.GetLastPInvokeError();

    /// <summary>Closes the descriptor once and forgets it.</summary>
    internal static void Close(ref int fd)
    {
        if (fd >= 0)
        {
            _ = Close(fd);
            fd = -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long first, long second, long third, long fourth);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(int* fds, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    internal static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    internal static partial nint ReadLink(byte* path, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    internal static partial int Wait4(int pid, int* status, int options, ResourceUsage* usage);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    internal static partial int PosixSpawn(int* pid, byte* path, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    internal static partial int AttributesInit(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int AttributesDestroy(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int AttributesSetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int AttributesSetSignalDefaults(void* attributes, void* signalSet);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int AttributesSetSignalMask(void* attributes, void* signalSet);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int ActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int ActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static partial int ActionsAddOpen(void* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int ActionsAddDup2(void* actions, int fd, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int ActionsAddChangeDirectory(void* actions, byte* path);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int ActionsAddCloseFrom(void* actions, int first);
}
