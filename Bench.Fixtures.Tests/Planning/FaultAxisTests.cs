using System.Text;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;


namespace Bench.Fixtures.Tests.Planning;

public sealed class FaultAxisTests
{
    private static readonly BenchSettings Faulted = PlanningData.Settings("opencode_run_headless", "cc_glm_headless") with { Faults = [FaultCatalog.Status500, FaultCatalog.SlowDrip] };

    [Fact]
    public void Every_prompt_runs_once_per_fault_on_every_lane()
    {
        var jobs = Planner.Plan(PlanningData.Prompts("p1", "p2"), Faulted with { Order = JobOrder.Sequential, Trials = 2 }).Jobs;

        Assert.Equal(16, jobs.Select(j => j.JobId).Distinct().Count());
        Assert.Equal(
            ["opencode_run_headless__p1__status_500", "opencode_run_headless__p1__slow_drip", "opencode_run_headless__p2__status_500"],
            jobs.Take(3).Select(j => j.JobId));
        Assert.Equal("opencode_run_headless__p1__status_500__t2", jobs[4].JobId);
        Assert.Equal(("p1", "p1__status_500", FaultCatalog.Status500, "opencode_run_headless / p1 / status_500 #2"), (jobs[4].PromptId, jobs[4].CaseId, jobs[4].Fault, jobs[4].DisplayName));
        Assert.Equal(jobs.Select(j => j.JobId), jobs.Select(j => Job.IdOf(j.WorkflowId, j.CaseId, j.Trial)));
    }

    [Fact]
    public void Interleaved_the_lanes_of_a_fault_stand_together()
    {
        var jobs = Planner.Plan(PlanningData.Prompts("p1"), Faulted).Jobs;

        Assert.Equal([FaultCatalog.Status500, FaultCatalog.Status500, FaultCatalog.SlowDrip, FaultCatalog.SlowDrip], jobs.Select(j => j.Fault));
    }

    [Fact]
    public void Without_faults_the_plan_is_as_ever_and_a_fault_plan_makes_another_one()
    {
        var plain = Planner.Plan(PlanningData.Prompts("p1"), PlanningData.Settings());
        var planned = Planner.Plan(PlanningData.Prompts("p1"), PlanningData.Settings() with { Gateway = new() { FaultPlan = "/bench/plan.json" } });

        Assert.All(plain.Jobs, job => Assert.Null(job.Fault));
        Assert.Equal(plain.Jobs.Select(j => j.JobId), planned.Jobs.Select(j => j.JobId));
        Assert.NotEqual(plain.PlanHash, planned.PlanHash);
    }

    [Fact]
    public void The_pages_example_of_expectations_is_read_as_it_is_described()
    {
        var expectations = Parse(FormatPage.Fence("fault-expectations.md", "json"));

        var common = expectations.Find(FaultCatalog.CutStream, "gemini_run_headless")!;
        var own = expectations.Find(FaultCatalog.CutStream, "cc_glm_headless")!;
        Assert.Equal(("env/connection_failed", 2, TimeSpan.FromSeconds(120)), (common.Outcome, common.Attempts, common.Within));
        Assert.Equal(("passed", 1, TimeSpan.FromSeconds(120)), (own.Outcome, own.Attempts, own.Within));
        Assert.Null(expectations.Find(FaultCatalog.Status500, "cc_glm_headless"));
        Assert.Contains("status_500", Assert.Throws<BenchUsageException>(() => expectations.CheckCovers(Planner.Plan(PlanningData.Prompts("p1"), Faulted))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_the_expectations_are_named_at_once() => Snapshot.Match(string.Join('\n', Assert.Throws<BenchUsageException>(() => Parse("""
        { "schema_version": 1, "expectation": [],
          "expectations": [
            { "fault": "status_501", "outcome": "env/auth_error" },
            { "fault": "status_500", "outcome": "broken", "attempts": 0, "within_s": "long" },
            { "fault": "status_500", "outcome": "passed", "lanes": { "cc_glm": { "outcome": "passed", "reason": "x" } } } ] }
        """)).Problems) + "\n");

    private static FaultExpectations Parse(string json) => FaultExpectationsReader.Parse(Encoding.UTF8.GetBytes(json), "expectations.json");
}
