using System.Text;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class FaultPlanReaderTests
{
    [Fact]
    public void The_pages_example_is_read_as_it_is_described()
    {
        var plan = Parse(FormatPage.Fence("fault-plan.md", "json"));

        Assert.Equal(7, plan.Seed);
        Assert.Equal(["turned-away-once", "dripping", "cut"], plan.Rules.Select(r => r.Id));
        Assert.Equal([FaultCatalog.Status429RetryAfter, FaultCatalog.SlowDrip, FaultCatalog.CutStream], plan.Rules.Select(r => r.Fault));
        Assert.Equal([false, true, true], plan.Rules.Select(r => r.Requests.Contains(2)));
        Assert.Equal([1, 0.33, 1], plan.Rules.Select(r => r.Probability));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100), 10), (plan.Rules[0].RetryAfter, plan.Rules[1].Delay, plan.Rules[2].AfterTokens));
        Assert.True(plan.Rules[0].Concerns("opencode_run_headless__latency_speed_1"));
        Assert.False(plan.Rules[0].Concerns("cc_glm_headless__latency_speed_1"));
    }

    [Fact]
    public void A_rule_needs_no_more_than_its_fault()
    {
        var rule = Assert.Single(Parse("""{ "schema_version": 1, "rules": [ { "fault": "status_500" } ] }""").Rules);

        Assert.Equal(("rules[0]", true), (rule.Id, rule.IsCertainFor("any_job")));
    }

    [Fact]
    public void All_faults_of_the_file_are_named_at_once_with_their_lines() => Snapshot.Match(Problems("""
        { "schema_version": 2, "sed": 1, "seed": 1.5,
          "rules": [
            { "id": "a", "fault": "status_5000" },
            { "id": "a", "fault": "status_500", "requests": "0" },
            { "fault": "status_500", "probability": 0 },
            { "fault": "status_500", "probability": 2, "retry_after_s": "soon" },
            { "fault": "slow_drip", "delay_ms": 0, "after_tokens": -1, "job": "" },
            { "id": "no-fault" },
            7,
            { "fault": "status_500", "fault": "status_503" } ] }
        """));

    [Theory]
    [InlineData("", "no-json")]
    [InlineData("[]", "no-object")]
    [InlineData("{ \"schema_version\": 1 }", "no-rules")]
    public void What_is_no_plan_is_refused(string json, string name) => Snapshot.Match(Problems(json), name);

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TestFolder();

        var problem = Assert.Throws<BenchUsageException>(() => FaultPlanReader.Read(folder.At("none.json")));

        Assert.Contains("Gateway:FaultPlan", Assert.Single(problem.Problems), StringComparison.Ordinal);
    }

    private static FaultPlan Parse(string json) => FaultPlanReader.Parse(Encoding.UTF8.GetBytes(json), "plan.json");

    private static string Problems(string json) => string.Join('\n', Assert.Throws<BenchUsageException>(() => Parse(json)).Problems) + "\n";
}
