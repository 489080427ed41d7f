using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Settings;

public sealed class TestFilterTests
{
    [Theory]
    [InlineData("Workflow=opencode_server_htp", "Workflow 'opencode_server_htp', which no test has. Did you mean 'opencode_server_http'?")]
    [InlineData("Workflow=opencode_server_http&Prompt=latency_sped_1", "Prompt 'latency_sped_1', which no test has. Did you mean 'latency_speed_1'?")]
    [InlineData("(System=opencode)|(System=claude)", "System 'claude', which no test has. There are: 'cc-glm', 'opencode'.")]
    [InlineData("Category=latncy", "Category 'latncy', which no test has. Did you mean 'latency'?")]
    [InlineData("Workflw=cc_glm_headless", "asks for 'Workflw', which no test has. Did you mean 'Workflow'?")]
    public void A_value_that_no_test_has_is_named_with_the_nearest_or_all_that_there_are(string filter, string problem)
    {
        using var lab = Lab();

        var thrown = Assert.Throws<BenchUsageException>(() => new TestFilter(filter).Check(lab.Inputs().Plan));

        Assert.Contains(problem, Assert.Single(thrown.Problems), StringComparison.Ordinal);
        Assert.Contains($"The filter '{filter}'", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Workflow=CC_GLM_HEADLESS&Trial=1")]
    [InlineData("Category=Unit|FullyQualifiedName~MyTests|Traits!=x")]
    [InlineData("Workflow!=nothing&Prompt~latency")]
    [InlineData("Job=cc_glm_headless__latency_speed_1")]
    public void What_there_is_and_what_may_be_somebody_elses_is_left_alone(string? filter)
    {
        using var lab = Lab();

        new TestFilter(filter).Check(lab.Inputs().Plan);
    }

    [Fact]
    public void What_the_filter_asks_for_is_what_the_failing_row_has() => Assert.Equal(
        [("Workflow", "a_b"), ("Prompt", "x (y)")],
        new TestFilter(@"Workflow=a_b & (Prompt=x \(y\) | Category!=c)").Demands);

    private static RunLab Lab()
    {
        var lab = new RunLab { Settings = { ["Profile"] = "dry-run" } };
        lab.Settings["PromptsFile"] = lab.Write("p.json", """{ "version": 1, "name": "n", "prompts": [ { "id": "latency_speed_1", "category": "latency", "title": "t", "prompt": "p" } ] }""");
        return lab;
    }
}
