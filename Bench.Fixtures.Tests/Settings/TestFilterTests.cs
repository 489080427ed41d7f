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
    [InlineData("Workflow!=opencode_server_htp", "all but Workflow 'opencode_server_htp', which no test has. Did you mean 'opencode_server_http'?")]
    [InlineData("Workflow~opencode_servr", "Workflow with 'opencode_servr' in it, which no test has. Did you mean 'opencode_server'?")]
    [InlineData("Prompt!~latncy", "all but Prompt with 'latncy' in it, which no test has. Did you mean 'latency'? There are: 'latency_speed_1'.")]
    [InlineData("Job~glm_headles_", "Job with 'glm_headles_' in it, which no test has. Did you mean 'glm_headless'?")]
    [InlineData("DisplayName~cc_glm_headles_", "DisplayName with 'cc_glm_headles_' in it, which no test has. Did you mean 'cc_glm_headless'?")]
    [InlineData("Fault=overload", "Fault 'overload', which no test has. This run has none.")]
    [InlineData("Worklow!=x", "asks for 'Worklow', which no test has. Did you mean 'Workflow'?")]
    [InlineData("FullyQualifedName~Job", "asks for 'FullyQualifedName', which no test has. Did you mean 'FullyQualifiedName'?")]
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
    [InlineData("Workflow!=cc_glm_headless&Prompt~latency")]
    [InlineData("FullyQualifiedName!~Soak&DisplayName~cc_glm")]
    [InlineData("DisplayName~My_own_test|Name=x|TestCategory=Slow|Owner=me|Game!=chess")]
    [InlineData("cc_glm")]
    [InlineData("Job=cc_glm_headless__latency_speed_1")]
    public void What_there_is_and_what_may_be_somebody_elses_is_left_alone(string? filter)
    {
        using var lab = Lab();

        new TestFilter(filter).Check(lab.Inputs().Plan);
    }

    [Theory]
    [InlineData(@"Workflow=a_b & (Prompt=x \(y\) | Category!=c)", "Workflow=cc_glm_headless;Workflow=a_b;Prompt=x (y);Category=none", "bench settings")]
    [InlineData("Workflow!=cc_glm_headless&Worklow!~none", "Workflow=none;Worklow=-", "bench settings")]
    [InlineData("Workflow~glm", "Workflow=cc_glm_headless;Workflow=glm", "bench settings")]
    [InlineData("DisplayName~latncy&DisplayName~x", "Workflow=cc_glm_headless", "bench settings (latncy, x)")]
    [InlineData("DisplayName=a / b", "Workflow=cc_glm_headless", "a / b")]
    [InlineData("DisplayName~SETTINGS", "Workflow=cc_glm_headless", "bench settings")]
    public void The_failing_row_is_one_that_the_filter_selects(string text, string traits, string displayName)
    {
        var filter = new TestFilter(text);

        var selected = filter.Selected([("Workflow", "cc_glm_headless")]);

        Assert.Equal(traits, string.Join(';', selected.Select(trait => $"{trait.Name}={trait.Value}")));
        Assert.Equal(displayName, filter.Named("bench settings"));
    }

    [Fact]
    public void A_soak_has_rows_of_rounds_and_a_gate()
    {
        using var lab = Lab();
        var plan = lab.Inputs().Plan;

        new TestFilter("Soak=gate|Soak!=round").Check(plan, isSoak: true);
        var thrown = Assert.Throws<BenchUsageException>(() => new TestFilter("Soak=gat").Check(plan, isSoak: true));

        Assert.Contains("Did you mean 'gate'? There are: 'gate', 'round'.", thrown.Message, StringComparison.Ordinal);
    }

    private static RunLab Lab()
    {
        var lab = new RunLab { Settings = { ["Profile"] = "dry-run" } };
        lab.Settings["PromptsFile"] = lab.Write("p.json", """{ "version": 1, "name": "n", "prompts": [ { "id": "latency_speed_1", "category": "latency", "title": "t", "prompt": "p" } ] }""");
        return lab;
    }
}
