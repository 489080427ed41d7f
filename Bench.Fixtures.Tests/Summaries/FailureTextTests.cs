using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public sealed class FailureTextTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_failed_job_is_listed_with_reason_detail_and_links_that_lead_somewhere()
    {
        var failed = SampleRun.Failed("cc_glm_headless", "coding_1", category: "model", reason: "check_failed");
        failed = failed with
        {
            FailureEvidence = "Failed: json: {} ($.tags is string, not array)",
            Attempts = [failed.Attempts[0] with { Answer = "[here](https://a.example) <b>", StdoutLog = "raw/cc_glm_headless__coding_1__attempt0.stdout.log", StderrLog = null, EventsLog = null }],
        };
        var notRun = SampleRun.Failed("cc_glm_headless", "coding_2", category: "env", reason: "auth_error") with { FailureEvidence = "Not run: x.", JobStartedAt = null, Attempts = [] };
        List<JobRecord> records = [failed, notRun, SampleRun.Passed("cc_glm_headless", "coding_3"), SampleRun.Cancelled("cc_glm_headless", "coding_4")];
        var run = SampleRun.Write(folder, records, records);

        var summary = RunSummarizer.Summarize(run, TestContext.Current.CancellationToken);

        var text = File.ReadAllText(run.SummaryMarkdown);
        Assert.Equal(["cc_glm_headless__coding_1", "cc_glm_headless__coding_2"], summary.FailedJobs.Select(job => job.JobId));
        Assert.Equal([false, true], summary.FailedJobs.Select(job => job.NotRun));
        Assert.Contains(
            """
            ## Failed Jobs

            - **cc\_glm\_headless\_\_coding\_1** model/check\_failed: Failed: json: {} (\$.tags is string, not array) The answer begins: '\[here\](https:\//a.example) \<b\>' ([record](../raw/cc_glm_headless__coding_1.json), [attempt0.stdout.log](../raw/cc_glm_headless__coding_1__attempt0.stdout.log))
            - **cc\_glm\_headless\_\_coding\_2** env/auth\_error, not run: Not run: x. ([record](../raw/cc_glm_headless__coding_2.json))

            """,
            text,
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run.Collected, "../raw/cc_glm_headless__coding_1.json")));
    }

    [Fact]
    public void The_last_screen_has_a_line_per_lane_and_reason_with_what_was_run_first()
    {
        List<JobRecord> records =
        [
            SampleRun.Failed("cc_glm_headless", "a", category: "env", reason: "auth_error") with { FailureEvidence = "Not run: x.", JobStartedAt = null, Attempts = [] },
            SampleRun.Failed("cc_glm_headless", "b", category: "env", reason: "auth_error") with { FailureEvidence = "HTTP 401. The key is that of the environment variable GLM_KEY." },
            SampleRun.Failed("gemini_run_headless", "a", category: "model", reason: "timeout") with { FailureEvidence = "The attempt's limit was reached." },
        ];
        records = [.. records.Select(record => record with { Attempts = [.. record.Attempts.Select(attempt => attempt with { Answer = "" })] })];
        var run = SampleRun.Write(folder, records, records);

        var text = SummaryText.Of(RunSummarizer.Read(run, TestContext.Current.CancellationToken));

        Assert.Contains(
            """
            failed: cc_glm_headless env/auth_error, 2 jobs (1 not run); cc_glm_headless__b: HTTP 401. The key is that of the environment variable GLM_KEY.
            failed: gemini_run_headless model/timeout, 1 job; gemini_run_headless__a: The attempt's limit was reached.

            """,
            text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a*b_c`d`", @"a\*b\_c\`d\`")]
    [InlineData("<img src=x> & ![x](y) | #1 @team", @"\<img src=x\> \& \!\[x\](y) \| \#1 \@team")]
    [InlineData("one\ntwo\u001b[2J", "one two\ufffd\\[2J")]
    public void A_foreign_text_is_no_markup(string text, string escaped) => Assert.Equal(escaped, FailureText.Escape(text));
}
