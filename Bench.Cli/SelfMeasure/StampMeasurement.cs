using System.Globalization;
using System.Text.RegularExpressions;
using Bench.Fixtures.Processes;

namespace Bench.Cli.SelfMeasure;

/// <summary>
/// Measures the error of the first-output stamp: agents sleep 20 ms, read CLOCK_MONOTONIC, print it at once; the stamp of their line minus that is the error.
/// It includes the agent's own way from its clock to its write (some microseconds).
/// </summary>
internal sealed partial class StampMeasurement
{
    private static readonly (string Path, string[] Arguments)[] Agents =
    [
        ("/usr/bin/perl", ["-MTime::HiRes=clock_gettime,CLOCK_MONOTONIC,sleep", "-e", "$|=1; sleep(0.02); printf('%.0f', clock_gettime(CLOCK_MONOTONIC)*1e9)"]),
        ("/usr/bin/python3", ["-I", "-S", "-c", "import os,time; time.sleep(0.02); os.write(1, b'%d' % time.monotonic_ns())"]),
        ("/usr/local/bin/python3", ["-I", "-S", "-c", "import os,time; time.sleep(0.02); os.write(1, b'%d' % time.monotonic_ns())"]),
    ];

    private readonly int samples;
    private readonly int blockedThreads;
    private readonly ProcessSpec? agent;

    /// <param name="samples">Agents run with an idle and with a blocked pool each.</param>
    /// <param name="blockedThreads">Blocking work items in the thread pool.</param>
    /// <param name="agent">Prints nanoseconds of CLOCK_MONOTONIC, a number of nine digits or more, in its first line; null takes perl or python3.</param>
    internal StampMeasurement(int samples = 400, int blockedThreads = 32, ProcessSpec? agent = null)
    {
        this.samples = samples;
        this.blockedThreads = blockedThreads;
        this.agent = agent;
    }

    /// <summary>Measures; takes about 30 s with the default numbers. The whole process's thread pool is blocked for half of it.</summary>
    internal async Task<StampResult> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new StampResult { Agent = null, Skipped = "only Linux shares one monotonic clock between processes" };
        }

        return await BlockedPool.OnOwnThread(() => Measure(agent ?? FindAgent(cancellationToken), cancellationToken));
    }

    private StampResult Measure(ProcessSpec? spec, CancellationToken cancellationToken) => spec is null
        ? new StampResult { Agent = null, Skipped = "neither perl with Time::HiRes nor python3 is here to print its monotonic clock" }
        : new StampResult
        {
            Agent = spec.FileName,
            BlockedThreads = blockedThreads,
            Idle = StampError.Of(Sample(spec, cancellationToken)),
            Blocked = StampError.Of(BlockedPool.Run(blockedThreads, () => Sample(spec, cancellationToken))),
        };

    private List<double> Sample(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var errors = new List<double>(samples);
        for (var sample = 0; sample < samples; sample++)
        {
            var (error, exit) = RunOnce(spec, cancellationToken);
            errors.Add(error ?? throw new InvalidOperationException(
                $"'{spec.FileName}' printed no monotonic stamp (exit code '{exit.ExitCode}'). Check that it runs here."));
        }

        return errors;
    }

    private static (double? ErrorMilliseconds, ProcessExit Exit) RunOnce(ProcessSpec spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var observer = new StampObserver();
        var process = AgentProcess.Start(spec, observer, TimeProvider.System);
        process.Completion.Wait(cancellationToken);
        return (observer.ErrorMilliseconds, process.Completion.Result);
    }

    // A minimal perl has no Time::HiRes: what counts is what it prints.
    private static ProcessSpec? FindAgent(CancellationToken cancellationToken) => Agents
        .Where(candidate => File.Exists(candidate.Path))
        .Select(candidate => new ProcessSpec
        {
            FileName = candidate.Path,
            Arguments = candidate.Arguments,
            WorkingDirectory = Path.GetTempPath(),
            Environment = new Dictionary<string, string> { ["LANG"] = "C" },
        })
        .FirstOrDefault(spec => RunOnce(spec, cancellationToken).ErrorMilliseconds is not null);

    [GeneratedRegex("[0-9]{9,}")]
    private static partial Regex Nanoseconds();

    private sealed class StampObserver : IOutputObserver
    {
        internal double? ErrorMilliseconds { get; private set; }

        public void OnLine(in OutputLine line)
        {
            var match = Nanoseconds().Match(System.Text.Encoding.UTF8.GetString(line.Bytes.Span));
            if (match.Success)
            {
                ErrorMilliseconds ??= (line.Timestamp - long.Parse(match.Value, CultureInfo.InvariantCulture)) / 1e6;
            }
        }
    }
}
