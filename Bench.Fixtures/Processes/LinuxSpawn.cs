namespace Bench.Fixtures.Processes;

/// <summary>A started child and Bench's ends of its pipes; -1 where there is none.</summary>
internal sealed record SpawnedChild(int Pid, int PidFd, int Stdin, int Stdout, int Stderr, long StartTimestamp);

/// <summary>
/// Starts a child by posix_spawn: a session of its own (so also a process group, and no terminal), every signal at its default and unblocked
/// (.NET ignores SIGPIPE, which a child would inherit), its own folder, exactly its environment, and no descriptor beyond its three.
/// </summary>
internal static unsafe class LinuxSpawn
{
    private const int AllDescriptors = 3;

    /// <exception cref="ProcessStartException">The system refused.</exception>
    internal static SpawnedChild Start(ProcessSpec spec, TimeProvider clock)
    {
        Pipe input = Pipe.None, output = Pipe.None, error = Pipe.None;
        try
        {
            input = spec.StandardInput.IsEmpty ? input : Pipe.Create(spec);
            output = Pipe.Create(spec);
            error = Pipe.Create(spec);
            if (!spec.StandardInput.IsEmpty)
            {
                _ = LibC.Fcntl(input.WriteEnd, LibC.SetStatusFlags, LibC.NonBlocking);
            }

            var started = clock.GetTimestamp();
            var pid = Spawn(spec, new Ends(input.ReadEnd, output.WriteEnd, error.WriteEnd));
            var pidfd = OpenPidfd(spec, pid);
            return new SpawnedChild(pid, pidfd, input.TakeWriteEnd(), output.TakeReadEnd(), error.TakeReadEnd(), started);
        }
        finally
        {
            input.Close();
            output.Close();
            error.Close();
        }
    }

    /// <summary>Starts a child that shares nothing with this process: no pipe, no terminal, no signal of its group.</summary>
    /// <param name="spec">The command; its input, observer and logs do not count.</param>
    /// <param name="outputFile">Both outputs are appended to it; made for this user only when it is not there.</param>
    /// <exception cref="ProcessStartException">The system refused.</exception>
    internal static int StartDetached(ProcessSpec spec, string outputFile) => Spawn(spec, new Ends(-1, -1, -1), outputFile);

    private static int Spawn(ProcessSpec spec, Ends ends, string? outputFile = null)
    {
        using var strings = new NativeStrings([spec.FileName, .. spec.Arguments]);
        using var variables = new NativeStrings([.. spec.Environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        using var paths = new NativeStrings([spec.WorkingDirectory, "/dev/null", outputFile ?? ""]);
        var attributes = stackalloc byte[LibC.SpawnStructBytes];
        var actions = stackalloc byte[LibC.SpawnStructBytes];
        Check(spec, LibC.AttributesInit(attributes));
        Check(spec, LibC.ActionsInit(actions));
        try
        {
            ResetSignals(spec, attributes);
            Check(spec, LibC.ActionsAddChangeDirectory(actions, paths.Pointer[0]));
            Check(spec, ends.Stdin < 0 ? LibC.ActionsAddOpen(actions, 0, paths.Pointer[1], 0, 0) : LibC.ActionsAddDup2(actions, ends.Stdin, 0));
            Check(spec, outputFile is null ? LibC.ActionsAddDup2(actions, ends.Stdout, 1) : LibC.ActionsAddOpen(actions, 1, paths.Pointer[2], LibC.AppendOrCreate, LibC.OwnerReadWrite));
            Check(spec, LibC.ActionsAddDup2(actions, outputFile is null ? ends.Stderr : 1, 2));
            if (LinuxSupport.CanCloseInheritedDescriptors)
            {
                Check(spec, LibC.ActionsAddCloseFrom(actions, AllDescriptors));
            }

            int pid;
            Check(spec, LibC.PosixSpawn(&pid, strings.Pointer[0], actions, attributes, strings.Pointer, variables.Pointer));
            return pid;
        }
        finally
        {
            _ = LibC.ActionsDestroy(actions);
            _ = LibC.AttributesDestroy(attributes);
        }
    }

    private static void ResetSignals(ProcessSpec spec, byte* attributes)
    {
        const int SignalSetBytes = 128;
        var all = stackalloc byte[SignalSetBytes];
        var none = stackalloc byte[SignalSetBytes];
        new Span<byte>(all, SignalSetBytes).Fill(0xFF);
        new Span<byte>(none, SignalSetBytes).Clear();
        Check(spec, LibC.AttributesSetSignalDefaults(attributes, all));
        Check(spec, LibC.AttributesSetSignalMask(attributes, none));
        Check(spec, LibC.AttributesSetFlags(attributes, LibC.SpawnSetSignalDefaults | LibC.SpawnSetSignalMask | LibC.SpawnSetSession));
    }

    private static int OpenPidfd(ProcessSpec spec, int pid)
    {
        var pidfd = LibC.PidfdOpen(pid);
        if (pidfd >= 0)
        {
            return pidfd;
        }

        // Nobody would see this child end.
        var errno = LibC.ErrorNumber;
        _ = LibC.Kill(-pid, LibC.SigKill);
        _ = LibC.WaitPid(pid, null, 0);
        throw ProcessStartException.FromErrno(spec, "pidfd_open", errno);
    }

    private static void Check(ProcessSpec spec, int errno)
    {
        if (errno != 0)
        {
            throw ProcessStartException.FromErrno(spec, "posix_spawn", errno);
        }
    }

    private readonly record struct Ends(int Stdin, int Stdout, int Stderr);

    private struct Pipe
    {
        private int readEnd;
        private int writeEnd;

        internal static Pipe None => new() { readEnd = -1, writeEnd = -1 };

        internal readonly int ReadEnd => readEnd;

        internal readonly int WriteEnd => writeEnd;

        internal static Pipe Create(ProcessSpec spec)
        {
            var ends = stackalloc int[2];
            if (LibC.Pipe2(ends, LibC.CloseOnExec) != 0)
            {
                throw ProcessStartException.FromErrno(spec, "pipe2", LibC.ErrorNumber);
            }

            return new Pipe { readEnd = AboveStandard(ends[0]), writeEnd = AboveStandard(ends[1]) };
        }

        internal int TakeReadEnd() => Take(ref readEnd);

        internal int TakeWriteEnd() => Take(ref writeEnd);

        internal void Close()
        {
            LibC.Close(ref readEnd);
            LibC.Close(ref writeEnd);
        }

        private static int Take(ref int fd)
        {
            var taken = fd;
            fd = -1;
            return taken;
        }

        // Where Bench itself runs with a standard descriptor closed, a pipe may get its number, and setting up the child would overwrite it.
        private static int AboveStandard(int fd)
        {
            if (fd >= AllDescriptors)
            {
                return fd;
            }

            var moved = LibC.Fcntl(fd, LibC.DuplicateCloseOnExec, AllDescriptors);
            _ = LibC.Close(fd);
            return moved;
        }
    }
}
