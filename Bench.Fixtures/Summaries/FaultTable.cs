using System.Globalization;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Summaries;

/// <summary>The table of a run with faults, <c>collected/faults.md</c>: how each lane ended under each fault.</summary>
public static class FaultTable
{
    private static readonly string[] Columns = ["fault", "lane", "outcome", "ended by", "rule", "attempts", "requests", "seconds", "incidents"];
    private static readonly int[] NumberColumns = [5, 6, 7];

    /// <summary>The records of a run's jobs with faults, from <c>raw/</c>: fault by fault in the catalog's order, then by lane and prompt.</summary>
    public static IReadOnlyList<JobRecord> Read(RunFolder folder)
    {
        var order = FaultCatalog.Ids.Select((id, place) => (id, place)).ToDictionary(f => f.id, f => f.place);
        return [.. Directory.EnumerateFiles(folder.Raw, "*.json")
            .Select(RecordOf)
            .OfType<JobRecord>()
            .Where(record => record.Fault is not null)
            .OrderBy(record => order.GetValueOrDefault(record.Fault!, int.MaxValue))
            .ThenBy(record => record.JobId, StringComparer.Ordinal)];
    }

    /// <summary>The document, with <c>\n</c> line ends.</summary>
    public static string Render(IReadOnlyList<JobRecord> records)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Faults: {SummaryMarkdown.Escape(records.Count > 0 ? records[0].RunId : "no records")}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{SummaryTables.NoBenchmark}\n\n");
        text.Append("requests: model requests of all attempts that reached the gateway; seconds: all attempts, without the waits between them.\n\n");
        AppendRow(text, Columns);
        text.Append('|').AppendJoin('|', Columns.Select((_, place) => NumberColumns.Contains(place) ? " ---: " : " --- ")).Append("|\n");
        foreach (var record in records)
        {
            AppendRow(text, CellsOf(record));
        }

        return text.ToString();
    }

    private static string[] CellsOf(JobRecord record) =>
    [
        record.Fault!,
        record.WorkflowId,
        record.OutcomeName,
        record.EndedBy ?? SummaryNumbers.None,
        record.FailureRule ?? SummaryNumbers.None,
        record.Attempts.Count.ToString(CultureInfo.InvariantCulture),
        record.ModelRequests is { } requests ? AtLeast(record.IsAtLeast(RecordBounds.ModelRequests)) + requests.ToString(CultureInfo.InvariantCulture) : SummaryNumbers.Unknown,
        AtLeast(record.Attempts.Any(a => a.Seconds is null)) + record.Attempts.Sum(a => a.Seconds ?? 0).ToString("0.0", CultureInfo.InvariantCulture),
        string.Join(", ", record.Incidents.Select(i => i.Code).Distinct()),
    ];

    private static string AtLeast(bool isAtLeast) => isAtLeast ? "≥ " : "";

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(SummaryMarkdown.Escape)).Append(" |\n");

    // What is no record of this version is somebody else's to report.
    private static JobRecord? RecordOf(string path)
    {
        try
        {
            return RecordJson.Deserialize(File.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
