using System.Text;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public class FinalizerTests
{
    private static readonly JobRecord A = SampleRun.Passed("cc_glm_headless", "coding_1");
    private static readonly JobRecord B = SampleRun.Passed("cc_glm_headless", "coding_2");

    [Fact]
    public void The_manifests_status_changes_and_nothing_else_in_it()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        var before = File.ReadAllText(run.Manifest);

        Finalize(run, RunStatuses.Completed);

        Assert.Equal(before.Replace("\"status\": \"running\"", "\"status\": \"completed\"", StringComparison.Ordinal), File.ReadAllText(run.Manifest));
        Assert.NotEqual(before, File.ReadAllText(run.Manifest));
    }

    [Fact]
    public void A_second_call_changes_nothing()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A], planned: [A, B], status: RunStatuses.Cancelled);
        Finalize(run, RunStatuses.Cancelled);
        var before = Files(run);

        Finalize(run, status: null);

        Assert.Equal(before, Files(run));
    }

    [Fact]
    public void A_run_that_wrote_its_end_has_that_status_even_if_nobody_could_say_it()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A], status: RunStatuses.Cancelled);

        Assert.Equal(RunStatuses.Cancelled, Finalize(run, status: null).Status);
    }

    [Fact]
    public void A_run_without_an_end_has_crashed_and_its_jobs_in_flight_are_lost()
    {
        using var folder = new TestFolder();
        using (var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([A, B]), new FrozenClock()))
        {
            writer.JobStarted(A.JobId);
            writer.JobFinished(A);
            writer.JobStarted(B.JobId);
        }

        var run = new RunFolder(folder.At(SampleRun.RunId));
        var summary = Finalize(run, status: null);

        Assert.Equal(RunStatuses.Crashed, summary.Status);
        Assert.Equal([new LostJob(B.JobId, B.WorkflowId, WasStarted: true)], summary.LostJobs);
        Assert.Equal(RunStatuses.Crashed, ManifestHeader.Read(run.Manifest).Status);
        Assert.Contains("in flight when the run ended", File.ReadAllText(run.SummaryMarkdown), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ends_after_it_was_thought_dead_says_how()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A]);
        Finalize(run, RunStatuses.Crashed);

        Finalize(run, RunStatuses.Completed);

        Assert.Equal(RunStatuses.Completed, ManifestHeader.Read(run.Manifest).Status);
    }

    [Fact]
    public void Of_two_finalizers_at_once_neither_breaks_a_document()
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, [A, B]);
        Finalize(run, RunStatuses.Completed);
        var before = Files(run);

        Parallel.For(0, 8, _ => RunFinalizer.Finalize(run));

        Assert.Equal(before, Files(run));
    }

    [Theory]
    [InlineData("""{"schema_version":2,"status":"running","jobs":[{"status":"x"}]}""", """{"schema_version":2,"status":"crashed","jobs":[{"status":"x"}]}""")]
    [InlineData("""{"a":{"status":"inner"},"status" : null }""", """{"a":{"status":"inner"},"status" : "crashed" }""")]
    [InlineData("""{ "a": 1 }""", "{\n  \"status\": \"crashed\", \"a\": 1 }")]
    public void The_status_is_set_wherever_it_stands(string before, string after)
    {
        Assert.Equal(after, Encoding.UTF8.GetString(ManifestStatus.With(Encoding.UTF8.GetBytes(before), RunStatuses.Crashed)));
    }

    private static RunSummary Finalize(RunFolder run, string? status) => RunFinalizer.Finalize(run, status, TestContext.Current.CancellationToken);

    private static SortedDictionary<string, string> Files(RunFolder run) =>
        new(Directory.GetFiles(run.Root, "*", SearchOption.AllDirectories).ToDictionary(run.Relative, File.ReadAllText), StringComparer.Ordinal);
}
