using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public sealed class CrowdingTests
{
    private static readonly ManifestHeader TwoCores = new() { CpuCount = 2, ServerCpuMs = 5250.4 };

    [Theory]
    [InlineData(2, 0.5, false)]
    [InlineData(2, 0.79, false)]
    [InlineData(2, 0.8, true)]
    [InlineData(3, 0.1, true)]
    [InlineData(3, null, true)]
    [InlineData(2, null, false)]
    [InlineData(null, 0.9, true)]
    [InlineData(null, 0.1, false)]
    [InlineData(null, null, null)]
    public void A_run_is_crowded_by_more_jobs_than_cores_or_by_pressure(int? inFlight, double? pressure, bool? expected)
    {
        var crowding = Crowding.Of([LaneOf([Job("a", inFlight, pressure)])], TwoCores);

        Assert.Equal(expected, crowding.IsCrowded);
        Assert.Equal(expected == true, crowding.Notice is not null);
    }

    [Fact]
    public void Without_the_number_of_cores_jobs_in_flight_say_nothing()
    {
        Assert.Null(Crowding.Of([LaneOf([Job("a", 9, null)])], ManifestHeader.Absent).IsCrowded);
    }

    [Fact]
    public void The_notice_says_what_to_do()
    {
        Assert.StartsWith("Crowded: 8 jobs were in flight at once on 2 cores: ", Crowding.Of([LaneOf([Job("a", 8, 0.99)])], TwoCores).Notice, StringComparison.Ordinal);
        Assert.EndsWith("To measure the lanes: -p:BenchParallel=auto, or a number up to 2.", Crowding.Of([LaneOf([Job("a", 8, 0.99)])], TwoCores).Notice, StringComparison.Ordinal);
        Assert.Contains("some program waited for a core in 97 % of the time (bound 80 %)", Crowding.Of([LaneOf([Job("a", 2, 0.97)])], TwoCores).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void One_pressed_job_of_several_does_not_make_a_lane_crowded()
    {
        var lane = LaneOf([Job("a", 2, 0.95), Job("b", 2, 0.2), Job("c", 2, 0.3)]);

        Assert.Equal(0.3, lane.Load.CpuPressure);
        Assert.False(Crowding.Of([lane], TwoCores).IsCrowded);
    }

    [Fact]
    public void A_lanes_load_is_that_of_its_jobs()
    {
        var failed = SampleRun.Failed("opencode_server_http", "b") with { CpuMs = 100, PeakMemoryBytes = 900, JobsInFlight = 1 };
        var load = LaneOf([Job("a", 2, 0.1) with { CpuMs = 2000, PeakMemoryBytes = 500 }, failed, Job("c", 2, 0.1) with { CpuMs = null }]).Load;

        Assert.Equal((1, 2000), (load.CpuTime.N, load.CpuTime.MaxMs));
        Assert.Equal((2100, 2, 1), (load.CpuMs.Sum, load.CpuMs.KnownJobs, load.CpuMs.UnknownJobs));
        Assert.Equal((900, 2, 5250.4), (load.PeakMemoryBytes, load.JobsInFlight, load.ServerCpuMs));
    }

    [Fact]
    public void The_mark_stands_at_the_head_of_the_summary_in_its_document_and_on_the_last_screen()
    {
        using var folder = new TestFolder();
        var job = SampleRun.Passed("cc_glm_headless", "p_1") with { JobsInFlight = 8, CpuPressure = 0.9, CpuMs = 700 };
        var run = SampleRun.Write(folder, [job]);
        File.WriteAllText(run.Manifest, File.ReadAllText(run.Manifest).Replace("\"profile\"", "\"host\": { \"os\": \"x\", \"cpu_count\": 2 }, \"profile\"", StringComparison.Ordinal));

        var summary = RunFinalizer.Finalize(run, RunStatuses.Completed, TestContext.Current.CancellationToken);

        Assert.StartsWith("Crowded: 8 jobs", summary.Crowding.Notice, StringComparison.Ordinal);
        Assert.Contains(summary.Crowding.Notice!, File.ReadLines(run.SummaryMarkdown).Take(12).First(line => line.StartsWith("**Crowded", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("\"is_crowded\": true", File.ReadAllText(run.SummaryJson), StringComparison.Ordinal);
        Assert.Contains(summary.Crowding.Notice!, SummaryText.Of(summary), StringComparison.Ordinal);
        Assert.Contains("0.70 s", SummaryText.Of(summary), StringComparison.Ordinal);
    }

    private static JobRecord Job(string prompt, int? inFlight, double? pressure) =>
        SampleRun.Passed("opencode_server_http", prompt) with { JobsInFlight = inFlight, CpuPressure = pressure, WorkflowStartupLatencyMs = 1800 };

    private static LaneSummary LaneOf(IReadOnlyList<JobRecord> records)
    {
        using var folder = new TestFolder();
        var run = SampleRun.Write(folder, records);
        File.WriteAllText(run.Manifest, File.ReadAllText(run.Manifest).Replace("\"profile\"", "\"closing\": { \"processes_left\": 0, \"server_cpu_ms\": 5250.4 }, \"profile\"", StringComparison.Ordinal));
        return Assert.Single(RunSummarizer.Read(run, TestContext.Current.CancellationToken).Lanes);
    }
}
