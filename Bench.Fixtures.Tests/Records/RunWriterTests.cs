using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

public class RunWriterTests
{
    [Fact]
    public void The_manifest_is_there_before_the_first_job()
    {
        using var folder = new TestFolder();

        using var writer = RunWriter.Create(folder.At("out"), SampleRun.RunId, "{\"run_id\":\"x\"}"u8, new FrozenClock());

        Assert.Equal("{\"run_id\":\"x\"}", File.ReadAllText(folder.At("out", SampleRun.RunId, "manifest.json")));
    }

    [Fact]
    public void A_run_id_that_exists_is_refused_and_nothing_in_it_changes()
    {
        using var folder = new TestFolder();
        folder.Write("r1/raw/cc_glm_headless__p.json", "old");

        var exception = Assert.Throws<BenchUsageException>(() => RunWriter.Create(folder.Path, "r1", "{}"u8, new FrozenClock()));

        Assert.Contains("run id 'r1' exists", exception.Message, StringComparison.Ordinal);
        Assert.Contains("choose another RunId", exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(File.Exists(folder.At("r1", "manifest.json")));
        Assert.Equal("old", File.ReadAllText(folder.At("r1", "raw", "cc_glm_headless__p.json")));
    }

    [Fact]
    public void Of_two_processes_with_one_run_id_only_one_gets_it()
    {
        using var folder = new TestFolder();
        var taken = 0;

        Parallel.For(0, 8, _ =>
        {
            try
            {
                RunWriter.Create(folder.Path, "r1", "{}"u8, new FrozenClock()).Dispose();
                Interlocked.Increment(ref taken);
            }
            catch (BenchUsageException)
            {
            }
        });

        Assert.Equal(1, taken);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_the_callers_mistake_with_a_cure()
    {
        using var folder = new TestFolder();
        var file = folder.Write("a-file", "");

        var exception = Assert.Throws<BenchUsageException>(() => RunWriter.Create(Path.Combine(file, "out"), "r1", "{}"u8, new FrozenClock()));

        Assert.Contains(Path.Combine(file, "out", "r1"), exception.Message, StringComparison.Ordinal);
        Assert.Contains("OutputDir", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_job_has_a_document_and_a_journal_line_with_the_same_record()
    {
        using var folder = new TestFolder();
        var record = SampleRun.Passed("cc_glm_headless", "coding_1");

        var run = SampleRun.Write(folder, [record]);

        var line = File.ReadLines(run.Journal).Single(text => text.Contains("job_finished", StringComparison.Ordinal));
        using var journal = JsonDocument.Parse(line);
        Assert.Equal(RecordJson.Serialize(record), System.Text.Encoding.UTF8.GetBytes(journal.RootElement.GetProperty("record").GetRawText()));
        Assert.Equal(RecordJson.SerializeIndented(record), File.ReadAllBytes(run.JobRecord(record.JobId)));
        Assert.Empty(Directory.GetFiles(run.Raw, "*.tmp"));
    }

    [Fact]
    public void Journal_lines_are_numbered_in_file_order_whoever_writes_them()
    {
        using var folder = new TestFolder();
        var records = Enumerable.Range(1, 40).Select(trial => SampleRun.Passed("cc_glm_headless", "coding_1", trial)).ToList();
        using (var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest(records), new FrozenClock()))
        {
            Parallel.ForEach(records, record =>
            {
                writer.JobStarted(record.JobId);
                writer.AttemptFinished(record.JobId, record.Attempts[0]);
                writer.JobFinished(record);
            });
            writer.Finish(RunStatuses.Completed);
        }

        var lines = File.ReadAllLines(folder.At(SampleRun.RunId, "raw", "journal.ndjson"));

        Assert.Equal(Enumerable.Range(1, 122), lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt32()));
        Assert.Equal(40, lines.Count(line => line.Contains("\"event\":\"attempt_finished\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_record_is_written_once()
    {
        using var folder = new TestFolder();
        var record = SampleRun.Passed("cc_glm_headless", "coding_1");
        using var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([record]), new FrozenClock());
        writer.JobFinished(record);

        var exception = Assert.Throws<InvalidOperationException>(() => writer.JobFinished(record));

        Assert.Contains(record.JobId, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_whose_document_cannot_be_written_is_in_the_journal_all_the_same()
    {
        using var folder = new TestFolder();
        var record = SampleRun.Passed("cc_glm_headless", "coding_1");
        using var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([record]), new FrozenClock());
        Directory.CreateDirectory(writer.Folder.JobRecord(record.JobId));

        Assert.ThrowsAny<Exception>(() => writer.JobFinished(record));

        var reading = RunReader.Read(writer.Folder, () => new RowList(), TestContext.Current.CancellationToken);
        Assert.Equal(record.JobId, Assert.Single(reading.Sink.JobIds));
    }

    [Fact]
    public void A_resumed_run_goes_on_behind_the_last_whole_line()
    {
        using var folder = new TestFolder();
        var (first, second) = (SampleRun.Passed("cc_glm_headless", "coding_1"), SampleRun.Passed("cc_glm_headless", "coding_2"));
        var run = new RunFolder(folder.At(SampleRun.RunId));
        using (var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([first, second]), new FrozenClock()))
        {
            writer.JobFinished(first);
        }

        File.AppendAllText(run.Journal, "{\"schema_version\":1,\"seq\":3,\"at\":\"2026");

        using (var writer = RunWriter.Resume(run, RunOwnership.Take(run), manifest: null, [], new FrozenClock()))
        {
            writer.JobFinished(second);
            writer.Finish(RunStatuses.Completed);
        }

        Assert.Equal([1, 2, 3, 4, 5], File.ReadLines(run.Journal).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt32()));
        var reading = RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken);
        Assert.Equal([first.JobId, second.JobId], reading.Sink.JobIds);
        Assert.Empty(reading.Notes);
    }

    [Fact]
    public void The_prompt_is_kept_verbatim()
    {
        using var folder = new TestFolder();
        using var writer = RunWriter.Create(folder.Path, SampleRun.RunId, "{}"u8, new FrozenClock());

        var path = writer.WritePrompt("cc_glm_headless__coding_1", "line\r\n日本\n");

        Assert.Equal(folder.At(SampleRun.RunId, "raw", "cc_glm_headless__coding_1.prompt.txt"), path);
        Assert.Equal("line\r\n日本\n", File.ReadAllText(path));
    }
}
