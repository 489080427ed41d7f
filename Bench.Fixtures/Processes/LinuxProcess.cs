using System.Diagnostics;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Processes;

/// <summary>
/// One child and the one thread that serves it: it sleeps in poll on both output pipes, the input pipe, the child's pidfd and a wake-up.
/// Everything about the child happens on this thread, so no pid is signalled after it was reaped.
/// </summary>
internal sealed unsafe partial class LinuxProcess : IRunningProcess
{
    private const int FirstBufferBytes = 16 * 1024;

    // What a pipe holds by default: more cannot come in one read.
    private const int LargestBufferBytes = 64 * 1024;

    private readonly ProcessSpec spec;
    private readonly TimeProvider clock;
    private readonly SpawnedChild child;
    private readonly OutputRecorder recorder;
    private readonly Descendants descendants;
    private readonly TaskCompletionSource<ProcessExit> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private byte[] buffer = GC.AllocateUninitializedArray<byte>(FirstBufferBytes);
    private int stdin;
    private int stdout;
    private int stderr;
    private int pidfd;
    private int inputWritten;
    private long? exitTimestamp;
    private bool pipeHeld;
    private int descendantsKilled;

    private LinuxProcess(ProcessSpec spec, IOutputObserver? observer, TimeProvider clock, SpawnedChild child, int wake)
    {
        this.spec = spec;
        this.clock = clock;
        this.child = child;
        this.wake = wake;
        (stdin, stdout, stderr, pidfd) = (child.Stdin, child.Stdout, child.Stderr, child.PidFd);
        recorder = new OutputRecorder(spec, observer);
        descendants = new Descendants(child.Pid, spec.Environment);
        Usage = spec.Meter?.Watch(child.Pid, spec.Environment, clock);
    }

    public int Id => child.Pid;

    public long StartTimestamp => child.StartTimestamp;

    public long? LastByteTimestamp => recorder.LastByteTimestamp;

    public TreeMeter? Usage { get; }

    public Task<ProcessExit> Completion => completion.Task;

    internal static LinuxProcess Start(ProcessSpec spec, IOutputObserver? observer, TimeProvider clock)
    {
        var wake = LibC.EventFd(0, LibC.CloseOnExec | LibC.NonBlocking);
        if (wake < 0)
        {
            throw ProcessStartException.FromErrno(spec, "eventfd", LibC.ErrorNumber);
        }

        SpawnedChild child;
        try
        {
            child = LinuxSpawn.Start(spec, clock);
        }
        catch
        {
            LibC.Close(ref wake);
            throw;
        }

        var process = new LinuxProcess(spec, observer, clock, child, wake);
        process.StartThread();
        return process;
    }

    private void StartThread()
    {
        try
        {
            // No name: setting one makes the start five times as long.
            new Thread(Serve) { IsBackground = true }.Start();
        }
        catch (Exception problem)
        {
            _ = LibC.Kill(-child.Pid, LibC.SigKill);
            _ = LibC.WaitPid(child.Pid, null, 0);
            Usage?.Close(rootCpuTime: null);
            CloseAll();
            throw new ProcessStartException(spec, "no thread could be started for its output. Lower Parallel, or raise the limit ('ulimit -u').", inner: problem);
        }
    }

    private void Serve()
    {
        try
        {
            PumpToTheEnd();
        }
        catch (Exception problem)
        {
            recorder.NoteReadProblem(problem);
        }

        completion.SetResult(Finish());
    }

    private void PumpToTheEnd()
    {
        var events = stackalloc LibC.PollFd[5];
        while (exitTimestamp is null || stdout >= 0 || stderr >= 0)
        {
            events[0] = new LibC.PollFd { Fd = stdout, Events = LibC.PollIn };
            events[1] = new LibC.PollFd { Fd = stderr, Events = LibC.PollIn };
            events[2] = new LibC.PollFd { Fd = stdin, Events = LibC.PollOut };
            events[3] = new LibC.PollFd { Fd = exitTimestamp is null ? pidfd : -1, Events = LibC.PollIn };
            events[4] = new LibC.PollFd { Fd = wake, Events = LibC.PollIn };
            var ready = LibC.Poll(events, 5, TimeToNextDeadline());

            // Before anything else: this is the moment the bytes were there.
            var now = clock.GetTimestamp();
            if (ready < 0 && LibC.ErrorNumber != LibC.Eintr)
            {
                throw new IOException($"poll failed with errno {LibC.ErrorNumber}.");
            }

            if (ready > 0)
            {
                HandleEvents(events, now);
            }

            if (HandleDeadlines())
            {
                return;
            }
        }
    }

    private void HandleEvents(LibC.PollFd* events, long now)
    {
        if (events[0].Returned != 0)
        {
            ReadInto(OutputChannel.Stdout, ref stdout, now);
        }

        if (events[1].Returned != 0)
        {
            ReadInto(OutputChannel.Stderr, ref stderr, now);
        }

        if (events[2].Returned != 0)
        {
            WriteInput();
        }

        if (events[3].Returned != 0)
        {
            exitTimestamp = now;
            exitNoticed = Stopwatch.GetTimestamp();
            LibC.Close(ref stdin);
        }

        if (events[4].Returned != 0)
        {
            AcceptStop();
        }
    }

    private void ReadInto(OutputChannel channel, ref int fd, long now)
    {
        nint length;
        fixed (byte* pointer = buffer)
        {
            length = LibC.Read(fd, pointer, (nuint)buffer.Length);
        }

        if (length > 0)
        {
            recorder.Add(channel, buffer.AsMemory(0, (int)length), now);
            GrowBuffer((int)length);
        }
        else if (length == 0 || LibC.ErrorNumber is not (LibC.Eintr or LibC.Eagain))
        {
            recorder.Complete(channel);
            LibC.Close(ref fd);
        }
    }

    private void GrowBuffer(int lastRead)
    {
        if (lastRead == buffer.Length && buffer.Length < LargestBufferBytes)
        {
            buffer = GC.AllocateUninitializedArray<byte>(LargestBufferBytes);
        }
    }

    private void WriteInput()
    {
        nint written;
        fixed (byte* pointer = spec.StandardInput.Span[inputWritten..])
        {
            written = LibC.Write(stdin, pointer, (nuint)(spec.StandardInput.Length - inputWritten));
        }

        inputWritten += Math.Max((int)written, 0);
        var failed = written < 0 && LibC.ErrorNumber is not (LibC.Eintr or LibC.Eagain);

        // EPIPE: the agent does not want the rest. That is its right.
        if (failed || inputWritten == spec.StandardInput.Length)
        {
            LibC.Close(ref stdin);
        }
    }
}
