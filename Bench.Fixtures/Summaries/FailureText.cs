using System.Globalization;
using System.Text;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Summaries;

/// <summary>The failed jobs of a run in words: for the last screen, by lane and reason; for the Markdown summary, one by one.</summary>
internal static class FailureText
{
    private const int MostGroups = 12;

    /// <summary>A line per lane and reason, with the first job's evidence; empty when no job failed.</summary>
    public static string ByReason(RunSummary summary)
    {
        var groups = summary.FailedJobs.GroupBy(job => (job.WorkflowId, job.Name)).ToList();
        var text = new StringBuilder();
        foreach (var group in groups.Take(MostGroups))
        {
            // What was run says more than what was not.
            var first = group.OrderBy(job => job.NotRun).First();
            text.Append(CultureInfo.InvariantCulture, $"failed: {group.Key.WorkflowId} {group.Key.Name}, {Jobs(group.Count(), group.Count(job => job.NotRun))}");
            text.AppendLine(first.Evidence is { Length: > 0 } evidence ? $"; {first.JobId}: {evidence}{(first.Detail is { } detail ? $" {detail}" : "")}" : "");
        }

        return groups.Count > MostGroups ? text.AppendLine(CultureInfo.InvariantCulture, $"failed: {groups.Count - MostGroups} more lanes and reasons; all are in the summary").ToString() : text.ToString();
    }

    /// <summary>The job as an entry of a Markdown list; links start at <c>collected/</c>.</summary>
    public static string Markdown(FailedJob job)
    {
        string?[] links = [job.Record is { } record ? Link("record", record) : null, .. job.Logs.Select(log => Link(log[(log.LastIndexOf("__", StringComparison.Ordinal) + 2)..], log))];
        var words = string.Join(' ', new[] { job.Evidence, job.Detail }.OfType<string>());
        return $"**{Escape(job.JobId)}** {Escape(job.Name)}{(job.NotRun ? ", not run" : "")}"
            + (words.Length == 0 ? "" : $": {Escape(words)}")
            + (links.OfType<string>().ToList() is { Count: > 0 } some ? $" ({string.Join(", ", some)})" : "");
    }

    /// <summary>A foreign text in running Markdown: nothing in it is read as markup, a link or HTML.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text.ReplaceLineEndings(" "))
        {
            if (character is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '~' or '#' or '&' or '!' or '@' or '$')
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(character) ? '\ufffd' : character);
        }

        // A bare address is made a link by some renderers.
        return escaped.Replace("://", ":\\//").ToString();
    }

    private static string Jobs(int jobs, int notRun) =>
        Counted.Of(jobs, "job") + (notRun == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({notRun} not run)"));

    private static string Link(string name, string path) =>
        $"[{Escape(name)}](../{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))})";
}
