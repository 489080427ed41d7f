using System.CommandLine;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench collect RUN</c>: gathers a run's records into its derived documents. Exit code 6 when that fails.</summary>
internal static class CollectCommand
{
    /// <summary>Collecting failed; the seeds' code.</summary>
    public const int CollectFailed = 6;

    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var run = new RunArgument();
        var command = new Command("collect", "Gather a run's records from raw/ into run_results.json and collected/. Also for a killed run, and for one of the original harness.");
        run.AddTo(command);
        command.SetAction((result, cancellationToken) => Task.FromResult(
            DerivedDocuments.Write(host, CollectFailed, "collected", () => Collect(run.Find(result, host), host, result.GetValue(CommandLine.Json), cancellationToken))));
        return command;
    }

    private static void Collect(RunFolder folder, CliHost host, bool isJson, CancellationToken cancellationToken)
    {
        var summary = RunCollector.Collect(folder, cancellationToken);
        DerivedDocuments.ReportProblems(host, summary);
        SoakArtifacts.RefreshOther(folder, cancellationToken);
        if (isJson)
        {
            CliJson.Write(host.Output, new Report(summary.RunId, summary.RecordCount, folder.Results, folder.RunResults, folder.Records));
        }
        else
        {
            host.Output.WriteLine(FormattableString.Invariant($"Collected {Counted.Of(summary.RecordCount, "record")} of {summary.RunId} into {folder.Results}"));
        }
    }

    private sealed record Report(string RunId, int Records, string ResultsJson, string RunResultsJson, string RecordsNdjson);
}
