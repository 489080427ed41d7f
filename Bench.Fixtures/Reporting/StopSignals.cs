using System.Globalization;
using System.Runtime.InteropServices;

namespace Bench.Fixtures.Reporting;

/// <summary>
/// Turns SIGTERM, SIGHUP, SIGQUIT and the death of an ancestor into one graceful cancel of the test run.
/// Under <c>dotnet test</c> the test executable is a great-grandchild (dotnet, MSBuild, vstest.console, testhost, executable):
/// without this it would die at once on SIGTERM, or run on as an orphan and spend money, when an ancestor is killed.
/// </summary>
public sealed partial class StopSignals : IDisposable
{
    private const int SigInt = 2;
    private const int NoSuchProcess = 3;
    private static readonly CancellationTokenSource Cancel = new();
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly TimeSpan grace;
    private readonly TimeProvider clock;
    private ITimer? watch;
    private ITimer? deadline;
    private int cancelled;

    private StopSignals(TimeSpan grace, TimeProvider clock)
    {
        this.grace = grace;
        this.clock = clock;
    }

    /// <summary>Why the run was cancelled, e.g. <c>SIGTERM</c> or <c>ancestor process 7 is gone</c>; null when it was not.</summary>
    public static string? CancelReason { get; private set; }

    /// <summary>Cancelled with the first signal. Apart from xunit's own cancel, which listens to SIGINT alone: a shell's background jobs are started with that ignored.</summary>
    public static CancellationToken Cancelled => Cancel.Token;

    /// <summary>Installs the listening for the life of the process. Does nothing on Windows.</summary>
    /// <param name="grace">Time for the run to end by itself after a cancel; then the process exits with 143.</param>
    public static StopSignals Install(TimeSpan grace)
    {
        var signals = new StopSignals(grace, TimeProvider.System);
        if (!OperatingSystem.IsWindows())
        {
            signals.Listen();
            signals.WatchAncestors();
        }

        return signals;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        watch?.Dispose();
        deadline?.Dispose();
    }

    private void Listen()
    {
        // xunit's runner cancels the run on the first SIGINT and lets a second one kill the process: none is ever added to a first.
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Begin("SIGINT (Ctrl+C)")));
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Stop(context.Signal.ToString());
            }));
        }
    }

    private void WatchAncestors()
    {
        var ancestors = DotnetAncestors();
        if (ancestors.Count > 0)
        {
            watch = clock.CreateTimer(_ => CheckAncestors(ancestors), null, WatchInterval, WatchInterval);
        }
    }

    private void CheckAncestors(List<(int Id, string Start)> ancestors)
    {
        foreach (var (id, start) in ancestors)
        {
            if (IsGone(id, start))
            {
                Stop(string.Create(CultureInfo.InvariantCulture, $"ancestor process {id} is gone"));
                return;
            }
        }
    }

    // On a timer's thread, where what is thrown ends the process. Who cannot be looked at, because no more files can be opened, is not gone.
    private static bool IsGone(int id, string start)
    {
        try
        {
            return StatOf(id)?.Start != start;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private void Stop(string why)
    {
        if (Begin(why))
        {
            _ = Kill(global::System.Environment.ProcessId, SigInt);
        }
    }

    private bool Begin(string why)
    {
        if (Interlocked.Exchange(ref cancelled, 1) != 0)
        {
            return false;
        }

        CancelReason = why;
        deadline = clock.CreateTimer(_ => global::System.Environment.Exit(143), null, grace, Timeout.InfiniteTimeSpan);

        // Not on the thread of the signal, which must stay free for the next one.
        _ = Cancel.CancelAsync();
        return true;
    }

    // Parents up to the first that is not dotnet; none when the executable was started directly.
    private static List<(int Id, string Start)> DotnetAncestors()
    {
        var ancestors = new List<(int, string)>();
        if (!OperatingSystem.IsLinux())
        {
            return ancestors;
        }

        try
        {
            for (var id = GetParent(); id > 1 && StatOf(id) is { Command: "dotnet" } stat; id = stat.Parent)
            {
                ancestors.Add((id, stat.Start));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Whom this account may not see it cannot watch.
        }

        return ancestors;
    }

    // The start time tells a process from a later one with the same id; null for one that is gone, and for a zombie.
    private static (string Command, int Parent, string Start)? StatOf(int id)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var open = text.IndexOf('(', StringComparison.Ordinal);
            var close = text.LastIndexOf(')');
            var fields = text[(close + 2)..].Split(' ');
            return fields[0] == "Z" ? null : (text[(open + 1)..close], int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (IOException problem) when (problem is FileNotFoundException or DirectoryNotFoundException || problem.HResult == NoSuchProcess)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParent();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
