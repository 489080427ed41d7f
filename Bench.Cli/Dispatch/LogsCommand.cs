using System.CommandLine;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch logs</c>: the last of what a job's agent and worker printed, as it was kept: redacted.</summary>
internal static class LogsCommand
{
    private const int DefaultLines = 50;

    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var beads = DispatchOptions.Beads();
        var lines = new Option<int>("--lines") { Description = "At most so many of each log", HelpName = "N", DefaultValueFactory = _ => DefaultLines };
        var options = new DispatchOptions();
        var command = new Command("logs", """
            The last lines that the job's agent printed, and those of its worker. Exit code 0, or 1 when there is no such job.

            Example:
              dotnet bench dispatch logs --beads bd-1 --lines 200
            """) { beads, lines };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, (result, _) =>
        {
            if (result.GetValue(lines) is < 1 and var given)
            {
                throw new BenchUsageException(FormattableString.Invariant($"--lines is '{given}', but must be a whole number from 1."));
            }

            var isJson = result.GetValue(CommandLine.Json);
            var id = result.GetRequiredValue(beads);
            if (options.Open(result, host).Store.Find(id) is not { Entry: var entry })
            {
                return Task.FromResult(MissingJob.Report(host, id, isJson));
            }

            var logs = LogsOf(entry.Instance, result.GetValue(lines));
            if (isJson)
            {
                CliJson.Write(host.Output, new Document(1, id, entry.Job.RunInstance, logs));
                return Task.FromResult(ExitCodes.Ok);
            }

            foreach (var log in logs)
            {
                host.Output.WriteLine($"==> {log.File} <==");
                foreach (var line in log.Lines)
                {
                    host.Output.WriteLine(line);
                }
            }

            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }

    private static List<Log> LogsOf(DispatchInstance instance, int lines) =>
        [.. instance.AgentLogs().Append(instance.WorkerLog).Where(File.Exists).Select(path => new Log(Path.GetRelativePath(instance.Root, path).Replace('\\', '/'), JobLogs.Tail(path, lines)))];

    private sealed record Log(string File, IReadOnlyList<string> Lines);

    private sealed record Document(int SchemaVersion, string Beads, string RunInstance, IReadOnlyList<Log> Logs);
}
