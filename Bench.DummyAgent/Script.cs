using System.Globalization;
using System.Runtime.InteropServices;

namespace Bench.DummyAgent;

/// <summary>
/// The fake agent's whole behaviour: its arguments are steps, done in order, e.g. <c>line hello sleep 100 exit 3</c>.
/// <list type="table">
/// <item><term>args …</term><description>print the remaining arguments as a JSON array; no step follows</description></item>
/// <item><term>ask</term><description>ask the model what standard input says; print nothing</description></item>
/// <item><term>stdin</term><description>copy standard input to standard output</description></item>
/// <item><term>line T, text T, error T</term><description>print T with a line end, without one, on standard error</description></item>
/// <item><term>lines N</term><description>print N numbered lines</description></item>
/// <item><term>bytes N, long-line N</term><description>print N bytes as fast as possible: in lines of 1 KiB, in one line</description></item>
/// <item><term>stamp T</term><description>print <c>{"monotonic_ns":…,"text":T}</c>, stamped just before</description></item>
/// <item><term>inspect</term><description>print environment, descriptors, folder and ids as JSON</description></item>
/// <item><term>half-character</term><description>print the first byte of a two-byte character</description></item>
/// <item><term>split T</term><description>print T in two writes, 20 ms apart</description></item>
/// <item><term>sleep MS, hang</term><description>wait; wait for ever</description></item>
/// <item><term>work MS</term><description>work until this process has used so much more CPU time</description></item>
/// <item><term>ignore-term</term><description>ignore SIGTERM from now on</description></item>
/// <item><term>daemon MS</term><description>leave a process in a session of its own that holds standard output for so long; print its pid</description></item>
/// <item><term>leave-first-thread</term><description>end the first thread of the process, which lives on</description></item>
/// <item><term>exit N, signal N</term><description>end so; without it, exit 0</description></item>
/// </list>
/// </summary>
internal sealed class Script(string[] words)
{
    private readonly Output output = new();

    // Lives as long as the process: a collected registration would let SIGTERM kill again.
    private PosixSignalRegistration? ignoredTerm;
    private int next;
    private int? exitCode;

    /// <summary>Runs every step; returns the exit code. 64 for a step that does not exist.</summary>
    public int Run()
    {
        while (exitCode is null && next < words.Length)
        {
            Step(words[next++]);
        }

        ignoredTerm?.Dispose();
        return exitCode ?? 0;
    }

    private void Step(string word)
    {
        switch (word)
        {
            case "args": output.Line(Json.Array(words[next..])); next = words.Length; break;
            case "ask": Model.Ask(); break;
            case "stdin": output.CopyInput(); break;
            case "line": output.Line(Text()); break;
            case "text": output.Text(Text()); break;
            case "error": Output.Error(Text()); break;
            case "lines": output.Lines(Number()); break;
            case "bytes": output.Fill(Number(), lineBytes: 1024); break;
            case "long-line": output.Fill(Number(), lineBytes: long.MaxValue); break;
            case "stamp": output.Stamp(Text()); break;
            case "inspect": output.Line(Inspection.Json()); break;
            case "half-character": output.Raw([0xC3]); break;
            case "split": output.Split(Text()); break;
            case "sleep": Thread.Sleep((int)Number()); break;
            case "work": Work(TimeSpan.FromMilliseconds(Number())); break;
            case "hang": Thread.Sleep(Timeout.Infinite); break;
            case "ignore-term": ignoredTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true); break;
            case "daemon": output.Line(Daemon.Leave((int)Number()).ToString(CultureInfo.InvariantCulture)); break;
            case Daemon.ChildWord: Daemon.Live((int)Number()); break;
            case "leave-first-thread": Daemon.LeaveFirstThread(); break;
            case "exit": exitCode = (int)Number(); break;
            case "signal": Daemon.SignalSelf((int)Number()); break;
            default: Output.Error($"'{word}' is no step."); exitCode = 64; break;
        }
    }

    private static void Work(TimeSpan time)
    {
        for (var before = Environment.CpuUsage.TotalTime; Environment.CpuUsage.TotalTime - before < time;)
        {
            Thread.SpinWait(1000);
        }
    }

    private string Text() => next < words.Length ? words[next++] : "";

    private long Number() => long.Parse(Text(), CultureInfo.InvariantCulture);
}
