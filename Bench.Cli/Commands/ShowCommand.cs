using System.CommandLine;
using System.Globalization;
using Bench.Cli.Gates;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;
using Spectre.Console;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench show RUN</c>: a run's summary in the terminal. Reads the run's <c>raw/</c> and writes nothing.</summary>
internal static class ShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var run = new RunArgument();
        var command = new Command("show", "Show a run's summary as tables. Writes nothing; with --json prints what summary.json holds.");
        run.AddTo(command);
        command.SetAction((result, cancellationToken) =>
        {
            Show(run.Find(result, host), host, result.GetValue(CommandLine.Json), cancellationToken);
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }

    private static void Show(RunFolder folder, CliHost host, bool isJson, CancellationToken cancellationToken)
    {
        var summary = RunSummarizer.Read(folder, cancellationToken);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        if (isJson)
        {
            text.Write(global::System.Text.Encoding.UTF8.GetString(SummaryJson.Serialize(summary)));
        }
        else
        {
            SummaryConsole.Write((host with { Output = text }).Console(), summary);
        }

        // The run may be one that Bench did not write, and nobody has redacted.
        host.Output.Write(GateOutput.RedactorOf(host).Redact(text.ToString()));
    }
}

/// <summary>Draws a summary as tables.</summary>
internal static class SummaryConsole
{
    /// <summary>Draws the summary.</summary>
    public static void Write(IAnsiConsole console, RunSummary summary)
    {
        console.WriteLine(FormattableString.Invariant(
            $"Run {summary.RunId}: {summary.Status ?? "status unknown"}, profile {ProfileWords.Label(summary.Profile)}, {Records(summary)}"));
        foreach (var notice in SummaryNotices.Of(summary))
        {
            console.WriteLine();
            console.WriteLine(notice);
        }

        IEnumerable<SummaryTable> tables = [.. SummaryTables.Lanes(summary), .. SummaryTables.Original(summary).Skip(2)];
        foreach (var table in tables)
        {
            console.WriteLine();
            console.WriteLine(table.Title);
            console.Write(Draw(table));
            foreach (var column in table.Columns.Where(column => column.Definition is not null))
            {
                console.WriteLine($"{column.Name}: {column.Definition}");
            }
        }

        foreach (var line in summary.LostJobs.Select(job => $"lost: {job.JobId}").Concat(summary.Notes))
        {
            console.WriteLine(line);
        }
    }

    private static string Records(RunSummary summary) => summary.Outcomes.Planned is { } planned
        ? $"{Counted.Of(summary.RecordCount, "record")} of {Counted.Of(planned, "planned job")}"
        : Counted.Of(summary.RecordCount, "record");

    private static Table Draw(SummaryTable content)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in content.Columns)
        {
            var drawn = new TableColumn(new Text(column.Name));
            table.AddColumn(column.IsNumber ? drawn.RightAligned() : drawn);
        }

        foreach (var row in content.Rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }
}
