using System.CommandLine;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench summarize RUN</c>: writes a run's summary for people and programs. Exit code 7 when that fails.</summary>
internal static class SummarizeCommand
{
    /// <summary>Summarizing failed; the seeds' code.</summary>
    public const int SummarizeFailed = 7;

    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var run = new RunArgument();
        var command = new Command("summarize", "Write collected/summary.json and summary.md of a run from its raw/. The same records give the same bytes.");
        run.AddTo(command);
        command.SetAction((result, cancellationToken) => Task.FromResult(
            DerivedDocuments.Write(host, SummarizeFailed, "summarized", () => Summarize(run.Find(result, host), host, result.GetValue(CommandLine.Json), cancellationToken))));
        return command;
    }

    private static void Summarize(RunFolder folder, CliHost host, bool isJson, CancellationToken cancellationToken)
    {
        var summary = RunSummarizer.Summarize(folder, cancellationToken);
        DerivedDocuments.ReportProblems(host, summary);
        if (isJson)
        {
            CliJson.Write(host.Output, new Report(summary.RunId, summary.RecordCount, folder.SummaryJson, folder.SummaryMarkdown));
        }
        else
        {
            host.Output.WriteLine(FormattableString.Invariant($"Summarized {Counted.Of(summary.RecordCount, "record")} of {summary.RunId} in {folder.SummaryMarkdown}"));
        }
    }

    private sealed record Report(string RunId, int Records, string SummaryJson, string SummaryMd);
}
