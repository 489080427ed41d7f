namespace Bench.Fixtures.Processes;

/// <summary>
/// Outlives Bench: a small shell process that waits for Bench to end and, when that was a crash or SIGKILL, kills every process of the run by its mark
/// and deletes the folder of its workspaces.
/// One per run. Disposing of it dismisses it without a kill. Linux only; elsewhere it does nothing.
/// </summary>
public sealed unsafe class RunGuard : IDisposable
{
    // The word comes from Dispose; the end of the file without it means that Bench has gone, however it went.
    // Ctrl-C and a terminal's end reach Bench, which tidies up itself.
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' HUP INT TERM
        read -r word
        test "$word" = dismissed && exit 0
        clean=0
        for round in 1 2 3 4 5 6 7 8 9; do
            found=
            for file in /proc/[0-9]*/environ; do
                if tr '\000' '\n' < "$file" | grep -Fqx -e "$1"; then
                    pid=${file#/proc/}
                    kill -9 "${pid%/environ}" && found=1
                fi
            done
            # A process in the middle of exec shows no environment: two looks without a find.
            if test -n "$found"; then clean=0; else clean=$((clean + 1)); fi
            test "$clean" -lt 2 || break
        done
        test -z "$2" || rm -rf -- "$2"
        """;

    private readonly int pid;
    private int pipe;

    private RunGuard(int pid, int pipe)
    {
        this.pid = pid;
        this.pipe = pipe;
    }

    /// <summary>Starts the guard of a run.</summary>
    /// <param name="run">The mark of the run's processes.</param>
    /// <param name="folder">Is deleted when Bench has died; null for none.</param>
    /// <param name="clock">Stamps.</param>
    /// <exception cref="ProcessStartException">There is no <c>/bin/sh</c>, or the system refused.</exception>
    public static RunGuard Start(RunMark run, string? folder, TimeProvider clock)
    {
        if (!LinuxSupport.IsAvailable)
        {
            return new RunGuard(0, -1);
        }

        // The mark is an argument: in its environment it would make the guard kill itself.
        var child = LinuxSpawn.Start(
            new ProcessSpec
            {
                FileName = "/bin/sh",
                Arguments = ["-c", Script, "bench-guard", $"{ProcessMarks.Run}={run.Value}", folder ?? ""],
                WorkingDirectory = "/",
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
                StandardInput = "a pipe"u8.ToArray(),
            },
            clock);
        int[] unused = [child.Stdout, child.Stderr, child.PidFd];
        for (var index = 0; index < unused.Length; index++)
        {
            LibC.Close(ref unused[index]);
        }

        return new RunGuard(child.Pid, child.Stdin);
    }

    /// <summary>Dismisses the guard; it kills nothing.</summary>
    public void Dispose()
    {
        fixed (byte* word = "dismissed\n"u8)
        {
            Leave(word, 10);
        }
    }

    /// <summary>What Bench's death does: the pipe ends without a word.</summary>
    internal void Abandon() => Leave(null, 0);

    private void Leave(byte* word, nuint length)
    {
        if (pipe < 0)
        {
            return;
        }

        _ = LibC.Write(pipe, word, length);
        LibC.Close(ref pipe);
        _ = LibC.WaitPid(pid, null, 0);
    }
}
