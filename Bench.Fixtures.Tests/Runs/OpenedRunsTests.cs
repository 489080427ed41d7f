using Bench.Fixtures.Failures;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Runs;

public sealed class OpenedRunsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Two_runs_that_the_clock_gave_one_id_have_a_folder_each()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["Prompts"] = "latency_speed_1", ["Workflows"] = "cc_glm_headless" } };
        var inputs = lab.Inputs();
        inputs = inputs with { Settings = inputs.Settings with { RunId = "bench-1", Sources = [new SettingSource("RunId", "bench-1", "default")] } };

        await using var first = await OpenAsync(inputs);
        await using var second = await OpenAsync(inputs);

        Assert.Equal(["bench-1", "bench-1-2"], new[] { first.Folder, second.Folder }.Select(Path.GetFileName));
        Assert.Equal("bench-1-2", second.Settings.Sources.Single().Value);
        Assert.Equal(["bench-1", "bench-1-2"], Directory.EnumerateFileSystemEntries(lab.OutputDir).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_run_whose_tests_are_all_skipped_fails_as_a_whole()
    {
        using var lab = new RunLab { Settings = { ["Prompts"] = "latency_speed_1", ["Workflows"] = "cc_glm_headless", ["OnEnvFailure"] = "skip", ["MaxRetries"] = "0" } };
        lab.AgentsDir = Directory.CreateDirectory(lab.At("no-agents")).FullName;

        var record = Assert.Single(await lab.RunAsync(Token));

        Assert.Equal(("cli_missing", "agent.missing"), (record.FailureReason, record.FailureRule));
        Assert.Contains("No job passed: all 1 ended as env failures", Assert.Single(lab.Problems), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Other_lanes_at_resume_are_told_what_they_were_and_nothing_of_a_filter()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["Prompts"] = "latency_speed_1", ["Workflows"] = "cc_glm_headless,opencode_run_headless", ["RunId"] = "lanes" } };
        await lab.RunAsync(Token);
        lab.Settings.Remove("RunId");
        lab.Settings["Resume"] = Path.Combine(lab.OutputDir, "lanes");
        lab.Settings["Workflows"] = "cc_glm_headless";

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("That follows from Workflows: give what it was, -p:BenchWorkflows=cc_glm_headless+opencode_run_headless.", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("filter", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_JUnit_file_is_known_although_other_settings_are_wrong_or_bench_json_is_none()
    {
        using var folder = new TestFolder();
        folder.Write("bench.json", """{ "Parallel": "many", "JUnitFile": "results/own.xml" }""");

        Assert.Equal(folder.At("results", "own.xml"), SettingsReader.JUnitFileOf(InputOf(folder.Path)));
        folder.Write("bench.json", "{ broken");
        Assert.Equal("/results/env.xml", SettingsReader.JUnitFileOf(InputOf(folder.Path) with { Environment = new Dictionary<string, string> { ["BENCH__JUnitFile"] = "/results/env.xml" } }));
        Assert.Null(SettingsReader.JUnitFileOf(InputOf(folder.Path)));
    }

    [Theory]
    [InlineData("{\n  // mine\n  \"version\": 1 }", "line 2, column 3")]
    [InlineData("{ \"version\": 1, /* mine */ \"name\": \"n\" }", "line 1, column 17")]
    [InlineData("# mine\n{}", "line 1, column 1")]
    public void A_comment_in_a_prompt_file_is_told_to_be_what_is_wrong(string text, string place)
    {
        using var folder = new TestFolder();

        var problem = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(folder.Write("prompts.json", text)));

        Assert.Contains(place, problem.Message, StringComparison.Ordinal);
        Assert.Contains("JSON has no comments; take it out", problem.Message, StringComparison.Ordinal);
    }

    private static SettingsInput InputOf(string folder) => new() { Folder = folder, Environment = new Dictionary<string, string>(), TimeProvider = TimeProvider.System };

    private static Task<BenchRun> OpenAsync(BenchInputs inputs) => BenchRun.OpenAsync(inputs, [inputs.Plan.Jobs[0].JobId], TimeProvider.System, Token);
}
