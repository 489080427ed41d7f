using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

/// <summary>Commands, observers and streams that the tests of this room share.</summary>
internal static class Commands
{
    /// <summary>A shell command in the system's temporary folder, with PATH alone.</summary>
    internal static ProcessSpec Shell(string script) => new()
    {
        FileName = "/bin/sh",
        Arguments = ["-c", script],
        WorkingDirectory = Path.GetTempPath(),
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
    };

    /// <summary>The same command with the marks of a job of its own.</summary>
    internal static ProcessSpec Marked(ProcessSpec spec, RunMark run) => spec with
    {
        Environment = spec.Environment.Concat(ProcessMarks.Of(run, "lane__prompt", 0)).ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    /// <summary>Runs to the end; returns how it ended and what it printed.</summary>
    internal static async Task<(ProcessExit Exit, Lines Lines)> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(spec, lines, TimeProvider.System);
        return (await agent.Completion.WaitAsync(cancellationToken), lines);
    }

    /// <summary>Shell words that wait until a file is there.</summary>
    internal static string Await(string file) => $"until test -e '{file}'; do sleep 0.02; done";

    /// <summary>Whether a process lives; one that waits to be reaped does not.</summary>
    internal static bool IsAlive(int pid) => ProcTable.Read(pid) is { IsDead: false };
}

/// <summary>Keeps lines; a test may wait for the next.</summary>
internal sealed class Lines : IOutputObserver
{
    private readonly Lock gate = new();
    private readonly List<(OutputChannel Channel, string Text, long Timestamp, bool IsTruncated)> all = [];
    private readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal IReadOnlyList<(OutputChannel Channel, string Text, long Timestamp, bool IsTruncated)> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    /// <summary>Completes with the first line on standard output.</summary>
    internal Task<string> First => first.Task;

    /// <summary>Waits until so many lines came.</summary>
    internal async Task UntilAsync(int count, CancellationToken cancellationToken)
    {
        while (All.Count < count)
        {
            await Task.Delay(5, cancellationToken);
        }
    }

    internal IReadOnlyList<string> Of(OutputChannel channel) => [.. All.Where(line => line.Channel == channel).Select(line => line.Text)];

    internal IReadOnlyList<string> Stdout => Of(OutputChannel.Stdout);

    internal IReadOnlyList<string> Stderr => Of(OutputChannel.Stderr);

    public void OnLine(in OutputLine line)
    {
        var text = Encoding.UTF8.GetString(line.Bytes.Span);
        lock (gate)
        {
            all.Add((line.Channel, text, line.Timestamp, line.IsTruncated));
        }

        if (line.Channel == OutputChannel.Stdout)
        {
            first.TrySetResult(text);
        }
    }
}
