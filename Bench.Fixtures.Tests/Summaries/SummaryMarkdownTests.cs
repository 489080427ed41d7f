using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public class SummaryMarkdownTests
{
    [Fact]
    public void A_summary_reads_like_this()
    {
        using var folder = new TestFolder();
        var summary = RunFinalizer.Finalize(SampleSummary.Write(folder), RunStatuses.Completed, TestContext.Current.CancellationToken);

        Snapshot.Match(SummaryMarkdown.Render(summary));
    }

    [Fact]
    public void Work_that_went_down_a_route_has_a_table_and_a_line_of_its_own()
    {
        using var folder = new TestFolder();
        var standIn = SampleRun.Passed("gemini_run_headless", "p1", completionMs: 900) with { JobId = "gemini_run_headless__p1__for_cc_glm_headless", FallbackFrom = "cc_glm_headless", FallbackReason = "model_unavailable" };
        var own = SampleRun.Failed("cc_glm_headless", "p1", category: "model", reason: "model_unavailable");

        var summary = RunSummarizer.Read(SampleRun.Write(folder, [own, standIn], [own]), TestContext.Current.CancellationToken);

        Assert.Contains("\n## Routed Work\n\n| lane | went on as | attempted |", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
        Assert.Contains("\n| cc_glm_headless | gemini_run_headless | 1 | 1 | 0 | 0 | 0 | 0 | ", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
        Assert.Equal(["cc_glm_headless"], summary.Lanes.Select(lane => lane.WorkflowId));
        Assert.Equal(["cc_glm_headless"], summary.WorkflowMetrics.Select(row => row.WorkflowId));
        Assert.Contains("routed, in no number above: cc_glm_headless went on as gemini_run_headless, 1 of 1 passed\n", SummaryText.Of(summary), StringComparison.Ordinal);
        Assert.Contains("attempted 1 = passed 0 + failed 1 (model)", SummaryText.Of(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_of_nothing_is_still_a_summary()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, []);

        Snapshot.Match(SummaryMarkdown.Render(RunSummarizer.Read(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void The_summary_of_an_original_run_reads_like_this()
    {
        using var folder = new TestFolder();

        Snapshot.Match(SummaryMarkdown.Render(RunSummarizer.Read(OriginalRun.Write(folder), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void It_begins_with_the_originals_title_lines_and_tables()
    {
        using var folder = new TestFolder();
        var text = SummaryMarkdown.Render(RunSummarizer.Read(SampleSummary.Write(folder), TestContext.Current.CancellationToken));

        var lines = text.Split('\n');

        Assert.Equal($"# Benchmark Summary: {SampleRun.RunId}", lines[0]);
        Assert.StartsWith("Generated: ", lines[2], StringComparison.Ordinal);
        Assert.Equal("Total records: 89", lines[3]);
        Assert.Equal(
            ["## Workflow Metrics", "## System Comparison", "## Prompt Side-by-Side", "## Failure Taxonomy"],
            lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Take(4));
        Assert.Contains("| workflow_id | jobs | success_rate | retry_rate | startup_ms_mean | first_output_ms_p50 | completion_ms_p50 |", lines);
        Assert.Contains("| system | jobs | success_rate | retry_rate | first_output_ms_p50 | completion_ms_p50 |", lines);
        Assert.Contains("| prompt_id | category | cc_glm_headless | opencode_run_headless | opencode_server_http |", lines);
        Assert.Contains("| key | count | kind |", lines);
    }

    [Fact]
    public void Every_row_of_every_table_has_as_many_cells_as_its_head()
    {
        using var folder = new TestFolder();
        var text = SummaryMarkdown.Render(RunSummarizer.Read(SampleSummary.Write(folder), TestContext.Current.CancellationToken));

        foreach (var table in text.Split("\n\n").Where(block => block.StartsWith('|')))
        {
            Assert.Single(table.TrimEnd().Split('\n').Select(Bars).Distinct());
        }
    }

    [Theory]
    [InlineData("a|b", "a\\|b")]
    [InlineData("a\\|b", "a\\\\\\|b")]
    [InlineData("a\r\nb\nc", "a b c")]
    [InlineData("<script>", "\\<script>")]
    [InlineData("n=3 < 72", "n=3 < 72")]
    public void A_cell_is_escaped(string text, string expected)
    {
        Assert.Equal(expected, SummaryMarkdown.Escape(text));
    }

    [Fact]
    public void A_long_list_of_lost_jobs_is_cut_and_says_so()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [], [.. Enumerable.Range(1, 60).Select(trial => SampleRun.Passed("cc_glm_headless", "p", trial))]);
        var summary = RunSummarizer.Read(run, TestContext.Current.CancellationToken);

        Assert.Contains("- and 10 more, in summary.json\n", SummaryMarkdown.Render(summary), StringComparison.Ordinal);
        Assert.Equal(60, summary.LostJobs.Count);
    }

    [Fact]
    public void Summary_json_survives_the_round_trip()
    {
        using var folder = new TestFolder();
        var summary = RunSummarizer.Read(SampleSummary.Write(folder), TestContext.Current.CancellationToken);

        var bytes = SummaryJson.Serialize(summary);

        Assert.Equal(bytes, SummaryJson.Serialize(SummaryJson.Deserialize(bytes)));
        Assert.Equal(SummaryMarkdown.Render(summary), SummaryMarkdown.Render(SummaryJson.Deserialize(bytes)));
    }

    // Bars that Markdown takes for cell borders.
    private static int Bars(string row) => row.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\|", "", StringComparison.Ordinal).Count(character => character == '|');
}
