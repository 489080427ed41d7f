using System.Globalization;
using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows;

/// <summary>Where the commands of checks run.</summary>
/// <param name="WorkDirectory">Absolute path of the job's work tree, as the agent left it.</param>
/// <param name="Environment">The whole environment of the command; holds no secret.</param>
public sealed record CommandPlace(string WorkDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>Runs one command check: <c>/bin/sh -c</c> in the work tree, the answer on standard input, killed with all it started at its limit.</summary>
internal sealed class CommandCheck(TimeProvider clock, TimeSpan limit)
{
    private const int MaxLineBytes = 1024;

    /// <summary>Why the command did not pass; null when it ended with 0.</summary>
    public async Task<string?> RunAsync(string command, string answer, CommandPlace place, CancellationToken cancellationToken)
    {
        var spec = new ProcessSpec
        {
            FileName = "/bin/sh",
            Arguments = ["-c", command],
            WorkingDirectory = place.WorkDirectory,
            Environment = place.Environment,
            StandardInput = Encoding.UTF8.GetBytes(answer),
            MaxLineBytes = MaxLineBytes,
        };
        var said = new Said();
        try
        {
            await using var shell = AgentProcess.Start(spec, said, clock);
            var exit = await shell.Completion.WaitAsync(limit, clock, cancellationToken);
            return exit.ExitCode == 0 ? null : $"{Ending(exit)}{said.AsSuffix()}";
        }
        catch (TimeoutException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"did not end within {limit.TotalSeconds:0.#} s and was killed{said.AsSuffix()}");
        }
        catch (ProcessStartException exception)
        {
            return exception.Message;
        }
    }

    private static string Ending(ProcessExit exit) => exit.ExitCode is { } code
        ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}")
        : string.Create(CultureInfo.InvariantCulture, $"signal {exit.Signal}");

    /// <summary>Keeps the first lines with text of both pipes, where a program says what is wrong, and the last one, where test programs count.</summary>
    private sealed class Said : IOutputObserver
    {
        private const int MostLines = 5;

        private readonly Lock gate = new();
        private readonly List<string> first = [];
        private string? last;

        public void OnLine(in OutputLine line)
        {
            var text = Encoding.UTF8.GetString(line.Bytes.Span).Trim();
            if (text.Length == 0)
            {
                return;
            }

            lock (gate)
            {
                if (first.Count < MostLines)
                {
                    first.Add(text);
                }
                else
                {
                    last = text;
                }
            }
        }

        public string AsSuffix()
        {
            lock (gate)
            {
                return first.Count == 0 ? "" : $": {string.Join(" | ", first)}{(last is null ? "" : $" | … | {last}")}";
            }
        }
    }
}
