using System.Diagnostics;

namespace Bench.Fixtures.Processes;

/// <summary>How the child is stopped, reaped and cleaned up after.</summary>
internal sealed unsafe partial class LinuxProcess
{
    private const long NoDeadline = long.MaxValue;

    private readonly Lock gate = new();

    // Guarded by the gate: asked for by any thread, answered by the child's own.
    private int wake;
    private TimeSpan? askedGrace;

    private long exitNoticed;
    private long killAt = NoDeadline;
    private bool wasStopped;
    private bool wasKilled;

    // Of the child and of all below it that was waited for.
    private TimeSpan? cpuTime;

    public void RequestStop(TimeSpan grace)
    {
        lock (gate)
        {
            if (wake < 0)
            {
                return;
            }

            askedGrace = askedGrace is { } before && before < grace ? before : grace;
            ulong one = 1;
            _ = LibC.Write(wake, (byte*)&one, sizeof(ulong));
        }
    }

    private void AcceptStop()
    {
        TimeSpan grace;
        lock (gate)
        {
            ulong count;
            _ = LibC.Read(wake, (byte*)&count, sizeof(ulong));
            grace = askedGrace ?? TimeSpan.Zero;
            askedGrace = null;
        }

        killAt = Math.Min(killAt, After(Stopwatch.GetTimestamp(), grace));
        if (wasStopped || exitTimestamp is not null)
        {
            return;
        }

        wasStopped = true;
        descendants.IdentifyRoot();

        // What is killed now may be waited for by nobody.
        _ = Usage?.LookAtCpuTime();
        if (grace > TimeSpan.Zero)
        {
            // Descendants first: once the agent has gone they lose the parent by which they are found.
            descendants.SignalOutsideGroup(LibC.SigTerm);
            _ = LibC.Kill(-child.Pid, LibC.SigTerm);
        }
    }

    /// <summary>Kills, or gives up draining, when it is time; true when there is nothing more to wait for.</summary>
    private bool HandleDeadlines()
    {
        var now = Stopwatch.GetTimestamp();
        if (exitTimestamp is null)
        {
            KillWhenDue(now);
            return false;
        }

        if (now < DrainDeadline)
        {
            return false;
        }

        pipeHeld = stdout >= 0 || stderr >= 0;
        return true;
    }

    private void KillWhenDue(long now)
    {
        if (now < killAt || wasKilled)
        {
            return;
        }

        wasKilled = true;
        descendantsKilled = descendants.KillAll([]);
        _ = LibC.Kill(-child.Pid, LibC.SigKill);
    }

    // A stop that comes after the agent has gone cuts the draining short; one that made it go does not.
    private long DrainDeadline => Math.Min(After(exitNoticed, spec.DrainLimit), killAt > exitNoticed ? killAt : NoDeadline);

    /// <summary>Milliseconds for poll, rounded up; -1 for no limit.</summary>
    private int TimeToNextDeadline()
    {
        var deadline = exitTimestamp is not null ? DrainDeadline : wasKilled ? NoDeadline : killAt;
        if (deadline == NoDeadline)
        {
            return -1;
        }

        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline).TotalMilliseconds;
        return (int)Math.Clamp(Math.Ceiling(left), 0, int.MaxValue);
    }

    /// <summary>Reaps the child, kills what it left, lets go of every descriptor. Also after the reading failed.</summary>
    private ProcessExit Finish()
    {
        if (exitTimestamp is null)
        {
            _ = LibC.Kill(-child.Pid, LibC.SigKill);
        }

        descendants.IdentifyRoot();
        var status = Reap();
        exitTimestamp ??= clock.GetTimestamp();
        Usage?.Close(cpuTime);
        KillSurvivors();
        CompleteChannels();
        CloseAll();
        return Report(status);
    }

    private int? Reap()
    {
        int status, reaped;
        LibC.ResourceUsage usage;
        do
        {
            reaped = LibC.Wait4(child.Pid, &status, 0, &usage);
        }
        while (reaped < 0 && LibC.ErrorNumber == LibC.Eintr);

        if (reaped == child.Pid)
        {
            cpuTime = usage.CpuTime;
            return status;
        }

        recorder.NoteReadProblem(new IOException(
            "The agent's exit status was taken by somebody else: Bench was started with SIGCHLD ignored. Start it without."));
        return null;
    }

    private void KillSurvivors()
    {
        try
        {
            if (pipeHeld || wasStopped || descendants.MayHaveSurvivors(clock.GetElapsedTime(child.StartTimestamp)))
            {
                descendantsKilled += descendants.KillAll(pipeHeld ? HeldPipes() : []);
            }
        }
        catch (Exception problem)
        {
            recorder.NoteReadProblem(problem);
        }
    }

    private string[] HeldPipes() =>
        [.. new[] { stdout, stderr }.Where(fd => fd >= 0).Select(ProcTable.NameOfDescriptor).Where(name => name.Length > 0)];

    private void CompleteChannels()
    {
        if (stdout >= 0)
        {
            recorder.Complete(OutputChannel.Stdout);
        }

        if (stderr >= 0)
        {
            recorder.Complete(OutputChannel.Stderr);
        }
    }

    private void CloseAll()
    {
        LibC.Close(ref stdin);
        LibC.Close(ref stdout);
        LibC.Close(ref stderr);
        LibC.Close(ref pidfd);
        lock (gate)
        {
            LibC.Close(ref wake);
        }
    }

    // The wait status: low seven bits the signal, the next byte the exit code. See wait(2).
    private ProcessExit Report(int? status) => new()
    {
        ExitCode = status is { } exited && (exited & 0x7F) == 0 ? (exited >> 8) & 0xFF : null,
        Signal = status is { } signalled && (signalled & 0x7F) != 0 ? signalled & 0x7F : null,
        StartTimestamp = child.StartTimestamp,
        ExitTimestamp = exitTimestamp!.Value,
        FirstByteTimestamp = recorder.FirstByteTimestamp,
        LastByteTimestamp = recorder.LastByteTimestamp,
        StdoutBytes = recorder.StdoutBytes,
        StderrBytes = recorder.StderrBytes,
        WasStopped = wasStopped,
        PipeHeldByDescendant = pipeHeld,
        DescendantsKilled = descendantsKilled,
        InputLeft = spec.StandardInput.Length - inputWritten,
        CpuTime = cpuTime is null ? null : Usage?.CpuTime ?? cpuTime,
        PeakMemoryBytes = Usage?.Lifetime.MostBytes,
        LogProblem = recorder.LogProblem,
        ReadProblem = recorder.ReadProblem,
    };

    private static long After(long timestamp, TimeSpan time) =>
        time.TotalSeconds > int.MaxValue ? NoDeadline : timestamp + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
