using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public sealed class DriftTests
{
    private static readonly double[] Prompts = [0.5, 1, 1.5, 2, 4];
    private static readonly double[][] Noise = [[1.05, 0.97, 1.02], [0.94, 1.1, 1], [1.02, 0.96, 1.08], [0.98, 1, 0.93], [1.07, 0.99, 1.04]];

    [Fact]
    public void A_lane_whose_trials_got_faster_is_warned_of_everywhere()
    {
        using var folder = new TestFolder();
        var summary = RunSummarizer.Read(SampleRun.Write(folder, [.. Records("cc_glm_headless", 4400, 2700, 2200), .. Records("gemini_run_headless", 2700, 2700, 2700)]), TestContext.Current.CancellationToken);

        var (drifting, calm) = (summary.Lanes[0].Drift!, summary.Lanes[1].Drift!);
        var warning = Assert.Single(summary.Warnings);

        Assert.Equal((true, false), (drifting.Drifts, calm.Drifts));
        Assert.True(drifting.PValue < 1e-5 && calm.PValue > 0.05);
        Assert.Equal([(1, 5), (2, 5), (3, 5)], drifting.Trials.Select(trial => (trial.Trial, trial.N)));
        Assert.StartsWith("The trials of cc_glm_headless differ by more than chance (p < 0.001): trial 1 6.", warning, StringComparison.Ordinal);
        Assert.Contains(warning, SummaryText.Of(summary), StringComparison.Ordinal);
        Assert.True(SummaryMarkdown.Render(summary) is var text && text.IndexOf(SummaryMarkdown.Escape(warning), StringComparison.Ordinal) is > 0 and var place && place < text.IndexOf("\n## ", StringComparison.Ordinal));
    }

    [Fact]
    public void One_trial_or_one_prompt_cannot_drift()
    {
        using var folder = new TestFolder();
        var one = Records("cc_glm_headless", 4400).Concat(Enumerable.Range(1, 9).Select(trial => SampleRun.Passed("gemini_run_headless", "p", trial, completionMs: 1000 * trial)));

        var summary = RunSummarizer.Read(SampleRun.Write(folder, [.. one]), TestContext.Current.CancellationToken);

        Assert.All(summary.Lanes, lane => Assert.Null(lane.Drift));
        Assert.Empty(summary.Warnings);
    }

    [Fact]
    public void Failed_jobs_are_no_drift()
    {
        using var folder = new TestFolder();
        var records = Records("cc_glm_headless", 2700, 2700, 2700).Select(record => record.Trial == 3 && record.PromptId != "p0"
            ? SampleRun.TimedOut(record.WorkflowId, record.PromptId, record.Trial, limitMs: 300_000)
            : record);

        var lane = RunSummarizer.Read(SampleRun.Write(folder, [.. records]), TestContext.Current.CancellationToken).Lanes[0];

        Assert.Equal((5, 5, 1), (lane.Drift!.Trials[0].N, lane.Drift.Trials[1].N, lane.Drift.Trials[2].N));
        Assert.False(lane.Drift.Drifts);
    }

    private static IEnumerable<JobRecord> Records(string lane, params double[] trials) =>
        from prompt in Enumerable.Range(0, Prompts.Length)
        from trial in Enumerable.Range(1, trials.Length)
        select SampleRun.Passed(lane, "p" + prompt, trial, completionMs: Prompts[prompt] * trials[trial - 1] * Noise[prompt][trial - 1]);
}
