using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole dry runs whose clock fails or stands still: every row ends, and the folder says how.</summary>
public sealed class QueueFaultTests
{
    private const string FailsOnce = "opencode_run_headless__robustness_partial_context_1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Every_row_ends_wherever_one_call_fails(int failingCall)
    {
        using var lab = LabOf("dryrun-techlead-001", "cc_glm_headless", ("Parallel", "1"));
        var clock = new FailingClock();
        var inputs = lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], clock, Token);

        clock.FailAt(failingCall);
        run.Start();
        var records = await Task.WhenAll(inputs.Plan.Jobs.Select(job => run.ResultAsync(job.JobId)));
        await run.CloseAsync();

        Assert.True(clock.HasFailed);
        Assert.InRange(records.Count(record => record.FailureEvidence?.Contains(FailingClock.Message, StringComparison.Ordinal) ?? false), 0, 1);
        var summary = RunSummarizer.Read(new RunFolder(run.Folder), Token);
        Assert.Equal((RunStatuses.Completed, records.Length, 0), (summary.Status, summary.RecordCount, summary.LostJobs.Count));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Every_row_ends_where_nothing_works_any_more()
    {
        using var lab = LabOf("dryrun-techlead-001", "cc_glm_headless");
        var clock = new FailingClock();
        var inputs = lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], clock, Token);

        clock.IsBroken = true;
        run.Start();
        var rows = await Task.WhenAll(inputs.Plan.Jobs.Select(async job => (await Record.ExceptionAsync(() => run.ResultAsync(job.JobId)))?.ToString()));
        clock.IsBroken = false;
        await run.CloseAsync();

        Assert.All(rows, row => Assert.Contains(FailingClock.Message, row, StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_cancelled_between_its_attempts_is_cancelled_as_its_run_is_and_runs_when_that_is_resumed()
    {
        using var lab = LabOf("dryrun-techlead-001", "opencode_run_headless", ("Prompts", "robustness_partial_context_1"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var inputs = lab.Inputs();
        var clock = new HandMovedClock();
        await using var run = await BenchRun.OpenAsync(inputs, [FailsOnce], clock, stop.Token);
        run.Start();
        await clock.UntilTimerAsync(Token);

        await stop.CancelAsync();
        var cancelled = await run.ResultAsync(FailsOnce);
        await run.CloseAsync();
        var before = RunSummarizer.Read(new RunFolder(run.Folder), Token);
        lab.Settings["Resume"] = run.Folder;
        lab.Settings.Remove("RunId");
        var resumed = Assert.Single(await lab.RunAsync(Token));
        var after = RunSummarizer.Read(lab.RunFolder, Token);

        Assert.Equal((JobStatuses.Cancelled, null, "user", 1), (cancelled.Status, cancelled.FailureReason, cancelled.EndedBy, cancelled.Attempts.Count));
        Assert.Equal((RunStatuses.Cancelled, 1), (before.Status, before.Outcomes.Cancelled));
        Assert.Equal((JobStatuses.Passed, 2), (resumed.Status, resumed.Attempts.Count));
        Assert.Equal((RunStatuses.Completed, 1, 0), (after.Status, after.Outcomes.Passed, after.Outcomes.Cancelled));
    }

    private static RunLab LabOf(string runId, string workflow, params (string Key, string Value)[] settings)
    {
        var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = runId, ["Workflows"] = workflow } };
        settings.ToList().ForEach(setting => lab.Settings[setting.Key] = setting.Value);
        return lab;
    }

    /// <summary>The real clock until it is told to fail.</summary>
    private sealed class FailingClock : TimeProvider
    {
        public const string Message = "The clock has stopped";

        private int callsLeft = int.MaxValue;

        public bool HasFailed => Volatile.Read(ref callsLeft) <= 0;

        /// <summary>From now on it fails at every call; false mends it.</summary>
        public bool IsBroken { get; set; }

        /// <summary>The call of this number, from 1, fails.</summary>
        public void FailAt(int call) => Volatile.Write(ref callsLeft, call);

        public override DateTimeOffset GetUtcNow() =>
            Interlocked.Decrement(ref callsLeft) == 0 || IsBroken ? throw new InvalidTimeZoneException(Message) : System.GetUtcNow();
    }
}
