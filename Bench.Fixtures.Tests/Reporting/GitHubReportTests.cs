using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Reporting;

public sealed class GitHubReportTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Dictionary<string, string> environment = [];
    private readonly StringWriter output = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Outside_of_GitHub_nothing_is_written()
    {
        Write([SampleRun.Failed("cc_glm_headless", "p1", category: "model", reason: "timeout")]);

        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void A_failed_job_is_one_annotation_that_says_whose_fault_it_was_and_what_to_do()
    {
        environment["GITHUB_ACTIONS"] = "true";
        var failed = SampleRun.Failed("cc_glm_headless", "p1", category: "model", reason: "timeout") with { FailureEvidence = "100 % busy\nno answer, at all" };

        Write([failed, SampleRun.Passed("cc_glm_headless", "p2"), SampleRun.Cancelled("cc_glm_headless", "p3")]);

        Assert.Equal(
            $"::error title=model/timeout%3A cc_glm_headless__p1::100 %25 busy%0Ano answer, at all%0AWhat to do: {Fixtures.Failures.FailureAdvice.For("timeout")}%0ARecord: raw/cc_glm_headless__p1.json of run {SampleRun.RunId}\n",
            output.ToString());
    }

    [Fact]
    public void One_annotation_less_is_written_than_GitHub_shows_and_the_last_says_how_many_are_missing()
    {
        environment["GITHUB_ACTIONS"] = "true";

        Write([.. Enumerable.Range(1, 14).Select(trial => SampleRun.Failed("cc_glm_headless", "p1", trial, "model", "timeout"))]);

        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.Equal("::error title=More failures::6 more jobs failed; all are in collected/summary.md.", lines[^1]);
    }

    [Fact]
    public void Jobs_without_a_record_are_one_annotation_of_the_run()
    {
        environment["GITHUB_ACTIONS"] = "true";

        Write([SampleRun.Passed("cc_glm_headless", "p1")], SampleRun.Passed("cc_glm_headless", "p2"));

        Assert.Equal(
            $"::error title=Jobs without a record::1 of {SampleRun.RunId}: the run ended before them. Go on with it: dotnet test with the same settings and -p:BenchResume={SampleRun.RunId}\n",
            output.ToString());
    }

    [Fact]
    public void The_document_is_added_behind_what_the_step_has_written_before()
    {
        environment["GITHUB_STEP_SUMMARY"] = folder.Write("step.md", "before\n");

        Write([SampleRun.Passed("cc_glm_headless", "p1")]);

        Assert.Equal("before\n# The summary\n\n", File.ReadAllText(folder.At("step.md")));
    }

    [Fact]
    public void A_document_that_GitHub_would_not_take_is_named_instead()
    {
        environment["GITHUB_STEP_SUMMARY"] = folder.Write("step.md", new string('x', 999_995));

        Write([SampleRun.Passed("cc_glm_headless", "p1")]);

        Assert.EndsWith("xThe summary is too large for this page; it is in the artifact, `summary.md`.\n", File.ReadAllText(folder.At("step.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_summary_that_cannot_be_written_is_said_and_fails_nothing()
    {
        environment["GITHUB_STEP_SUMMARY"] = folder.At("no-such-folder", "step.md");

        Write([SampleRun.Passed("cc_glm_headless", "p1")]);

        Assert.StartsWith("Bench: the step's summary was not written: ", output.ToString(), StringComparison.Ordinal);
    }

    private void Write(IReadOnlyList<JobRecord> records, params IReadOnlyList<JobRecord> lost)
    {
        var run = SampleRun.Write(folder, records, [.. records, .. lost]);
        output.NewLine = "\n";
        new GitHubReport(name => environment.GetValueOrDefault(name), output).Write(run, folder.Write("summary.md", "# The summary\n"));
    }
}
