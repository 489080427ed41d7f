using System.CommandLine;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch report</c>: what became of one job, for programs or people.</summary>
internal static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var beads = DispatchOptions.Beads();
        var format = new Option<string>("--format") { Description = "json or markdown", HelpName = "FORMAT", DefaultValueFactory = _ => "markdown" };
        format.AcceptOnlyFromAmong("json", "markdown");
        var options = new DispatchOptions();
        var command = new Command("report", """
            What became of a job, with its answer. Exit code 0, or 1 when there is no such job.

            Examples:
              dotnet bench dispatch report --beads bd-1
              dotnet bench dispatch report --beads bd-1 --format json
            """) { beads, format };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, (result, _) =>
        {
            var (settings, store) = options.Open(result, host);
            var isJson = result.GetValue(CommandLine.Json) || result.GetValue(format) == "json";
            if (store.Find(result.GetRequiredValue(beads)) is not { Entry: var entry })
            {
                return Task.FromResult(MissingJob.Report(host, result.GetRequiredValue(beads), isJson));
            }

            var report = DispatchReport.Of(entry, host.TimeProvider.GetUtcNow(), settings.Stall);
            if (isJson)
            {
                CliJson.Write(host.Output, report);
            }
            else
            {
                host.Output.Write(report.ToMarkdown());
            }

            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }
}
