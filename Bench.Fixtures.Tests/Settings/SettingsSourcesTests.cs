using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

public sealed class SettingsSourcesTests : IDisposable
{
    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_any_source_the_defaults_hold()
    {
        folder.Cores = 8;

        var settings = folder.Read();

        Assert.Equal(Profile.Embedded, settings.Profile);
        Assert.Equal("bench-20260304T050607Z", settings.RunId);
        Assert.Equal(Path.Combine(folder.Root, "prompts", "benchmark_prompts.json"), settings.PromptsFile);
        Assert.Equal(Path.Combine(folder.Root, "artifacts", "opencode-cc-glm-bench"), settings.OutputDir);
        Assert.Equal(["cc_glm_headless", "opencode_run_headless", "opencode_server_http", "opencode_server_attach_run"], settings.Workflows);
        Assert.Equal(("zhipuai-coding-plan/glm-5", "glm-5", "gemini-3-flash-preview"), (settings.Model.OpenCode, settings.Model.CcGlm, settings.Model.Gemini));
        Assert.Equal((4, 1, 1, 0), (settings.Parallel, settings.MaxRetries, settings.Trials, settings.Seed));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2)), (settings.Timeout, settings.StallThreshold));
        Assert.All(settings.Sources, source => Assert.Equal("default", source.Source));
    }

    [Fact]
    public void The_defaults_of_the_catalog_are_those_of_the_type()
    {
        var settings = folder.Read();

        var bare = new BenchSettings
        {
            RunId = settings.RunId,
            PromptsFile = settings.PromptsFile,
            OutputDir = settings.OutputDir,
            Workflows = [.. WorkflowCatalog.All.Where(workflow => workflow.IsDefault).Select(workflow => workflow.Id)],
            Model = new(),
        };
        Assert.Equal(bare.Workflows, settings.Workflows);
        Assert.Equal(bare.Gateway.Models, settings.Gateway.Models);
        Assert.Equal(bare.Dispatch.Limits.OrderBy(pair => pair.Key, StringComparer.Ordinal), settings.Dispatch.Limits);
        Assert.Equal(Path.Combine(folder.Root, "artifacts", "dispatch"), settings.Dispatch.Dir);
        Assert.Equal(bare, settings with { Gateway = settings.Gateway with { Models = bare.Gateway.Models }, Workflows = bare.Workflows, Faults = bare.Faults, Sources = bare.Sources, Live = bare.Live, ProviderLimits = bare.ProviderLimits, Dispatch = settings.Dispatch with { Dir = bare.Dispatch.Dir, Limits = bare.Dispatch.Limits } });
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(4, 4, 2)]
    [InlineData(64, 4, 2)]
    public void Parallel_is_the_number_of_cores_four_at_most_unless_a_number_is_given(int cores, int expected, int agentsAtWork)
    {
        folder.Cores = cores;

        var unsaid = folder.Read();
        folder.Environment["BENCH__Parallel"] = "AUTO";
        var said = folder.Read();
        folder.Environment["BENCH__Parallel"] = "9";
        var chosen = folder.Read();

        Assert.Equal((expected, true), (unsaid.Parallel, unsaid.ParallelIsAuto));
        Assert.Equal((expected, true), (said.Parallel, said.ParallelIsAuto));
        Assert.Equal((9, false), (chosen.Parallel, chosen.ParallelIsAuto));
        Assert.Equal((agentsAtWork, agentsAtWork, null), (unsaid.AgentsAtWork, said.AgentsAtWork, chosen.AgentsAtWork));
    }

    [Fact]
    public void Each_source_wins_over_the_ones_before()
    {
        folder.BenchJson("""{ "Parallel": 2, "Trials": 2, "Seed": 2, "MaxRetries": 2, "Timeout": 2, "StallThreshold": 2, "Profile": "live" }""");
        folder.Write("Bench.Tests/bench.live.json", """{ "Trials": 3, "Seed": 3, "MaxRetries": 3, "Timeout": 3, "StallThreshold": 3, "Live": { "Gemini": { "BaseUrl": "https://example.com", "KeyVariable": "SOME_KEY" } } }""");
        folder.RunSettingsFile = folder.RunSettings(("BENCH__MaxRetries", "5"), ("BENCH__Timeout", "5"), ("BENCH__StallThreshold", "5"));
        folder.Environment["SOME_KEY"] = "12345678";
        folder.Environment["BENCH__Workflows"] = "gemini_run_headless";
        folder.Environment["BENCH__Seed"] = "4";
        folder.Environment["BENCH__MaxRetries"] = "4";
        folder.Environment["BENCH__Timeout"] = "4";
        folder.Environment["BENCH__StallThreshold"] = "6";
        folder.Environment["BENCH_MSBUILD_SETTINGS"] = "StallThreshold";
        folder.CommandLine["Timeout"] = "7";

        var settings = folder.Read();

        Assert.Equal((2, 3, 4, 5), (settings.Parallel, settings.Trials, settings.Seed, settings.MaxRetries));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(6)), (settings.Timeout, settings.StallThreshold));
        Assert.Equal("2 from bench.json", folder.SourceOf("Parallel"));
        Assert.Equal("3 from bench.live.json", folder.SourceOf("Trials"));
        Assert.Equal("4 from environment", folder.SourceOf("Seed"));
        Assert.Equal("5 from runsettings", folder.SourceOf("MaxRetries"));
        Assert.Equal("7 from command line", folder.SourceOf("Timeout"));
        Assert.Equal("6 from msbuild", folder.SourceOf("StallThreshold"));
    }

    [Fact]
    public void In_a_test_process_run_settings_and_MSBuild_properties_arrive_as_variables_and_keep_their_names()
    {
        folder.Environment["BENCH_RUNSETTINGS_FILE"] = folder.RunSettings(("BENCH__Parallel", "2"), ("BENCH__Trials", "2"), ("BENCH__Gateway__Port", "81"), ("GEMINI_MODEL", "gemini-x"));
        folder.Environment["BENCH_MSBUILD_SETTINGS"] = "Trials+BENCH__Gateway__Jitter";
        folder.Environment["BENCH__Parallel"] = "2";
        folder.Environment["BENCH__Trials"] = "3";
        folder.Environment["BENCH__Gateway__Port"] = "80";
        folder.Environment["BENCH__Gateway__Jitter"] = "0.5";
        folder.Environment["GEMINI_MODEL"] = "gemini-x";

        Assert.Equal("2 from runsettings", folder.SourceOf("Parallel"));
        Assert.Equal("3 from msbuild", folder.SourceOf("Trials"));
        Assert.Equal("80 from environment", folder.SourceOf("Gateway:Port"));
        Assert.Equal("0.5 from msbuild", folder.SourceOf("Gateway:Jitter"));
        Assert.Equal("gemini-x from runsettings (GEMINI_MODEL)", folder.SourceOf("Model:Gemini"));
    }

    [Fact]
    public void A_run_settings_file_that_is_gone_from_a_test_process_does_no_harm()
    {
        folder.Environment["BENCH_RUNSETTINGS_FILE"] = Path.Combine(folder.Root, "gone.runsettings");
        folder.Environment["BENCH__Parallel"] = "2";

        Assert.Equal("2 from environment", folder.SourceOf("Parallel"));
    }

    [Fact]
    public void The_lanes_own_model_variables_count_as_environment()
    {
        folder.BenchJson("""{ "Model": { "OpenCode": "json/model", "CcGlm": "json-model" } }""");
        folder.Environment["OPENCODE_MODEL"] = "other/model";
        folder.Environment["CC_GLM_MODEL"] = "lanes-own";
        folder.Environment["BENCH__Model__CcGlm"] = "settings-own";

        Assert.Equal("other/model from environment (OPENCODE_MODEL)", folder.SourceOf("Model:OpenCode"));
        Assert.Equal("settings-own from environment", folder.SourceOf("Model:CcGlm"));
        Assert.Equal("gemini-3-flash-preview from default", folder.SourceOf("Model:Gemini"));
    }

    [Fact]
    public void A_later_list_replaces_an_earlier_one_as_a_whole()
    {
        folder.BenchJson("""{ "Profile": "dry-run", "Workflows": ["cc_glm_headless", "opencode_run_headless", "opencode_server_http"] }""");
        folder.Write("Bench.Tests/bench.dry-run.json", """{ "Workflows": ["gemini_run_headless"] }""");

        Assert.Equal(["gemini_run_headless"], folder.Read().Workflows);
        Assert.Equal("gemini_run_headless from bench.dry-run.json", folder.SourceOf("Workflows"));
    }

    [Theory]
    [InlineData("gemini_run_headless,cc_glm_headless")]
    [InlineData(" gemini_run_headless ; cc_glm_headless ;")]
    [InlineData("gemini_run_headless+cc_glm_headless")]
    public void A_list_may_be_one_text_and_keeps_its_order(string text)
    {
        folder.Environment["BENCH__Workflows"] = text;

        Assert.Equal(["gemini_run_headless", "cc_glm_headless"], folder.Read().Workflows);
    }

    [Fact]
    public void The_models_of_the_scripted_model_are_a_list()
    {
        folder.BenchJson("""{ "Gateway": { "Models": ["glm-5", "glm-6"] } }""");

        Assert.Equal(["glm-5", "glm-6"], folder.Read().Gateway.Models);
    }

    [Fact]
    public void A_list_in_numbered_variables_is_read_in_the_order_of_its_numbers()
    {
        folder.Environment["BENCH__Workflows__10"] = "cc_glm_headless";
        folder.Environment["BENCH__Workflows__2"] = "gemini_run_headless";

        Assert.Equal(["gemini_run_headless", "cc_glm_headless"], folder.Read().Workflows);
    }

    [Fact]
    public void Provider_limits_are_merged_by_name()
    {
        folder.BenchJson("""{ "ProviderLimits": { "cc-glm": 1, "zhipuai-coding-plan": 2 } }""");
        folder.Environment["BENCH__ProviderLimits"] = "gemini=3, cc-glm = 4";

        Assert.Equal([new("cc-glm", 4), new("gemini", 3), new("zhipuai-coding-plan", 2)], folder.Read().ProviderLimits);
        Assert.Equal("4 from environment", folder.SourceOf("ProviderLimits:cc-glm"));
    }

    [Fact]
    public void Blank_values_and_letter_case_do_not_matter()
    {
        folder.BenchJson("""{ "parallel": 3, "Trials": 2, "PricesFile": null } // comments are fine""");
        folder.Environment["BENCH__Trials"] = " ";
        folder.Environment["bench__TIMEOUT"] = "30";

        var settings = folder.Read();

        Assert.Equal((3, 2, TimeSpan.FromSeconds(30), null), (settings.Parallel, settings.Trials, settings.Timeout, settings.PricesFile));
    }

    [Fact]
    public void Relative_paths_start_from_the_root_and_absolute_ones_stay()
    {
        folder.Write("prices/prices.json", "{}");
        folder.Environment["BENCH__PricesFile"] = "prices/prices.json";
        folder.Environment["BENCH__OutputDir"] = "/tmp/../tmp/bench-out";

        var settings = folder.Read();

        Assert.Equal(Path.Combine(folder.Root, "prices", "prices.json"), settings.PricesFile);
        Assert.Equal(Path.GetFullPath("/tmp/bench-out"), settings.OutputDir);
    }

    [Fact]
    public void The_pinned_agents_are_found_below_the_root()
    {
        folder.Write("agents/node_modules/.keep", "");

        Assert.Equal(Path.Combine(folder.Root, "agents"), folder.Read().Agents.Dir);
    }

    [Theory]
    [InlineData("auto", true, true)]
    [InlineData("auto", false, false)]
    [InlineData("fail", false, true)]
    [InlineData("skip", true, false)]
    public void Auto_fails_env_failures_in_CI_alone(string policy, bool isCi, bool fails)
    {
        folder.Environment["BENCH__OnEnvFailure"] = policy;
        folder.IsCi = isCi;

        Assert.Equal(fails, folder.Read().FailOnEnvFailure);
    }

    [Theory]
    [InlineData("dry-run", Profile.DryRun)]
    [InlineData("dry_run", Profile.DryRun)]
    [InlineData("DryRun", Profile.DryRun)]
    [InlineData("EMBEDDED", Profile.Embedded)]
    public void Names_of_choices_ignore_letter_case_hyphens_and_underscores(string text, Profile expected)
    {
        folder.Environment["BENCH__Profile"] = text;

        Assert.Equal(expected, folder.Read().Profile);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData(null, false)]
    public void CI_is_read_from_its_variable(string? value, bool expected)
    {
        var environment = value is null ? new Dictionary<string, string>() : new() { ["CI"] = value };

        Assert.Equal(expected, SettingsInput.SaysCi(environment));
    }

    [Fact]
    public void The_process_gives_its_own_environment()
    {
        var input = SettingsInput.OfProcess(folder.Project, TimeProvider.System);

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), input.Environment["PATH"]);
    }
}
