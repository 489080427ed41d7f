using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Records;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Reporting;

public sealed class RowVerdictTests
{
    [Theory]
    [InlineData("connection_failed", "stderr.connection", RowOutcomes.Skipped)]
    [InlineData("cli_missing", MissingAgentLane.LookedForRule, RowOutcomes.Skipped)]
    [InlineData("cli_missing", MissingAgentLane.UnusableRule, RowOutcomes.Failed)]
    [InlineData("cli_missing", "exit.not_found", RowOutcomes.Failed)]
    [InlineData("auth_error", "http.401", RowOutcomes.Failed)]
    public void An_agent_or_a_key_that_somebody_gave_is_never_skipped(string reason, string rule, string word)
    {
        var record = Env(reason, rule);

        Assert.Equal(word, JobVerdict.WordOf(JobVerdict.Of(record, failOnEnvFailure: false, "/runs/r1", [])));
        Assert.Equal(RowOutcomes.Failed, JobVerdict.WordOf(JobVerdict.Of(record, failOnEnvFailure: true, "/runs/r1", [])));
    }

    [Fact]
    public void Whatever_keeps_a_run_from_being_opened_is_told_with_its_cause_and_what_to_do()
    {
        var problem = Assert.IsType<BenchFailureException>(RunRefusal.Of(new UnauthorizedAccessException("Access to the path '/results' is denied.")), exactMatch: false);

        Assert.StartsWith("The run could not be opened: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Access to the path '/results' is denied.", problem.Message, StringComparison.Ordinal);
        Assert.Contains("What to do: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_usage_error_has_no_stack_trace()
    {
        var thrown = Assert.Throws<BenchUsageException>(void () => throw RunRefusal.Of(new BenchUsageException("Parallel is '0'.")));

        Assert.Null(thrown.StackTrace);
        Assert.DoesNotContain("   at ", thrown.ToString(), StringComparison.Ordinal);
    }

    private static JobRecord Env(string reason, string rule) =>
        SampleRun.Failed("cc_glm_headless", "p1") with { FailureCategory = "env", FailureReason = reason, FailureRule = rule };
}
