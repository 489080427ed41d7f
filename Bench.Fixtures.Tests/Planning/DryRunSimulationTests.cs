using Bench.Fixtures.Planning;

namespace Bench.Fixtures.Tests.Planning;

public sealed class DryRunSimulationTests
{
    // Vectors of the original harness's dry runs; category and code of successes are null and 0.
    [Theory]
    [InlineData("dryrun-techlead-001", "opencode_run_headless", "robustness_partial_context_1", 0, 2463918772, false, "model", 1, 42, 814, 872)]
    [InlineData("dryrun-techlead-001", "opencode_run_headless", "robustness_partial_context_1", 1, 2686203373, true, null, 0, 33, 406, 1873)]
    [InlineData("dryrun-techlead-001", "cc_glm_headless", "coding_ability_1", 0, 3555200564, true, null, 0, 64, 828, 1264)]
    [InlineData("dryrun-techlead-002", "cc_glm_headless", "coding_ability_2", 0, 1623871536, false, "harness", 2, 26, 462, 1636)]
    [InlineData("dryrun-techlead-002", "cc_glm_headless", "coding_ability_2", 1, 2004970946, true, null, 0, 106, 352, 1646)]
    public void The_formula_is_the_original_one_bit_for_bit(
        string run, string workflow, string prompt, int attempt, uint seed, bool success, string? category, int code, int startup, int first, int completion)
    {
        var simulation = DryRunSimulation.Of(run, workflow, prompt, attempt);

        Assert.Equal(
            new()
            {
                Seed = seed,
                Success = success,
                FailureCategory = category,
                ReturnCode = code,
                StartupLatencyMs = startup,
                FirstOutputLatencyMs = first,
                CompletionLatencyMs = completion,
            },
            simulation);
    }

    [Fact]
    public void The_third_bucket_is_env_with_code_127()
    {
        var failed = Enumerable.Range(0, 1000).Select(number => DryRunSimulation.Of($"run-{number}", "w", "p", 0)).Where(simulation => !simulation.Success).ToList();

        Assert.Equal(
            [("env", 127), ("harness", 2), ("model", 1)],
            failed.Select(simulation => (simulation.FailureCategory!, simulation.ReturnCode)).Distinct().Order());
        Assert.All(failed, simulation => Assert.Equal(0u, simulation.Seed % 7));
    }

    [Fact]
    public void A_second_attempt_never_fails()
    {
        Assert.All(Enumerable.Range(0, 300), number => Assert.True(DryRunSimulation.Of($"run-{number}", "w", "p", 1).Success));
    }

    [Fact]
    public void Later_trials_of_a_job_differ_and_the_first_is_the_originals()
    {
        var jobs = Planner.Plan(PlanningData.Prompts("coding_ability_1"), PlanningData.Settings("cc_glm_headless") with { Trials = 2 }).Jobs;

        Assert.Equal(3555200564, DryRunSimulation.Of("dryrun-techlead-001", jobs[0], 0).Seed);
        Assert.Equal(
            DryRunSimulation.Of("dryrun-techlead-001", "cc_glm_headless", "coding_ability_1__t2", 0),
            DryRunSimulation.Of("dryrun-techlead-001", jobs[1], 0));
    }
}
