using Spectre.Console;

namespace Bench.Cli.Preflight;

/// <summary>A preflight report for people.</summary>
internal static class PreflightText
{
    private const string Legend = """
        found in: where the agent is from: settings (Agents), agents/node_modules, or PATH; SHA-256: the beginning of its file's hash
        model: the one that is asked for; model available: whether it answered the lane's try, or that the lane was not tried; ready: or the reason why not
        """;

    /// <summary>A lane that has just been checked, in one line.</summary>
    public static string Line(PreflightLane lane) => $"{lane.WorkflowId}: {(lane.Passed ? "ready" : $"not ready, {lane.ReasonCode}")}";

    /// <summary>Prints the report: a table of the lanes, then what is wrong with each, then the verdict.</summary>
    public static void Write(PreflightReport report, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Lane", "agent", "version", "found in", "SHA-256", "model", "model available", "ready");
        foreach (var lane in report.Lanes)
        {
            string[] cells =
            [
                lane.WorkflowId,
                lane.Agent,
                lane.CliVersion ?? "-",
                lane.FoundIn ?? "-",
                lane.CliSha256 is { } hash ? $"{hash[..12]}…" : "-",
                lane.Model,
                lane.ModelAvailable switch { true => "yes", false => "no", null => "not tried" },
                lane.Passed ? "yes" : $"no: {lane.ReasonCode}",
            ];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        console.Write(table);
        console.WriteLine(Legend);
        foreach (var problem in Problems(report))
        {
            console.WriteLine(problem);
        }

        foreach (var warning in report.Warnings)
        {
            console.WriteLine($"Warning: {warning}");
        }

        console.WriteLine(Verdict(report));
    }

    /// <summary>What is wrong, a line per cause with the lanes that have it; empty when all are ready.</summary>
    public static IEnumerable<string> Problems(PreflightReport report) =>
        report.Lanes.Where(lane => !lane.Passed).GroupBy(lane => lane.Details).Select(group => $"{string.Join(", ", group.Select(lane => lane.WorkflowId))}: {group.Key}");

    private static string Verdict(PreflightReport report)
    {
        var ready = report.Lanes.Count(lane => lane.Passed);
        var isWhole = report.Lanes.Any(lane => lane.Probed) || report.Profile == "dry-run";
        var scope = isWhole ? "" : " (agents and settings; no lane was tried)";
        return FormattableString.Invariant($"{ready} of {report.Lanes.Count} lanes ready{scope}, profile {report.Profile}.");
    }
}
