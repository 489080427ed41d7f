using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>The vectors are the original harness's.</summary>
public sealed class DryRunLaneTests
{
    [Fact]
    public async Task A_simulated_success_has_the_formulas_latencies_and_no_answer()
    {
        var outcome = await RunAsync("dryrun-techlead-001", WorkflowCatalog.CcGlmHeadless, "coding_ability_1", attempt: 0);

        Assert.True(outcome.Success);
        Assert.Equal((64d, 828d, 1264d), LatenciesOf(outcome));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("", outcome.Answer);
        Assert.Null(outcome.ModelSelected);
        Assert.Null(outcome.HintMatchRatio);
    }

    [Theory]
    [InlineData("dryrun-techlead-001", WorkflowCatalog.OpenCodeRunHeadless, "robustness_partial_context_1", FailureCategory.Model, 1, 42, 814, 872)]
    [InlineData("dryrun-techlead-002", WorkflowCatalog.CcGlmHeadless, "coding_ability_2", FailureCategory.Harness, 2, 26, 462, 1636)]
    public async Task A_simulated_failure_has_its_category_exit_code_and_latencies(
        string runId, string workflow, string prompt, FailureCategory category, int exitCode, double startup, double first, double completion)
    {
        var outcome = await RunAsync(runId, workflow, prompt, attempt: 0);

        Assert.False(outcome.Completed);
        Assert.Equal((category, "dry_run_simulated", "dry_run"), (outcome.Failure!.Category, outcome.Failure.Reason, outcome.Failure.RuleId));
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Equal((startup, first, completion), LatenciesOf(outcome));
    }

    [Fact]
    public async Task The_second_attempt_of_a_failed_one_succeeds()
    {
        var outcome = await RunAsync("dryrun-techlead-002", WorkflowCatalog.CcGlmHeadless, "coding_ability_2", attempt: 1);

        Assert.True(outcome.Success);
        Assert.Equal((106d, 352d, 1646d), LatenciesOf(outcome));
    }

    private static (double Startup, double First, double Completion) LatenciesOf(AttemptOutcome outcome) => (
        (outcome.Timeline.Ready - outcome.Timeline.Spawned)!.Value.TotalMilliseconds,
        (outcome.Timeline.FirstOutput - outcome.Timeline.Submitted)!.Value.TotalMilliseconds,
        (outcome.Timeline.Completed - outcome.Timeline.Submitted)!.Value.TotalMilliseconds);

    private static Task<AttemptOutcome> RunAsync(string runId, string workflow, string prompt, int attempt)
    {
        var description = WorkflowCatalog.Find(workflow)!;
        return new DryRunLane().RunAsync(
            new AttemptRequest
            {
                RunId = runId,
                Job = new Job
                {
                    JobId = Job.IdOf(workflow, prompt, 1), Ordinal = 0, WorkflowId = workflow, System = description.System, WorkflowKind = description.Kind,
                    PromptId = prompt, PromptCategory = "c", PromptTitle = "t", Trial = 1, Model = "glm-5", Provider = "p",
                },
                Attempt = attempt,
                Prompt = new Prompt { Id = prompt, Category = "c", Title = "t", Text = "x" },
                Timeout = TimeSpan.FromSeconds(1),
                StallThreshold = TimeSpan.FromSeconds(1),
                StdoutLogPath = "/absent", StderrLogPath = "/absent", EventsLogPath = "/absent",
            },
            TestContext.Current.CancellationToken);
    }
}
