using Bench.Cli.SelfMeasure;

namespace Bench.Fixtures.Tests.SelfMeasure;

public sealed class SelfMeasureTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Every_way_of_running_a_job_is_timed_block_by_block()
    {
        Assert.SkipUnless(File.Exists("/bin/echo"), "Needs /bin/echo.");
        using var folder = new TestFolder();

        var result = await new SpawnMeasurement(folder.Path, jobs: 8, parallel: 2, blocks: 2).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((8, 2), (result.Jobs, result.Parallel));
        Assert.All([result.Job, result.BareJob, result.DotnetProcess], timing => Assert.Equal(2, timing.MillisecondsPerJob.Count(ms => ms > 0)));
        Assert.True(result.RatioToDotnetProcess > 0);
        Assert.Equal(result.Xargs is null, result.XargsSkipped is not null);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_stamp_of_an_agent_is_compared_with_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shares one monotonic clock between processes.");

        var result = await new StampMeasurement(samples: 3, blockedThreads: 1, agent: DummyAgent.Spec("stamp", "hello")).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((3, 3), (result.Idle?.Samples, result.Blocked?.Samples));
        Assert.True(result.Idle!.MinMilliseconds >= 0);
        Assert.Null(result.Idle.P99Milliseconds);
        Assert.EndsWith("(n too small for p99)  n 3", result.Idle.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(367, "p50 0.183 ms  max 0.366 ms (n too small for p99)  n 367")]
    [InlineData(368, "p50 0.184 ms  p99 0.363 ms  n 368")]
    public void A_p99_needs_as_many_values_as_its_interval(int n, string text)
    {
        Assert.Equal(text, StampError.Of([.. Enumerable.Range(0, n).Select(i => i / 1000.0)]).ToString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_gateways_stamps_are_compared_with_its_clients()
    {
        var result = await new GatewayStampMeasurement(samples: 3, blockedThreads: 4).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, result.BlockedThreads);
        Assert.All(
            [result.Idle.Arrival, result.Idle.FirstToken, result.Idle.ModelTime, result.Blocked.Arrival, result.Blocked.FirstToken, result.Blocked.ModelTime],
            error => Assert.True(error is { Samples: 3, MinMilliseconds: >= 0 } && error.MaxMilliseconds >= error.P50Milliseconds));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_without_a_stamp_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shares one monotonic clock between processes.");
        var measurement = new StampMeasurement(samples: 1, agent: DummyAgent.Spec("line", "hello", "exit", "3"));

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => measurement.RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal($"'{DummyAgent.Path}' printed no monotonic stamp (exit code '3'). Check that it runs here.", problem.Message);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Runs_of_several_sizes_are_measured_in_order()
    {
        using var folder = new TestFolder();

        var runs = await new RunGrowthMeasurement(folder.Path, 3, 30).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal([3, 30], runs.Select(run => run.Jobs));
        Assert.All(runs, run => Assert.True(run.MillisecondsPerJob > 0 && run.CloseMillisecondsPerJob > 0));
        Assert.Equal(30, File.ReadLines(folder.At("runs", "growth-30", "collected", "records.ndjson")).Count());
    }

    [Theory]
    [InlineData(new[] { 7.0 }, 0.99, 7.0)]
    [InlineData(new[] { 1.0, 2.0 }, 0.5, 1.5)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 0.25, 1.75)]
    [InlineData(new[] { 5.0, 5.0, 5.0, 1000.0 }, 0.5, 5.0)]
    public void Percentiles_interpolate_linearly(double[] values, double p, double expected)
    {
        // numpy.percentile(values, 100 * p)
        Assert.Equal(expected, Percentiles.At(values, p), 12);
    }
}
