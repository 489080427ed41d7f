using System.ComponentModel;
using System.Diagnostics;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Processes;

/// <summary>
/// An agent under .NET's own process class, for machines that <see cref="LinuxSupport"/> refuses: a dedicated thread for each stream and for the end.
/// Limits: no session of its own, signals as .NET leaves them, descendants killed only by a stop while the agent runs,
/// and a thread that stays in a read until a held pipe is let go.
/// </summary>
internal sealed class PortableProcess : IRunningProcess
{
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(1);

    private readonly ProcessSpec spec;
    private readonly TimeProvider clock;
    private readonly Process process;
    private readonly OutputRecorder recorder;
    private readonly TaskCompletionSource<ProcessExit> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards the recorder, which both reading threads use, and what follows.
    private readonly Lock gate = new();
    private bool hasExited;
    private bool wasStopped;
    private bool isOver;

    private PortableProcess(ProcessSpec spec, IOutputObserver? observer, TimeProvider clock, Process process, long started)
    {
        this.spec = spec;
        this.clock = clock;
        this.process = process;
        recorder = new OutputRecorder(spec, observer);
        StartTimestamp = started;
        Id = process.Id;
    }

    public int Id { get; }

    public long StartTimestamp { get; }

    public long? LastByteTimestamp => recorder.LastByteTimestamp;

    public TreeMeter? Usage => null;

    public Task<ProcessExit> Completion => completion.Task;

    internal static PortableProcess Start(ProcessSpec spec, IOutputObserver? observer, TimeProvider clock)
    {
        var info = new ProcessStartInfo(spec.FileName, spec.Arguments)
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            info.Environment[name] = value;
        }

        var started = clock.GetTimestamp();
        try
        {
            var running = new PortableProcess(spec, observer, clock, Process.Start(info)!, started);
            running.StartThreads();
            return running;
        }
        catch (Win32Exception problem)
        {
            throw ProcessStartException.FromErrno(spec, "process start", problem.NativeErrorCode);
        }
    }

    public void RequestStop(TimeSpan grace)
    {
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            wasStopped |= !hasExited;
        }

        StartThread(() => Stop(grace));
    }

    private void StartThreads()
    {
        var stdout = StartThread(() => Read(OutputChannel.Stdout, process.StandardOutput.BaseStream));
        var stderr = StartThread(() => Read(OutputChannel.Stderr, process.StandardError.BaseStream));
        StartThread(Feed);
        StartThread(() => Await(stdout, stderr));
    }

    private void Read(OutputChannel channel, Stream pipe)
    {
        using var stream = pipe;
        var buffer = new byte[64 * 1024];
        try
        {
            int length;
            while ((length = stream.Read(buffer)) > 0)
            {
                var now = clock.GetTimestamp();
                Locked(() => recorder.Add(channel, buffer.AsMemory(0, length), now));
            }
        }
        catch (Exception problem)
        {
            Locked(() => recorder.NoteReadProblem(problem));
        }

        Locked(() => recorder.Complete(channel));
    }

    private void Feed()
    {
        try
        {
            using var input = process.StandardInput.BaseStream;
            input.Write(spec.StandardInput.Span);
        }
        catch (IOException)
        {
            // The agent does not want the rest. That is its right.
        }
    }

    private void Await(Thread stdout, Thread stderr)
    {
        process.WaitForExit();
        var exitTimestamp = clock.GetTimestamp();
        Locked(() => hasExited = true);
        var pipeHeld = !(stdout.Join(spec.DrainLimit) & stderr.Join(spec.DrainLimit));
        ProcessExit exit;
        lock (gate)
        {
            isOver = true;
            exit = Report(exitTimestamp, pipeHeld);
        }

        if (!pipeHeld)
        {
            process.Dispose();
        }

        completion.SetResult(exit);
    }

    private void Stop(TimeSpan grace)
    {
        try
        {
            if (grace > TimeSpan.Zero && !OperatingSystem.IsWindows())
            {
                _ = LibC.Kill(Id, LibC.SigTerm);
                process.WaitForExit(grace > LongestGrace ? LongestGrace : grace);
            }

            // Does nothing when it has gone.
            process.Kill(entireProcessTree: true);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It went by itself meanwhile, or a descendant did.
        }
    }

    private void Locked(Action act)
    {
        lock (gate)
        {
            // The logs belong to the caller again.
            if (!isOver)
            {
                act();
            }
        }
    }

    // .NET shows a signal as exit code 128 + signal; only after a stop is it known to be one.
    private ProcessExit Report(long exitTimestamp, bool pipeHeld)
    {
        var code = process.ExitCode;
        var isSignal = wasStopped && !OperatingSystem.IsWindows() && code is > 128 and <= 128 + 64;
        return new ProcessExit
        {
            ExitCode = isSignal ? null : code,
            Signal = isSignal ? code - 128 : null,
            StartTimestamp = StartTimestamp,
            ExitTimestamp = exitTimestamp,
            FirstByteTimestamp = recorder.FirstByteTimestamp,
            LastByteTimestamp = recorder.LastByteTimestamp,
            StdoutBytes = recorder.StdoutBytes,
            StderrBytes = recorder.StderrBytes,
            WasStopped = wasStopped,
            PipeHeldByDescendant = pipeHeld,
            DescendantsKilled = 0,
            LogProblem = recorder.LogProblem,
            ReadProblem = recorder.ReadProblem,
        };
    }

    private static Thread StartThread(Action run)
    {
        var thread = new Thread(() => run()) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
