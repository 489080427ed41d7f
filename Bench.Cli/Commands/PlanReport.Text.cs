using System.Globalization;
using Bench.Fixtures.Settings;
using Spectre.Console;

namespace Bench.Cli.Commands;

// The report for people.
internal sealed partial record PlanReport
{
    /// <summary>Prints the report.</summary>
    public void WriteTo(IAnsiConsole console)
    {
        console.WriteLine(Format($"Run {RunId}, profile {Profile}: {Jobs.Count} jobs. This is the plan; nothing was started."));
        console.WriteLine();
        console.Write(Facts());
        console.WriteLine();
        console.Write(Table("Lane", Lanes.Select(lane => Row(
            lane.WorkflowId, lane.WorkflowKind, lane.Agent, lane.Model, lane.Provider, Format($"{lane.ParallelLimit}"), Format($"{lane.JobCount}"))), "kind", "agent", "model", "provider", "at once", "jobs"));
        console.WriteLine();
        console.Write(Table("Job", Jobs.Select(job => Row(Format($"{job.Ordinal + 1}"), job.JobId, job.Model)), "id", "model"));
        console.WriteLine();
        console.Write(Table("Setting", Settings.Select(setting => Row(setting.Key, setting.Value, setting.Source)), "value", "source"));
    }

    private Grid Facts()
    {
        var facts = new Grid().AddColumns(2);
        void Add(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Add("prompts", Format($"{PromptSet.Name} version {PromptSet.Version}, {PromptSet.Count} prompts, SHA-256 {PromptSet.Sha256[..12]}…"));
        Add("", PromptSet.Path);
        Add("run folder", RunDir);
        Add("order", Format($"{Order}, seed {Seed}, {Counted(Trials, "trial")}"));
        Add("limits", Format($"{Counted(Parallel, "job")} at once, {DurationText.Format(TimeSpan.FromSeconds(TimeoutSec))} per attempt, stalled after {DurationText.Format(TimeSpan.FromSeconds(StallThresholdSec))} of silence, {(MaxRetries == 1 ? "1 retry" : Format($"{MaxRetries} retries"))}"));
        Add("plan hash", PlanHash);
        return facts;
    }

    private static Table Table(string first, IEnumerable<Text[]> rows, params string[] others)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns([first, .. others]);
        foreach (var row in rows)
        {
            table.AddRow(row);
        }

        return table;
    }

    private static Text[] Row(params string[] cells) => [.. cells.Select(cell => new Text(cell))];

    private static string Counted(int count, string noun) => Format($"{count} {noun}{(count == 1 ? "" : "s")}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
