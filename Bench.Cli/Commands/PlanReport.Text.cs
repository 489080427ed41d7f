using System.Globalization;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Spectre.Console;

namespace Bench.Cli.Commands;

// The report for people.
internal sealed partial record PlanReport
{
    /// <summary>Prints the report.</summary>
    public void WriteTo(IAnsiConsole console)
    {
        console.WriteLine(Format($"Run {RunId}, profile {Profile}: {Counted.Of(Jobs.Count, "job")}. This is the plan; nothing was started."));
        console.WriteLine();
        console.Write(Facts());
        console.WriteLine();
        console.Write(Table("Lane", Lanes.Select(lane => Row(
            lane.WorkflowId, lane.WorkflowKind, lane.Agent, lane.Model, lane.Provider, Format($"{lane.ParallelLimit}"), Format($"{lane.JobCount}"))), "kind", "agent", "model", "provider", "at once", "jobs"));
        console.WriteLine("kind: how the agent is run; at once: jobs in flight, for all lanes of the provider together; jobs: planned for the lane");
        console.WriteLine();
        console.Write(Table("Job", Jobs.Select(job => Row(Format($"{job.Ordinal + 1}"), job.JobId, job.Model)), "id", "model"));
        console.WriteLine("Job: the place in the start order; id: <workflow>__<prompt>, with __t<trial> from the second trial on");
        console.WriteLine();
        console.Write(Table("Setting", Settings.Select(setting => Row(setting.Key, setting.Value, setting.Source)), "value", "source"));
        console.WriteLine("source: who gave the value; docs/formats/settings.md explains sources and settings");
    }

    private Grid Facts()
    {
        var facts = new Grid().AddColumns(2);
        void Add(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Add("prompts", Format($"{PromptSet.Name} version {PromptSet.Version}, {Counted.Of(PromptSet.Count, "prompt")}, SHA-256 {PromptSet.Sha256[..12]}…"));
        Add("", PromptSet.Path);
        Add("run folder", RunDir);
        Add("order", Format($"{Order}, seed {Seed}, {Counted.Of(Trials, "trial")}"));
        Add("limits", Format($"{Counted.Of(Parallel, "job")} at once, {DurationText.Format(TimeSpan.FromSeconds(TimeoutSec))} per attempt, stalled after {DurationText.Format(TimeSpan.FromSeconds(StallThresholdSec))} of silence, {Counted.Of(MaxRetries, "retry")}"));
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

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
