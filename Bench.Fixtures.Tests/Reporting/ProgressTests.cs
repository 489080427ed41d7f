using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;

namespace Bench.Fixtures.Tests.Reporting;

public sealed class ProgressTests
{
    [Fact]
    public void A_passed_job_shows_its_place_lane_prompt_and_latencies()
    {
        var line = ProgressLine.Of(Records.Passed, finished: 7, total: 20);

        Assert.Equal("[ 7/20] ok opencode_run_headless / latency_speed_1  first output 0.61 s  done 0.92 s", line);
    }

    [Fact]
    public void A_failed_job_shows_whose_fault_it_was_and_the_evidence()
    {
        var record = Records.Passed with
        {
            Success = false,
            Status = JobStatuses.Failed,
            FailureCategory = "model",
            FailureReason = "timeout",
            FailureEvidence = "no terminal event within 300 s",
            FirstOutputLatencyMs = 300_000,
            CompletionLatencyMs = 300_000,
            TimeToResultMs = 601_250,
            AtLeast = ["first_output_latency_ms", "completion_latency_ms", "time_to_result_ms"],
            Censored = true,
            RetryCount = 1,
        };

        var line = ProgressLine.Of(record, finished: 8, total: 9);

        Assert.Equal("[8/9] FAIL model/timeout opencode_run_headless / latency_speed_1  first output ≥ 300.00 s  done ≥ 300.00 s  after 1 retry, in all ≥ 601.25 s  no terminal event within 300 s", line);
    }

    [Theory]
    [InlineData(JobStatuses.Failed, RowOutcomes.Skipped, "skip env/cli_missing")]
    [InlineData(JobStatuses.Failed, RowOutcomes.Passed, "ok as expected: env/cli_missing")]
    [InlineData(JobStatuses.Failed, RowOutcomes.Failed, "FAIL env/cli_missing")]
    [InlineData(JobStatuses.Failed, null, "FAIL env/cli_missing")]
    [InlineData(JobStatuses.Passed, RowOutcomes.Passed, "ok")]
    [InlineData(JobStatuses.Passed, RowOutcomes.Failed, "FAIL passed")]
    [InlineData(JobStatuses.Cancelled, RowOutcomes.Failed, "FAIL cancelled")]
    public void The_word_for_a_job_is_xunits_word_for_its_test(string status, string? row, string word)
    {
        var isPassed = status == JobStatuses.Passed;
        var record = Records.Passed with { Status = status, Success = isPassed, FailureCategory = isPassed ? null : "env", FailureReason = isPassed ? null : "cli_missing" };

        var line = ProgressLine.Of(record, finished: 1, total: 1, row: row);

        Assert.StartsWith($"[1/1] {word} opencode_run_headless / latency_speed_1", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watcher_takes_the_word_from_the_journal()
    {
        using var folder = new TestFolder();
        using var output = new StringWriter();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        using var watcher = new RunWatcher(folder.At("note.json"), output);
        new RunNote(writer.Folder.Root, JobCount: 1, "1.2.3", IsOpen: true).Write(folder.At("note.json"));
        writer.JobFinished(Records.Passed with { Status = JobStatuses.Failed, Success = false, FailureCategory = "env", FailureReason = "cli_missing" }, RowOutcomes.Skipped);

        watcher.Finish();

        Assert.Contains("[1/1] skip env/cli_missing ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_that_cannot_be_written_is_no_reason_to_die()
    {
        using var folder = new TestFolder();
        var note = new RunNote("/runs/r1", JobCount: 1, "1.2.3", IsOpen: false);

        Assert.False(note.TryWrite(Path.Combine(folder.Write("file", ""), "note.json")));
        Assert.True(note.TryWrite(folder.At("note.json")));
    }

    [Fact]
    public void A_failed_job_shows_how_its_answer_begins_and_nothing_that_a_terminal_obeys()
    {
        var record = Records.Passed with
        {
            Success = false,
            Status = JobStatuses.Failed,
            FailureCategory = "model",
            FailureReason = "check_failed",
            FailureEvidence = "Failed: json: {} ($.tags is string, not array)\u001b]0;owned\u0007 \u202egnp.exe",
            Attempts = [new AttemptRecord { Attempt = 0, Success = false, Answer = "{\"tags\":\n\u001b[2J\"a\"} " + new string('x', 500) }],
        };

        var line = ProgressLine.Of(record, finished: 8, total: 9);

        Assert.DoesNotContain(line, character => char.IsControl(character) || character == '\u202e');
        Assert.EndsWith("""($.tags is string, not array) ]0;owned gnp.exe  The answer begins: '{"tags": [2J"a"}…'""", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_passed_after_a_retry_is_flaky_and_a_later_trial_has_its_number()
    {
        var line = ProgressLine.Of(Records.Passed with { Flaky = true, RetryCount = 2, Trial = 3, TimeToResultMs = 31_400 }, finished: 1, total: 1);

        Assert.Equal("[1/1] flaky opencode_run_headless / latency_speed_1 #3  first output 0.61 s  done 0.92 s  after 2 retries, in all 31.40 s", line);
    }

    [Fact]
    public void A_job_of_a_soak_has_the_name_of_its_row()
    {
        var line = ProgressLine.Of(Records.Passed with { Trial = 2 }, finished: 1, total: 1, isSoak: true);

        Assert.Equal("[1/1] ok round 2: opencode_run_headless / latency_speed_1  first output 0.61 s  done 0.92 s", line);
    }

    [Fact]
    public void A_watcher_of_a_soak_names_rounds()
    {
        using var folder = new TestFolder();
        using var output = new StringWriter();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        using var watcher = new RunWatcher(folder.At("note.json"), output);

        new RunNote(writer.Folder.Root, JobCount: 2, "1.2.3", IsOpen: true) { IsSoak = true }.Write(folder.At("note.json"));
        writer.JobFinished(Records.Passed with { JobId = "a", Trial = 2 });
        watcher.Finish();

        Assert.Contains("[1/2] ok round 2: opencode_run_headless / latency_speed_1", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_stands_in_for_another_is_no_part_of_the_count()
    {
        var line = ProgressLine.Of(Records.Passed with { FallbackFrom = "cc_glm_headless" }, finished: 7, total: 20);

        Assert.Equal("[routed] ok opencode_run_headless / latency_speed_1 for cc_glm_headless  first output 0.61 s  done 0.92 s", line);
    }

    [Fact]
    public void A_paused_provider_is_told_of_the_moment_it_happens()
    {
        using var folder = new TestFolder();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);

        writer.ProviderPaused("cc-glm", TimeSpan.FromMilliseconds(2500), "cc_glm_headless__p1");
        var pause = Assert.Single(new JournalFollower(writer.Folder.Journal).ReadNew()).Pause!;

        Assert.Equal(new ProviderPause("cc-glm", TimeSpan.FromMilliseconds(2500), "cc_glm_headless__p1"), pause);
        Assert.Equal("Paused: no job of cc-glm starts for 2.5 s; cc_glm_headless__p1 was turned away for its rate", ProgressLine.Of(pause));
    }

    [Fact]
    public void A_follower_gives_each_finished_record_once_and_waits_for_whole_lines()
    {
        using var folder = new TestFolder();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        var follower = new JournalFollower(writer.Folder.Journal);

        var before = follower.ReadNew();
        writer.JobStarted("a");
        writer.JobFinished(Records.Passed with { JobId = "a" });
        var first = follower.ReadNew();
        var again = follower.ReadNew();
        File.AppendAllText(folder.At("torn.ndjson"), "{\"event\":\"job_finished\",\"record\":{");
        var torn = new JournalFollower(folder.At("torn.ndjson")).ReadNew();

        Assert.Empty(before);
        Assert.Equal("a", Assert.Single(first).Record!.JobId);
        Assert.Empty(again);
        Assert.Empty(torn);
    }

    [Fact]
    public void A_watcher_announces_the_run_and_prints_each_job_once()
    {
        using var folder = new TestFolder();
        using var output = new StringWriter();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        using var watcher = new RunWatcher(folder.At("note.json"), output);

        watcher.Finish();
        new RunNote(writer.Folder.Root, JobCount: 2, "1.2.3", IsOpen: true) { Profile = "embedded" }.Write(folder.At("note.json"));
        writer.JobFinished(Records.Passed with { JobId = "a" });
        watcher.Finish();
        watcher.Finish();

        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([$"Bench: 2 jobs, profile embedded (scripted model), run folder {writer.Folder.Root}", "[1/2] ok opencode_run_headless / latency_speed_1  first output 0.61 s  done 0.92 s"], lines);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_journal_that_cannot_be_read_is_told_once_and_does_not_end_the_process()
    {
        using var folder = new TestFolder();
        using var output = new Screen();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        using var watcher = new RunWatcher(folder.At("note.json"), output);
        var path = writer.Folder.Journal;
        File.Move(path, path + ".away");
        File.CreateSymbolicLink(path, path);

        new RunNote(writer.Folder.Root, JobCount: 1, "1.2.3", IsOpen: true).Write(folder.At("note.json"));
        watcher.Start();
        await output.UntilAsync("cannot be shown for now", TestContext.Current.CancellationToken);
        File.Delete(path);
        File.Move(path + ".away", path);
        writer.JobFinished(Records.Passed with { JobId = "a" });
        await output.UntilAsync("[1/1] ok", TestContext.Current.CancellationToken);
        watcher.Finish();

        Assert.Single(output.Lines(), line => line.Contains("cannot be shown", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_screen_that_takes_nothing_holds_one_thread_that_is_not_the_pools()
    {
        using var folder = new TestFolder();
        using var output = new Screen();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        using var watcher = new RunWatcher(folder.At("note.json"), output);
        new RunNote(writer.Folder.Root, JobCount: 1, "1.2.3", IsOpen: true).Write(folder.At("note.json"));

        output.Block();
        watcher.Start();
        await output.UntilHeldAsync(TestContext.Current.CancellationToken);
        writer.JobFinished(Records.Passed with { JobId = "a" });
        var held = output.Held;
        output.Unblock();
        watcher.Finish();

        Assert.Equal((1, false), held);
        Assert.Equal(2, output.Lines().Count);
    }

    [Fact]
    public void A_screen_that_fails_loses_its_lines_alone()
    {
        using var folder = new TestFolder();
        using var output = new Screen();
        using var writer = RunWriter.Create(folder.Path, "r1", "{\"run_id\":\"r1\"}"u8, TimeProvider.System);
        using var watcher = new RunWatcher(folder.At("note.json"), output);
        new RunNote(writer.Folder.Root, JobCount: 1, "1.2.3", IsOpen: true).Write(folder.At("note.json"));

        output.Dispose();
        watcher.Start();
        watcher.Finish();

        Assert.Empty(output.Lines());
    }

    private static class Records
    {
        public static JobRecord Passed { get; } = new()
        {
            RunId = "r1",
            JobId = "opencode_run_headless__latency_speed_1",
            WorkflowId = "opencode_run_headless",
            System = "opencode",
            WorkflowKind = "headless",
            PromptId = "latency_speed_1",
            PromptCategory = "latency_speed",
            PromptTitle = "Fast",
            Trial = 1,
            Profile = "embedded",
            Model = "zhipuai-coding-plan/glm-5",
            Success = true,
            Status = JobStatuses.Passed,
            FirstOutputLatencyMs = 612.4,
            CompletionLatencyMs = 921.5,
        };
    }
}
