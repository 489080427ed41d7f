using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void Interleaved_order_goes_trial_by_trial_and_prompt_by_prompt_with_shuffled_lanes()
    {
        var plan = Planner.Plan(PlanningData.Prompts("p1", "p2", "p3"), PlanningData.Settings() with { Trials = 2, Seed = 7 });

        Assert.Equal(
            ["p1/1", "p2/1", "p3/1", "p1/2", "p2/2", "p3/2"],
            plan.Jobs.Chunk(4).Select(block => Assert.Single(block.Select(job => $"{job.PromptId}/{job.Trial}").Distinct())));
        Assert.All(plan.Jobs.Chunk(4), block => Assert.Equal(4, block.Select(job => job.WorkflowId).Distinct().Count()));
        Assert.True(plan.Jobs.Chunk(4).Select(block => string.Join(',', block.Select(job => job.WorkflowId))).Distinct().Count() > 1);
    }

    // The order is part of the product: a seed in an old report must give the same plan for ever.
    [Fact]
    public void The_order_of_a_seed_never_changes()
    {
        var plan = Planner.Plan(PlanningData.Prompts("coding_ability_1", "latency_speed_1"), PlanningData.Settings() with { Seed = 42, Trials = 2 });

        Snapshot.Match(string.Join('\n', plan.Jobs.Select(job => $"{job.Ordinal} {job.JobId}")) + $"\n{plan.PlanHash}");
    }

    [Fact]
    public void Another_prompt_in_the_set_does_not_change_the_order_within_the_others()
    {
        var few = Planner.Plan(PlanningData.Prompts("b"), PlanningData.Settings());
        var many = Planner.Plan(PlanningData.Prompts("a", "b", "c"), PlanningData.Settings());

        Assert.Equal(few.Jobs.Select(job => job.JobId), many.Jobs.Where(job => job.PromptId == "b").Select(job => job.JobId));
    }

    [Fact]
    public void Chosen_prompts_are_planned_in_the_order_of_the_file()
    {
        var settings = PlanningData.Settings("cc_glm_headless");

        var plan = Planner.Plan(PlanningData.Prompts("a", "b", "c"), settings with { Prompts = ["c", "a"] });

        Assert.Equal(["a", "c"], plan.Jobs.Select(job => job.PromptId));
        Assert.Equal(plan.PlanHash, Planner.Plan(PlanningData.Prompts("a", "b", "c"), settings with { Prompts = ["a", "c"] }).PlanHash);
        Assert.NotEqual(plan.PlanHash, Planner.Plan(PlanningData.Prompts("a", "b", "c"), settings).PlanHash);
    }

    [Fact]
    public void Prompts_that_the_file_does_not_hold_are_all_named_with_the_nearest()
    {
        var settings = PlanningData.Settings() with { Prompts = ["coding_abilty_1", "latency_speed_1", "zzz"] };

        var problem = Assert.Throws<BenchUsageException>(() => Planner.Plan(PlanningData.Prompts("coding_ability_1", "latency_speed_1"), settings));

        Assert.Equal(
            [
                "Prompts names 'coding_abilty_1', which '/bench/prompts/set.json' does not hold. Did you mean 'coding_ability_1'? It holds 'coding_ability_1', 'latency_speed_1'. Correct Prompts, or name another PromptsFile.",
                "Prompts names 'zzz', which '/bench/prompts/set.json' does not hold. It holds 'coding_ability_1', 'latency_speed_1'. Correct Prompts, or name another PromptsFile.",
            ],
            problem.Problems);
    }

    [Fact]
    public void Over_many_prompts_each_lane_starts_about_equally_often()
    {
        string[] ids = [.. Enumerable.Range(0, 400).Select(number => $"p{number}")];

        var plan = Planner.Plan(PlanningData.Prompts(ids), PlanningData.Settings());

        var firsts = plan.Jobs.Chunk(4).GroupBy(block => block[0].WorkflowId).Select(group => group.Count());
        Assert.All(firsts, count => Assert.InRange(count, 70, 130));
    }

    [Fact]
    public void Sequential_order_goes_by_workflow_as_named()
    {
        var settings = PlanningData.Settings("opencode_run_headless", "cc_glm_headless") with { Order = JobOrder.Sequential, Trials = 2 };

        var plan = Planner.Plan(PlanningData.Prompts("p1", "p2"), settings);

        Assert.Equal(
            [
                "opencode_run_headless__p1", "opencode_run_headless__p2", "opencode_run_headless__p1__t2", "opencode_run_headless__p2__t2",
                "cc_glm_headless__p1", "cc_glm_headless__p2", "cc_glm_headless__p1__t2", "cc_glm_headless__p2__t2",
            ],
            plan.Jobs.Select(job => job.JobId));
        Assert.Equal(Enumerable.Range(0, 8), plan.Jobs.Select(job => job.Ordinal));
    }

    [Fact]
    public void Each_lane_has_its_own_model_and_provider()
    {
        string[] workflows = [.. WorkflowCatalog.All.Select(workflow => workflow.Id)];
        var settings = PlanningData.Settings(workflows) with { Order = JobOrder.Sequential, Model = new() { OpenCode = "openrouter/z-ai/glm-5" } };

        var plan = Planner.Plan(PlanningData.Prompts("p"), settings);

        Assert.Equal(
            [
                ("cc_glm_headless", "cc-glm", "glm-5", "cc-glm"),
                ("opencode_run_headless", "opencode", "openrouter/z-ai/glm-5", "openrouter"),
                ("opencode_server_http", "opencode", "openrouter/z-ai/glm-5", "openrouter"),
                ("opencode_server_attach_run", "opencode", "openrouter/z-ai/glm-5", "openrouter"),
                ("gemini_run_headless", "gemini", "gemini-3-flash-preview", "gemini"),
            ],
            plan.Jobs.Select(job => (job.WorkflowId, job.System, job.Model, job.Provider)));
    }

    [Fact]
    public void A_job_carries_its_prompts_facts()
    {
        var job = Assert.Single(Planner.Plan(PlanningData.Prompts("p"), PlanningData.Settings("opencode_server_http")).Jobs);

        Assert.Equal(("p", "category of p", "Title of p", WorkflowKind.Server), (job.PromptId, job.PromptCategory, job.PromptTitle, job.WorkflowKind));
    }

    [Fact]
    public void Equal_plans_have_equal_hashes_and_whatever_decides_changes_them()
    {
        var prompts = PlanningData.Prompts("p1", "p2");
        var settings = PlanningData.Settings();
        string HashOf(BenchSettings changed) => Planner.Plan(prompts, changed).PlanHash;

        string[] hashes =
        [
            HashOf(settings),
            Planner.Plan(prompts with { Sha256 = new string('b', 64) }, settings).PlanHash,
            Planner.Plan(PlanningData.Prompts("p1"), settings).PlanHash,
            HashOf(settings with { Seed = 1 }),
            HashOf(settings with { Order = JobOrder.Sequential }),
            HashOf(settings with { Trials = 2 }),
            HashOf(settings with { Profile = Profile.DryRun }),
            HashOf(settings with { MaxRetries = 2 }),
            HashOf(settings with { Timeout = TimeSpan.FromSeconds(1) }),
            HashOf(settings with { StallThreshold = TimeSpan.FromSeconds(1) }),
            HashOf(settings with { Model = new() { CcGlm = "other" } }),
            HashOf(PlanningData.Settings("cc_glm_headless")),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[0], HashOf(settings with { RunId = "other", Parallel = 1, OutputDir = "/elsewhere" }));
    }

    [Fact]
    public void A_selection_keeps_order_and_ordinals()
    {
        var plan = Planner.Plan(PlanningData.Prompts("p1", "p2"), PlanningData.Settings());
        var expected = new[] { plan.Jobs[1], plan.Jobs[4], plan.Jobs[6] };

        var selection = plan.Select([plan.Jobs[6].JobId, plan.Jobs[1].JobId, plan.Jobs[4].JobId]);

        Assert.Equal(expected, selection.Jobs);
        Assert.Equal([1, 4, 6], selection.Jobs.Select(job => job.Ordinal));
        Assert.NotEqual(plan.PlanHash, selection.PlanHash);
        Assert.Equal(plan.PlanHash, plan.Select(plan.Jobs.Select(job => job.JobId)).PlanHash);
        Assert.NotEqual(selection.PlanHash, plan.Select([plan.Jobs[1].JobId]).PlanHash);
    }

    [Fact]
    public void A_selection_names_all_jobs_that_are_not_in_the_plan()
    {
        var plan = Planner.Plan(PlanningData.Prompts("p1"), PlanningData.Settings("cc_glm_headless"));

        var error = Assert.Throws<BenchUsageException>(() => plan.Select(["cc_glm_headless__p1", "cc_glm_headles__p1", "x"]));

        Assert.Equal(
            [
                "The job 'cc_glm_headles__p1' is not in the plan. Did you mean 'cc_glm_headless__p1'? 'dotnet bench plan' lists the jobs.",
                "The job 'x' is not in the plan. 'dotnet bench plan' lists the jobs.",
            ],
            error.Problems);
    }

    // Reference values of the C implementation for the seed 1234567.
    [Fact]
    public void The_generator_gives_the_numbers_of_the_reference_implementation()
    {
        var generator = new SplitMix64(1234567);

        ulong[] numbers = [generator.Next(), generator.Next(), generator.Next(), generator.Next(), generator.Next()];

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], numbers);
    }

    [Fact]
    public void Bounded_numbers_stay_below_their_bound_and_reach_every_value()
    {
        var generator = new SplitMix64(1);

        var numbers = Enumerable.Range(0, 200).Select(_ => generator.Below(5)).ToHashSet();

        Assert.Equal([0, 1, 2, 3, 4], numbers.Order());
    }
}
