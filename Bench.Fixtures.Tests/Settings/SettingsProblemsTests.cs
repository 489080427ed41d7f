using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

public sealed class SettingsProblemsTests : IDisposable
{
    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_unknown_workflow_is_named_with_the_nearest_and_all_known_ones()
    {
        folder.Environment["BENCH__Workflows"] = "cc_glm_headless,opencode_run_headles";

        Assert.Equal(
            ["Workflows names 'opencode_run_headles' (environment), which does not exist. Did you mean 'opencode_run_headless'? Known: 'cc_glm_headless', 'opencode_run_headless', 'opencode_server_http', 'opencode_server_attach_run', 'gemini_run_headless'. Correct BENCH__Workflows."],
            folder.ReadProblems());
    }

    [Theory]
    [InlineData("no-such-thing")]
    [InlineData("cc-gml,b=1")]
    [InlineData("0")]
    [InlineData("999999999999")]
    [InlineData(",")]
    [InlineData("a=")]
    [InlineData("\ud83d")]
    public void A_wrong_value_of_any_setting_is_a_value_or_a_mistake_that_is_named(string value)
    {
        foreach (var setting in SettingsCatalog.All)
        {
            folder.Environment.Clear();
            folder.Environment[setting.EnvironmentVariable] = value;

            Assert.True(Record.Exception(() => folder.Read()) is null or BenchUsageException, $"{setting.Key} = '{value}'");
        }
    }

    [Theory]
    [InlineData("1000000000")]
    [InlineData("10001")]
    public void More_trials_than_a_plan_can_hold_are_refused(string trials)
    {
        folder.Environment["BENCH__Trials"] = trials;

        Assert.Equal([$"Trials is '{trials}' (environment), but must be a whole number from 1 to 10000. Correct BENCH__Trials."], folder.ReadProblems());
    }

    [Fact]
    public void A_prompt_named_twice_is_refused()
    {
        folder.Environment["BENCH__Prompts"] = "a,b,a";

        Assert.Equal(["Prompts names 'a' 2 times (environment); Trials repeats a prompt. Correct BENCH__Prompts."], folder.ReadProblems());
    }

    [Fact]
    public void No_prompt_at_all_is_refused()
    {
        folder.BenchJson("""{ "Prompts": [] }""");

        Assert.StartsWith("Prompts is an empty list (bench.json). Name at least one prompt, or leave it out to run all.", Assert.Single(folder.ReadProblems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Parallel_zero_is_refused()
    {
        folder.Environment["BENCH__Parallel"] = "0";

        Assert.Equal(["Parallel is '0' (environment), but must be 'auto' or a whole number from 1. Correct BENCH__Parallel."], folder.ReadProblems());
    }

    [Fact]
    public void A_work_tree_must_be_the_top_of_one()
    {
        folder.Environment["BENCH__WorkTree"] = "Bench.Tests";
        folder.BenchJson("{}");

        Assert.Equal(
            ["WorkTree is '<root>/Bench.Tests', which is not the top folder of a git work tree: it has no '.git'. Name the top folder (git rev-parse --show-toplevel), or run 'git init' there."],
            folder.ReadProblems());
    }

    [Fact]
    public void A_mistyped_key_is_named_with_the_nearest_one_and_without_its_value()
    {
        folder.Environment["BENCH__Parralel"] = "sk-not-to-be-shown";

        Assert.Equal(["'Parralel' (environment) is no setting. Did you mean 'Parallel'? Correct BENCH__Parralel."], folder.ReadProblems());
    }

    [Fact]
    public void All_problems_of_all_sources_are_named_at_once()
    {
        folder.BenchJson("""
            {
              "Profile": "embeded",
              "Modle": { "OpenCode": "a/b" },
              "Model": { "OpenCode": "glm-5", "CcGlm": "glm 5" },
              "Workflows": ["cc_glm_headless", "cc_glm_headless"],
              "Parallel": [1],
              "Order": "random",
              "ProviderLimits": { "zhipu-coding-plan": 1, "cc-glm": 0 },
              "Gateway": 4,
              "Xyzzy": true
            }
            """);
        folder.Environment["BENCH__Trials"] = "0";
        folder.Environment["BENCH__MaxRetries"] = "-1";
        folder.Environment["BENCH__Timeout"] = "5:00";
        folder.Environment["BENCH__StallThreshold"] = "0";
        folder.Environment["BENCH__Seed"] = "1.5";
        folder.Environment["BENCH__RunId"] = "../run";
        folder.Environment["BENCH__Model"] = "glm-5";
        folder.Environment["BENCH__KeepWorkspaces"] = "perhaps";
        folder.Environment["BENCH__PricesFile"] = "no/prices.json";
        folder.Environment["BENCH_PARALLEL"] = "8";
        folder.Environment["BENCH__Gateway__Jitter"] = "2";
        folder.Environment["BENCH_MSBUILD_SETTINGS"] = "Gateway:Port+Prallel";
        folder.Environment["BENCH__Gateway__Port"] = "70000";
        folder.Environment["BENCH__Prallel"] = "2";
        folder.RunSettingsFile = folder.RunSettings(("BENCH__OnEnvFailure", "explode"), ("BENCH__Gateway__Prot", "1"));
        folder.CommandLine["Gateway:TokensPerSecond"] = "-1";
        folder.CommandLine["Agents__Dir"] = "nowhere";

        Snapshot.Match(string.Join('\n', folder.ReadProblems()));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".hidden")]
    [InlineData("-option")]
    [InlineData("ends.")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("ü")]
    public void A_run_id_that_no_folder_could_have_is_refused(string id)
    {
        folder.CommandLine["RunId"] = id;

        Assert.Contains("RunId is", Assert.Single(folder.ReadProblems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r")]
    [InlineData("nightly-2026.03.04_a")]
    public void An_ordinary_run_id_is_accepted(string id)
    {
        folder.CommandLine["RunId"] = id;

        Assert.Equal(id, folder.Read().RunId);
    }

    [Fact]
    public void An_empty_list_of_workflows_is_not_the_default_list()
    {
        folder.BenchJson("""{ "Workflows": [] }""");

        Assert.Contains("Workflows is an empty list (bench.json)", Assert.Single(folder.ReadProblems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("comma", "{ \"Parallel\": 4\n  \"Trials\": 1 }")]
    [InlineData("list", "[]")]
    [InlineData("twice", """{ "Parallel": 4, "parallel": 5 }""")]
    public void A_settings_file_that_cannot_be_read_is_named(string name, string text)
    {
        folder.BenchJson(text);

        Snapshot.Match(string.Join('\n', folder.ReadProblems()), name);
    }

    [Fact]
    public void Wrong_types_are_named_with_their_place_beside_all_else_and_all_unknown_prompts()
    {
        folder.BenchJson("""
            {
              "Prompts": 5, "Workflows": { "a": 1 },
              "ProviderLimits": [1], "Parallel": [1], "Order": { "x": 1 },
              "Faults": [1], "Parralel": 2, "MaxRetries": -1, "MaxRetries": 2
            }
            """);

        Assert.Equal(
            [
                "Prompts is the number 5 (bench.json, line 2, column 3), but must be a list of prompt ids, e.g. [\"…\", \"…\"], or one text with commas. Correct Prompts in '<root>/Bench.Tests/bench.json'.",
                "Workflows is an object (bench.json, line 2, column 17), but must be a list of workflow ids, e.g. [\"…\", \"…\"], or one text with commas. Correct Workflows in '<root>/Bench.Tests/bench.json'.",
                "ProviderLimits is a list (bench.json, line 3, column 3), but must be provider=number pairs, each number from 1, e.g. { \"…\": 2 }, or one text. Correct ProviderLimits in '<root>/Bench.Tests/bench.json'.",
                "Parallel is a list (bench.json, line 3, column 26), but must be 'auto' or a whole number from 1. Correct Parallel in '<root>/Bench.Tests/bench.json'.",
                "Order is an object (bench.json, line 3, column 43), but must be 'interleaved' or 'sequential'. Correct Order in '<root>/Bench.Tests/bench.json'.",
                "Faults is a list with the number 1 in it (bench.json, line 4, column 3), but must be a list of fault ids, or 'all', e.g. [\"…\", \"…\"], or one text with commas. Correct Faults in '<root>/Bench.Tests/bench.json'.",
                "The settings file '<root>/Bench.Tests/bench.json', line 4, column 51: MaxRetries stands there twice. Keep one.",
                "'Parralel' (bench.json) is no setting. Did you mean 'Parallel'? Correct Parralel in '<root>/Bench.Tests/bench.json'.",
                "MaxRetries is '-1' (bench.json), but must be a whole number from 0. Correct MaxRetries in '<root>/Bench.Tests/bench.json'.",
            ],
            folder.ReadProblems());
    }

    [Fact]
    public void A_profile_file_cannot_choose_another_profile()
    {
        folder.Environment["BENCH__Profile"] = "dry-run";
        folder.Write("Bench.Tests/bench.dry-run.json", """{ "Profile": "live" }""");

        Assert.Contains(
            "The file 'bench.dry-run.json' sets Profile, but is read because Profile is 'dry-run' already.",
            folder.ReadProblems()[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_folder_that_is_a_file_is_refused()
    {
        folder.CommandLine["OutputDir"] = folder.Write("file", "");

        Assert.Contains("OutputDir is '<root>/file', but that is a file.", Assert.Single(folder.ReadProblems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_for_a_provider_of_another_day_is_kept()
    {
        folder.BenchJson("""{ "ProviderLimits": { "openrouter": 2 } }""");

        Assert.Equal(2, folder.Read().ProviderLimits["openrouter"]);
    }

    [Fact]
    public void A_missing_run_settings_file_is_named()
    {
        folder.RunSettingsFile = Path.Combine(folder.Root, "no.runsettings");

        Assert.Equal(
            ["The run-settings file '<root>/no.runsettings' does not exist. Name an existing one, e.g. one of the folder runsettings."],
            folder.ReadProblems());
    }

    [Theory]
    [InlineData("xml", "<RunSettings>")]
    [InlineData("root", "<Project/>")]
    public void A_file_that_holds_no_run_settings_is_named(string name, string text)
    {
        folder.RunSettingsFile = folder.Write("a.runsettings", text);

        Snapshot.Match(string.Join('\n', folder.ReadProblems()), name);
    }

    [Fact]
    public void The_replay_profile_needs_a_cassette_that_is_there_and_records_none()
    {
        folder.CommandLine["Profile"] = "replay";
        folder.CommandLine["Gateway:RecordTo"] = "new.ndjson";
        var without = folder.ReadProblems();
        folder.CommandLine["Gateway:Cassette"] = "old.ndjson";
        folder.CommandLine["Gateway:ReplayPace"] = "-1";

        Snapshot.Match(string.Join('\n', [.. without, "", .. folder.ReadProblems()]));
    }

    [Fact]
    public void A_recording_is_not_written_over()
    {
        folder.Write("old.ndjson", "");
        folder.CommandLine["Gateway:RecordTo"] = "old.ndjson";

        Assert.Equal(
            ["Gateway:RecordTo is '<root>/old.ndjson', which exists already. A recording is never written over; delete the file, or name another."],
            folder.ReadProblems());
    }

    [Fact]
    public void A_limit_for_a_mistyped_provider_is_refused()
    {
        folder.Environment["BENCH__ProviderLimits"] = "zhipu-coding-plan=2";

        Assert.Equal(
            ["ProviderLimits names 'zhipu-coding-plan' (environment), which no lane uses. Did you mean 'zhipuai-coding-plan'? In use: 'cc-glm', 'zhipuai-coding-plan', 'gemini'. Correct BENCH__ProviderLimits."],
            folder.ReadProblems());
    }

    [Fact]
    public void A_model_of_the_scripted_model_has_no_blank()
    {
        folder.Environment["BENCH__Gateway__Models"] = "glm-5,glm 6";

        Assert.Equal(
            ["Gateway:Models is 'glm 6' (environment), but must be a list of model names without provider. Correct BENCH__Gateway__Models."],
            folder.ReadProblems());
    }

    [Fact]
    public void Each_setting_has_one_key_one_variable_and_one_property()
    {
        var names = SettingsCatalog.All.SelectMany(setting => new[] { setting.Key, setting.EnvironmentVariable, setting.MsBuildProperty }).ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
