using System.Text;
using System.Text.Json;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public class CollectTests
{
    private static readonly JobRecord A = SampleRun.Passed("cc_glm_headless", "coding_2", completionMs: 2000);
    private static readonly JobRecord B = SampleRun.Passed("opencode_run_headless", "coding_1", completionMs: 1000, retries: 1);
    private static readonly JobRecord C = SampleRun.Failed("cc_glm_headless", "coding_1", trial: 2);
    private static readonly JobRecord D = SampleRun.TimedOut("cc_glm_headless", "coding_1");

    [Fact]
    public void Everything_derived_can_be_deleted_and_comes_back_byte_for_byte()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B, C, D], planned: [A, B, C, D, SampleRun.Passed("cc_glm_headless", "lost_1")]);
        Finalize(run);
        var before = Derived(run);

        Directory.Delete(run.Collected, recursive: true);
        File.Delete(run.RunResults);
        RunCollector.Collect(run, TestContext.Current.CancellationToken);
        RunSummarizer.Summarize(run, TestContext.Current.CancellationToken);

        Assert.Equal(5, before.Count);
        Assert.Equal(before, Derived(run));
    }

    [Fact]
    public void Without_the_journal_the_documents_in_raw_give_the_same_bytes()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B, C, D]);
        Finalize(run);
        var before = Derived(run);

        File.Delete(run.Journal);
        Finalize(run);

        Assert.Equal(before, Derived(run));
    }

    [Fact]
    public void A_run_that_was_moved_gives_the_same_bytes()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        Finalize(run);
        var before = Derived(run);

        Directory.Move(run.Root, folder.At("elsewhere"));
        var moved = new RunFolder(folder.At("elsewhere"));
        Finalize(moved);

        Assert.Equal(before, Derived(moved));
    }

    [Fact]
    public void Records_are_sorted_by_workflow_prompt_and_trial_and_copied_as_they_are()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B, C, D]);

        RunCollector.Collect(run, TestContext.Current.CancellationToken);

        string[] expected = [.. new[] { D, C, A, B }.Select(record => Encoding.UTF8.GetString(RecordJson.Serialize(record)))];
        Assert.Equal(expected, File.ReadLines(run.Records));
        Assert.Equal(expected, RecordsOf(run.RunResults));
        Assert.Equal(expected, RecordsOf(run.Results));
    }

    [Fact]
    public void The_documents_say_when_the_last_job_ended_not_when_they_were_made()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, C]);

        RunCollector.Collect(run, TestContext.Current.CancellationToken);

        using var results = JsonDocument.Parse(File.ReadAllBytes(run.RunResults));
        Assert.Equal(C.JobCompletedAt, results.RootElement.GetProperty("generated_at").GetString());
    }

    [Fact]
    public void The_results_have_the_originals_fields_and_aggregates()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B, C, D]);

        RunCollector.Collect(run, TestContext.Current.CancellationToken);

        using var results = JsonDocument.Parse(File.ReadAllBytes(run.Results));
        var aggregates = results.RootElement.GetProperty("aggregates");
        Assert.Equal(["schema_version", "run_id", "generated_at", "run_dir", "record_count", "records", "aggregates"], Names(results.RootElement));
        Assert.Equal(["by_workflow", "by_system", "failure_taxonomy", "prompt_matrix"], Names(aggregates));
        Assert.Equal(
            ["workflow_id", "job_count", "success_count", "success_rate", "retry_count", "retry_rate", "startup_latency_ms_mean",
                "first_output_latency_ms_p50", "first_output_latency_ms_p95", "completion_latency_ms_p50", "completion_latency_ms_p95",
                "first_output_latency_n", "completion_latency_n", "answerable_count", "startup_latency_n"],
            Names(aggregates.GetProperty("by_workflow")[0]));
        Assert.Equal("system", Names(aggregates.GetProperty("by_system")[0])[0]);
        Assert.Equal("""{"category_counts":{"model":2},"reason_counts":{"hint_mismatch":1,"timeout":1}}""", Compact(aggregates.GetProperty("failure_taxonomy")));
        var cell = aggregates.GetProperty("prompt_matrix")[0].GetProperty("workflows").GetProperty("cc_glm_headless");
        Assert.Equal("""{"success":false,"completion_latency_ms":3000,"retry_count":0,"failure_category":"model","failure_reason":"timeout","trials":2,"passed":0,"completion_is_at_least":true}""", Compact(cell));
    }

    [Fact]
    public void Latencies_of_the_originals_aggregates_are_those_of_passed_jobs()
    {
        using var folder = new TestFolder();
        var crash = SampleRun.Failed("cc_glm_headless", "coding_3") with { CompletionLatencyMs = 2, FirstOutputLatencyMs = 1, StartupLatencyMs = 1 };
        var run = SampleRun.Write(folder, [A, A with { JobId = "cc_glm_headless__coding_2__t2", Trial = 2, CompletionLatencyMs = 1000 }, crash, D]);

        var summary = RunCollector.Collect(run, TestContext.Current.CancellationToken);

        var row = Assert.Single(summary.WorkflowMetrics);
        Assert.Equal((4, 2, 0.5), (row.JobCount, row.SuccessCount, row.SuccessRate));
        Assert.Equal((1500.0, 2, null), (row.CompletionLatencyMsP50, row.CompletionLatencyN, row.CompletionLatencyMsP95));
        Assert.Equal(200.0, row.StartupLatencyMsMean);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5000)]
    public void Any_number_of_records_makes_valid_documents(int count)
    {
        using var folder = new TestFolder();
        var run = new RunFolder(folder.At(SampleRun.RunId));
        Directory.CreateDirectory(run.Raw);
        File.WriteAllLines(run.Journal, Enumerable.Range(1, count).Select(trial =>
            "{\"event\":\"job_finished\",\"record\":" + Encoding.UTF8.GetString(RecordJson.Serialize(SampleRun.Passed("cc_glm_headless", "p" + (trial % 7), trial))) + "}"));

        var summary = RunCollector.Collect(run, TestContext.Current.CancellationToken);

        var lines = File.ReadAllLines(run.Records);
        Assert.Equal(count, summary.RecordCount);
        Assert.Equal(count, lines.Length);
        Assert.Equal(lines, RecordsOf(run.RunResults));
        Assert.Equal(lines, RecordsOf(run.Results));
        Assert.Equal(lines.Order(StringComparer.Ordinal).Distinct().Count(), lines.Length);
    }

    [Fact]
    public void A_record_larger_than_a_chunk_is_copied_whole()
    {
        using var folder = new TestFolder();
        var huge = A with { Attempts = [A.Attempts[0] with { Answer = new string('y', 2 << 20) }] };
        var run = SampleRun.Write(folder, [B, huge, C]);

        RunCollector.Collect(run, TestContext.Current.CancellationToken);

        Assert.Contains(Encoding.UTF8.GetString(RecordJson.Serialize(huge)), RecordsOf(run.Results));
        Assert.Equal(3, RecordsOf(run.RunResults).Count);
    }

    [Fact]
    public void A_stale_document_of_another_run_is_in_none_of_them()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        File.WriteAllBytes(run.JobRecord(B.JobId), RecordJson.SerializeIndented(B with { RunId = "bench-other" }));

        var summary = Finalize(run);

        Assert.All(Derived(run).Where(file => file.Key is not "summary.md" and not "summary.json"), file => Assert.DoesNotContain("bench-other", file.Value, StringComparison.Ordinal));
        Assert.Contains("bench-other", Assert.Single(summary.Notes), StringComparison.Ordinal);
        Assert.Contains("bench-other", File.ReadAllText(run.SummaryMarkdown), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_the_original_harness_is_collected_with_its_own_bytes()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        var manifest = File.ReadAllBytes(run.Manifest);

        var summary = Finalize(run);

        Assert.Equal(6, summary.RecordCount);
        Assert.Equal(manifest, File.ReadAllBytes(run.Manifest));
        using var written = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Raw, "cc_glm_headless__coding_ability_1.json")));
        using var collected = JsonDocument.Parse(File.ReadLines(run.Records).First());
        Assert.True(JsonElement.DeepEquals(written.RootElement, collected.RootElement));
        Assert.Contains("T\\u00EDtulo", File.ReadLines(run.Records).First(), StringComparison.Ordinal);
        Assert.Equal([(2.0 / 3), (1.0 / 3)], summary.WorkflowMetrics.Select(row => row.SuccessRate));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_keeps_what_it_had()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        File.WriteAllText(run.Collected, "a file in the way");

        Assert.ThrowsAny<IOException>(() => RunCollector.Collect(run, TestContext.Current.CancellationToken));

        Assert.False(File.Exists(run.RunResults));
        Assert.Empty(Directory.GetFiles(run.Root, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void No_temporary_file_is_left()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        File.Delete(run.Journal);

        Finalize(run);

        Assert.Empty(Directory.GetFiles(run.Root, "*.tmp", SearchOption.AllDirectories));
    }

    private static RunSummary Finalize(RunFolder run) => RunFinalizer.Finalize(run, RunStatuses.Completed, TestContext.Current.CancellationToken);

    private static SortedDictionary<string, string> Derived(RunFolder run) => new(
        Directory.GetFiles(run.Collected).Append(run.RunResults).ToDictionary(path => Path.GetFileName(path), File.ReadAllText), StringComparer.Ordinal);

    private static List<string> RecordsOf(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("records").EnumerateArray().Select(record => record.GetRawText())];
    }

    private static List<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
