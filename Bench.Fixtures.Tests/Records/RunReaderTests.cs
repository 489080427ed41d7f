using System.Text;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

public class RunReaderTests
{
    private static readonly JobRecord A = SampleRun.Passed("cc_glm_headless", "coding_1", completionMs: 1234.5, retries: 1);
    private static readonly JobRecord B = SampleRun.Failed("opencode_run_headless", "coding_1", category: "env", reason: "auth_error");
    private static readonly JobRecord C = SampleRun.TimedOut("opencode_run_headless", "coding_2", trial: 2);

    [Fact]
    public void A_row_has_the_records_own_numbers()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B, C]);

        var rows = Read(run).Sink.Rows.ToDictionary(row => row.JobId);

        Assert.Equal((JobOutcome.Passed, 1234.5, 1, 0.001m), (rows[A.JobId].Outcome, rows[A.JobId].CompletionLatencyMs, rows[A.JobId].RetryCount, rows[A.JobId].CostUsd));
        Assert.Equal(("cc-glm", "headless", "coding", "glm-5", "glm-5"), (rows[A.JobId].System, rows[A.JobId].WorkflowKind, rows[A.JobId].PromptCategory, rows[A.JobId].Model, rows[A.JobId].ModelSelected));
        Assert.Equal(25, rows[A.JobId].PreparationMs);
        Assert.Equal((3.0, 123.45, 308.625, 1.5, 617.25, 617.25), (rows[A.JobId].QueueWaitMs, rows[A.JobId].StartupLatencyMs, rows[A.JobId].FirstOutputLatencyMs, rows[A.JobId].ExitLagMs, rows[A.JobId].ModelTimeMs, rows[A.JobId].AgentOverheadMs));
        Assert.Equal((2, 1, 100L, 20L, (long?)null), (rows[A.JobId].ModelRequests, rows[A.JobId].HiddenModelRequests, rows[A.JobId].InputTokens, rows[A.JobId].OutputTokens, rows[A.JobId].CachedInputTokens));
        Assert.Equal((JobOutcome.FailedEnv, "auth_error"), (rows[B.JobId].Outcome, rows[B.JobId].FailureReason));
        Assert.Equal((true, 2, 5000.0, 5000.0), (rows[C.JobId].Censored, rows[C.JobId].Trial, rows[C.JobId].FirstOutputLatencyMs, rows[C.JobId].CompletionLatencyMs));
        Assert.Equal((1734.5, (double?)null, false), (rows[A.JobId].TimeToResultMs, rows[A.JobId].FirstAttemptCompletionLatencyMs, rows[A.JobId].FirstAttemptCensored));
        Assert.Equal((5000.0, 5000.0, 5000.0, true), (rows[C.JobId].TimeToResultMs, rows[C.JobId].FirstAttemptFirstOutputLatencyMs, rows[C.JobId].FirstAttemptCompletionLatencyMs, rows[C.JobId].FirstAttemptCensored));
        Assert.Equal(RecordBounds.None, rows[A.JobId].AtLeast);
        Assert.Equal(C.AtLeast, rows[C.JobId].AtLeast.Names());
    }

    [Fact]
    public void A_record_of_the_version_before_is_read_as_one_of_this_where_it_has_one_attempt()
    {
        using var folder = new TestFolder();
        var older = new[] { C, C with { JobId = "opencode_server_http__coding_2", WorkflowId = "opencode_server_http", WorkflowKind = "server", Trial = 1 } }.Select(record => record with
        {
            SchemaVersion = 2, StartupLatencyMs = null, FirstOutputLatencyMs = null, TimeToResultMs = null, FirstAttemptCensored = false, FirstAttemptCompletionLatencyMs = null,
            FirstAttemptFirstOutputLatencyMs = null, AtLeast = [],
        }).ToList();

        var rows = Read(SampleRun.Write(folder, older)).Sink.Rows.ToDictionary(row => row.WorkflowKind!);

        var headless = rows["headless"];
        Assert.Equal((5000.0, 5000.0, 5000.0, true), (headless.FirstOutputLatencyMs, headless.TimeToResultMs, headless.FirstAttemptCompletionLatencyMs, headless.FirstAttemptCensored));
        Assert.Equal(C.AtLeast.Prepend("startup_latency_ms"), headless.AtLeast.Names());
        Assert.Null(rows["server"].StartupLatencyMs);
        Assert.Equal(C.AtLeast, rows["server"].AtLeast.Names());
    }

    [Fact]
    public void A_failure_without_a_category_is_the_harnesss_own()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [B with { FailureCategory = null }]);

        Assert.Equal(JobOutcome.FailedHarness, Assert.Single(Read(run).Sink.Rows).Outcome);
    }

    [Fact]
    public void The_journal_alone_is_enough()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        File.Delete(run.JobRecord(A.JobId));
        File.Delete(run.JobRecord(B.JobId));

        Assert.Equal([A.JobId, B.JobId], Read(run).Sink.JobIds);
    }

    [Fact]
    public void The_documents_alone_are_enough()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        File.Delete(run.Journal);

        var reading = Read(run);

        Assert.Equal([A.JobId, B.JobId], reading.Sink.JobIds);
        Assert.Null(reading.EndStatus);
    }

    [Fact]
    public void A_kill_between_the_document_and_its_journal_line_neither_loses_nor_doubles_the_job()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        var lines = File.ReadAllLines(run.Journal);
        File.WriteAllLines(run.Journal, lines[..^2]);

        var reading = Read(run);

        Assert.DoesNotContain(lines[..^2], line => line.Contains("job_finished", StringComparison.Ordinal) && line.Contains(B.JobId, StringComparison.Ordinal));
        Assert.Equal([A.JobId, B.JobId], reading.Sink.JobIds);
        Assert.Equal(2, reading.RecordCount);
    }

    [Fact]
    public void A_journal_cut_at_any_byte_never_loses_a_document()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        var journal = File.ReadAllBytes(run.Journal);

        for (var length = 0; length < journal.Length; length += 97)
        {
            File.WriteAllBytes(run.Journal, journal[..length]);

            Assert.Equal([A.JobId, B.JobId], Read(run).Sink.JobIds);
        }
    }

    [Fact]
    public void A_torn_last_line_is_passed_over_with_a_note()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        var torn = File.ReadAllBytes(run.Journal)[..^40];
        File.WriteAllBytes(run.Journal, torn);
        File.Delete(run.JobRecord(B.JobId));

        var reading = Read(run);

        Assert.Equal([A.JobId, B.JobId], reading.Sink.JobIds);
        Assert.Contains("the process died while it wrote it", Assert.Single(reading.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_zeros_after_a_power_failure_is_passed_over_and_the_document_counts()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        var lines = File.ReadAllLines(run.Journal);
        var place = Array.FindIndex(lines, line => line.Contains("job_finished", StringComparison.Ordinal));
        lines[place] = lines[place][..200] + new string('\0', lines[place].Length - 200);
        File.WriteAllText(run.Journal, string.Join('\n', lines) + "\n");

        var reading = Read(run);

        Assert.Equal([A.JobId, B.JobId], reading.Sink.JobIds);
        Assert.Contains("raw/journal.ndjson", Assert.Single(reading.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_records_of_a_job_the_later_counts()
    {
        using var folder = new TestFolder();
        var cancelled = SampleRun.Cancelled("cc_glm_headless", "coding_1");
        var run = SampleRun.Write(folder, [cancelled, B], status: RunStatuses.Cancelled);
        using (var writer = RunWriter.Resume(run, RunOwnership.Take(run), manifest: null, [], new FrozenClock()))
        {
            writer.JobStarted(A.JobId);
            writer.JobFinished(A);
            writer.Finish(RunStatuses.Completed);
        }

        var reading = Read(run);

        Assert.Equal([A.JobId, B.JobId], reading.Sink.JobIds);
        Assert.Equal(JobOutcome.Passed, reading.Sink.Rows.Single(row => row.JobId == A.JobId).Outcome);
        Assert.Equal(RunStatuses.Completed, reading.EndStatus);
    }

    [Fact]
    public void After_a_resume_a_newer_document_without_its_journal_line_counts()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [SampleRun.Cancelled("cc_glm_headless", "coding_1"), B], status: RunStatuses.Cancelled);
        using (var writer = RunWriter.Resume(run, RunOwnership.Take(run), manifest: null, [], new FrozenClock()))
        {
            writer.JobStarted(A.JobId);
        }

        File.WriteAllBytes(run.JobRecord(A.JobId), RecordJson.SerializeIndented(A));

        var reading = Read(run);

        Assert.Equal([A.JobId, B.JobId], reading.Sink.JobIds);
        Assert.Equal(JobOutcome.Passed, reading.Sink.Rows.Single(row => row.JobId == A.JobId).Outcome);
        Assert.Null(reading.EndStatus);
    }

    [Fact]
    public void Only_cancelled_jobs_and_those_without_a_record_are_left_for_a_resume()
    {
        using var folder = new TestFolder();
        var cancelled = SampleRun.Cancelled("cc_glm_headless", "coding_2");
        var run = SampleRun.Write(folder, [A, B, cancelled], planned: [A, B, C, cancelled]);

        var recorded = RunReader.RecordedJobs(run, withCancelled: false, TestContext.Current.CancellationToken);

        Assert.Equal([A.JobId, B.JobId], recorded);
    }

    [Fact]
    public void A_planned_job_without_a_record_is_lost_and_known_to_have_started_or_not()
    {
        using var folder = new TestFolder();
        using (var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([A, B, C]), new FrozenClock()))
        {
            writer.JobStarted(A.JobId);
            writer.JobFinished(A);
            writer.JobStarted(C.JobId);
        }

        var reading = Read(new RunFolder(folder.At(SampleRun.RunId)));

        Assert.Equal([new LostJob(B.JobId, B.WorkflowId, false), new LostJob(C.JobId, C.WorkflowId, true)], reading.Lost);
        Assert.Equal(new Dictionary<string, int> { ["cc_glm_headless"] = 1, ["opencode_run_headless"] = 2 }, reading.PlannedByWorkflow);
    }

    [Fact]
    public void A_stale_document_of_another_run_is_not_counted_and_the_reason_is_said()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        File.WriteAllBytes(run.JobRecord(B.JobId), RecordJson.SerializeIndented(B with { RunId = "bench-other" }));

        var reading = Read(run);

        Assert.Equal(A.JobId, Assert.Single(reading.Sink.JobIds));
        Assert.Equal($"raw/{B.JobId}.json: holds a record of the run 'bench-other', not of '{SampleRun.RunId}'; not counted", Assert.Single(reading.Notes));
    }

    [Fact]
    public void A_document_left_over_from_an_earlier_run_with_the_same_id_is_not_counted()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        File.WriteAllBytes(run.JobRecord(B.JobId), RecordJson.SerializeIndented(B with { JobCompletedAt = SampleRun.Stamp(-3600) }));

        var reading = Read(run);

        Assert.Equal(A.JobId, Assert.Single(reading.Sink.JobIds));
        Assert.Contains("left over", Assert.Single(reading.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_under_another_jobs_name_is_not_counted()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        File.Copy(run.JobRecord(A.JobId), Path.Combine(run.Raw, A.JobId + " copy.json"));

        var reading = Read(run);

        Assert.Equal(A.JobId, Assert.Single(reading.Sink.JobIds));
        Assert.Contains("which its name does not say", Assert.Single(reading.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"workflow_id\":\"a\"")]
    [InlineData("{\"workflow_id\":\"a\"}")]
    [InlineData("{\"workflow_id\":\"a\",\"prompt_id\":\"b\"} {}")]
    public void A_document_that_is_no_record_is_passed_over_with_a_note(string text)
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        File.WriteAllText(run.JobRecord(B.JobId), text);

        var reading = Read(run);

        Assert.Equal(A.JobId, Assert.Single(reading.Sink.JobIds));
        Assert.StartsWith($"raw/{B.JobId}.json: cannot be read: ", Assert.Single(reading.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_id_that_workflow_and_prompt_do_not_make_is_a_job_of_its_own()
    {
        using var folder = new TestFolder();
        var fallback = A with { JobId = "cc_glm_headless__coding_1__instead_of_opencode", FallbackFrom = "opencode_run_headless" };
        var run = SampleRun.Write(folder, [A, fallback]);
        File.Delete(run.Journal);
        File.Delete(run.JobRecord(A.JobId));

        var reading = Read(run);

        Assert.Equal(fallback.JobId, Assert.Single(reading.Sink.JobIds));
        Assert.Equal(A.JobId, Assert.Single(reading.Lost).JobId);
    }

    [Fact]
    public void A_large_journal_is_read_whole_in_parts()
    {
        using var folder = new TestFolder();
        var run = new RunFolder(folder.At(SampleRun.RunId));
        Directory.CreateDirectory(run.Raw);
        using (var journal = File.Create(run.Journal))
        {
            for (var trial = 1; trial <= 6000; trial++)
            {
                journal.Write("{\"event\":\"job_finished\",\"record\":"u8);
                journal.Write(RecordJson.Serialize(SampleRun.Passed("cc_glm_headless", "coding_1", trial, completionMs: trial)));
                journal.Write("}\n"u8);
            }
        }

        var reading = Read(run);

        Assert.True(new FileInfo(run.Journal).Length > 12 << 20, "The journal is too small to be read in parts.");
        Assert.Equal(6000, reading.RecordCount);
        Assert.Equal(6000 * 6001 / 2, reading.Sink.Rows.Sum(row => row.CompletionLatencyMs));
        Assert.Equal(SampleRun.Stamp(6001), reading.LastCompletedAt);
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_read()
    {
        using var folder = new TestFolder();
        var huge = A with { Attempts = [A.Attempts[0] with { Answer = new string('x', 3 << 20) }] };
        var run = SampleRun.Write(folder, [huge, B]);
        File.Delete(run.JobRecord(A.JobId));

        Assert.Equal([A.JobId, B.JobId], Read(run).Sink.JobIds);
    }

    [Fact]
    public void An_empty_folder_is_a_run_without_records()
    {
        using var folder = new TestFolder();

        var reading = Read(new RunFolder(folder.Path));

        Assert.Equal(0, reading.RecordCount);
        Assert.Null(reading.LastCompletedAt);
        Assert.Null(reading.PlannedByWorkflow);
    }

    [Fact]
    public void A_manifest_that_is_no_JSON_is_named()
    {
        using var folder = new TestFolder();
        var path = folder.Write("manifest.json", "{\"run_id\": ");

        var exception = Assert.Throws<BenchUsageException>(() => Read(new RunFolder(folder.Path)));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01T08:00:00.500Z")]
    [InlineData("2026-03-01T09:00:00+01:00", "2026-03-01T08:00:01Z")]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01T08:00:01Z")]
    [InlineData("not a time", "2026-03-01T08:00:01Z")]
    public void The_latest_stamp_is_the_latest_instant_in_either_order(string earlier, string later)
    {
        foreach (var order in new[] { new[] { earlier, later }, [later, earlier] })
        {
            var latest = new LatestStamp();

            latest.Take(Encoding.UTF8.GetBytes(order[0]));
            latest.Take(Encoding.UTF8.GetBytes(order[1]));

            Assert.Equal(later, latest.Text);
        }
    }

    private static RunReading<RowList> Read(RunFolder run) => RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken);
}
