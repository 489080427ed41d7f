using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Summaries;

/// <summary>Writes a summary as <c>collected/summary.md</c>: the original harness's tables first, then what it did not say.</summary>
public static partial class SummaryMarkdown
{
    // A crashed run may have lost very many; summary.json names all of them.
    private const int MostListed = 50;

    /// <summary>The document, with <c>\n</c> line ends.</summary>
    public static string Render(RunSummary summary)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Benchmark Summary: {Escape(summary.RunId)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Generated: {summary.GeneratedAt ?? SummaryNumbers.Unknown}\n");
        text.Append(CultureInfo.InvariantCulture, $"Total records: {summary.RecordCount}\n");
        text.Append(CultureInfo.InvariantCulture, $"Profile: {Escape(ProfileWords.Label(summary.Profile))}\n");
        foreach (var notice in SummaryNotices.Of(summary))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{Escape(notice)}**\n");
        }

        foreach (var table in SummaryTables.Original(summary))
        {
            Append(text, table);
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## Run\n\n{RunLine(summary)}\n");
        var lanes = SummaryTables.Lanes(summary);
        foreach (var table in lanes)
        {
            Append(text, table);
        }

        AppendFailed(text, summary.FailedJobs);
        AppendList(text, "Lost Jobs", [.. summary.LostJobs.Select(Describe)]);
        AppendList(text, "Notes", summary.Notes);
        AppendDefinitions(text, lanes);
        return text.ToString();
    }

    /// <summary>A text as the cell of a pipe table: on one line, nothing in it read as Markdown's own bars or HTML.</summary>
    public static string Escape(string text) => HtmlStart()
        .Replace(text.Replace("\\", "\\\\", StringComparison.Ordinal), "\\<")
        .Replace("|", "\\|", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");

    private static string RunLine(RunSummary summary)
    {
        var planned = summary.Outcomes.Planned is { } count ? count.ToString(CultureInfo.InvariantCulture) : SummaryNumbers.Unknown;
        var unplanned = summary.Outcomes.Unplanned is > 0 ? string.Create(CultureInfo.InvariantCulture, $", unplanned: {summary.Outcomes.Unplanned}") : "";
        return $"Status: {summary.Status ?? SummaryNumbers.Unknown}, profile: {summary.Profile ?? SummaryNumbers.Unknown}, planned jobs: {planned}{unplanned}";
    }

    private static string Describe(LostJob job) => $"{job.JobId} ({(job.WasStarted ? "in flight when the run ended" : "never started")})";

    private static void Append(StringBuilder text, SummaryTable table)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {table.Title}\n\n");
        AppendRow(text, table.Columns.Select(column => column.Name));
        text.Append('|').AppendJoin('|', table.Columns.Select(column => column.IsNumber ? " ---: " : " --- ")).Append("|\n");
        foreach (var row in table.Rows)
        {
            AppendRow(text, row);
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");

    private static void AppendFailed(StringBuilder text, IReadOnlyList<FailedJob> failed)
    {
        text.Append(failed.Count == 0 ? "" : "\n## Failed Jobs\n\n");
        foreach (var job in failed)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {FailureText.Markdown(job)}\n");
        }
    }

    private static void AppendList(StringBuilder text, string title, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        foreach (var item in items.Take(MostListed))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Escape(item)}\n");
        }

        if (items.Count > MostListed)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {items.Count - MostListed} more, in summary.json\n");
        }
    }

    private static void AppendDefinitions(StringBuilder text, IReadOnlyList<SummaryTable> tables)
    {
        text.Append("\n## Definitions\n\n");
        text.Append("The first four tables have the original harness's columns; their latencies are those of the last attempts of passed jobs, n of them, success_rate is passed ÷ jobs whoever is to blame, and retry_rate is retries ÷ jobs. System Comparison pools lanes: a mixture, whose numbers have no interval.\n");
        foreach (var table in tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{table.Title}:\n\n");
            foreach (var column in table.Columns.Where(column => column.Definition is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {Escape(column.Name)}: {Escape(column.Definition!)}\n");
            }
        }
    }

    [GeneratedRegex("<(?=[A-Za-z/!?])")]
    private static partial Regex HtmlStart();
}
