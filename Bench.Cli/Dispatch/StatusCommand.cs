using System.CommandLine;
using System.Globalization;
using Bench.Fixtures.Dispatches;
using Spectre.Console;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch status</c>: all jobs at a glance.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var beads = new Option<string?>("--beads") { Description = "This job only", HelpName = "ID" };
        var recent = new Option<int?>("--recent") { Description = "At most so many, those dispatched last", HelpName = "N" };
        var options = new DispatchOptions();
        var command = new Command("status", """
            All jobs, those dispatched last first. Exit code 0, or 1 when --beads names none.

            Examples:
              dotnet bench dispatch status
              dotnet bench dispatch status --recent 10 --json
            """) { beads, recent };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, (result, _) =>
        {
            if (result.GetValue(recent) is < 1 and var given)
            {
                throw new BenchUsageException(FormattableString.Invariant($"--recent is '{given}', but must be a whole number from 1."));
            }

            var (settings, store) = options.Open(result, host);
            var wanted = result.GetValue(beads);
            var isJson = result.GetValue(CommandLine.Json);
            var entries = store.Read().Where(entry => wanted is null || entry.Job.Beads == wanted).ToList();
            if (wanted is not null && entries.Count == 0)
            {
                return Task.FromResult(MissingJob.Report(host, wanted, isJson));
            }

            var status = DispatchStatus.Of(entries, result.GetValue(recent), host.TimeProvider.GetUtcNow(), settings.Stall);
            if (isJson)
            {
                CliJson.Write(host.Output, status);
            }
            else
            {
                Print(status, host, store.Folder.Root);
            }

            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }

    private static void Print(DispatchStatus status, CliHost host, string folder)
    {
        if (status.Jobs.Count == 0)
        {
            host.Output.WriteLine($"There are no jobs in '{folder}'.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Job", "provider", "state", "reason", "elapsed", "log bytes", "changed files", "restarts");
        foreach (var job in status.Jobs)
        {
            string[] cells =
            [
                job.Beads, job.Provider, job.State, job.ReasonCode, job.Elapsed is { } seconds ? FormattableString.Invariant($"{seconds:0.#} s") : "-",
                Text(job.LogBytes), Text(job.MutationCount), Text(job.RetryCount),
            ];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        host.Console().Write(table);
        host.Output.WriteLine("state, reason: as in docs/dispatch.md; elapsed: since the job was dispatched; log bytes: of its agent; changed files: in its work tree; restarts: attempts after the first");
    }

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "-";
}
