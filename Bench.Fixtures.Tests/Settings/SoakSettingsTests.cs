using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

public sealed class SoakSettingsTests : IDisposable
{
    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_rounds_a_run_is_no_soak()
    {
        Assert.Null(folder.Read().Soak);
        Assert.StartsWith("bench-", folder.Read().RunId, StringComparison.Ordinal);
    }

    [Fact]
    public void Rounds_make_a_soak_with_defaults_that_win_over_bench_json_alone()
    {
        folder.BenchJson("""{ "Parallel": 3, "Workflows": ["opencode_server_http"], "MaxRetries": 1, "Trials": 1 }""");
        folder.Environment["BENCH__MaxRetries"] = "2";
        folder.RunSettingsFile = folder.RunSettings(("BENCH__Soak__Rounds", "2"));

        var settings = folder.Read();

        Assert.Equal((2, 2, 2), (settings.Soak!.Rounds, settings.Soak.MaxRounds, settings.Trials));
        Assert.Equal(["opencode_run_headless", "cc_glm_headless", "gemini_run_headless"], settings.Workflows);
        Assert.Equal((6, 2, true), (settings.Parallel, settings.MaxRetries, settings.FailOnEnvFailure));
        Assert.Equal((Path.Combine(folder.Root, "artifacts", "multi-provider-soak"), Path.Combine(folder.Root, "prompts", "soak_prompts.json")), (settings.OutputDir, settings.PromptsFile));
        Assert.StartsWith("soak-", settings.RunId, StringComparison.Ordinal);
        Assert.Equal(("6 from soak", "2 from environment"), (folder.SourceOf("Parallel"), folder.SourceOf("MaxRetries")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    public void Rounds_that_are_no_number_from_1_are_refused(string rounds)
    {
        folder.CommandLine["Soak:Rounds"] = rounds;

        Assert.Equal([$"Soak:Rounds is '{rounds}' (command line), but must be a whole number from 1 to 10000. Correct --set Soak:Rounds."], folder.ReadProblems());
    }

    [Fact]
    public void What_contradicts_a_soak_is_named_all_at_once()
    {
        folder.CommandLine["Soak:Rounds"] = "3";
        folder.CommandLine["Soak:MaxRounds"] = "2";
        folder.CommandLine["Trials"] = "5";
        folder.CommandLine["Faults"] = "status_500";

        Assert.Equal(
            [
                "Soak:MaxRounds is '2' and Soak:Rounds is '3': 3 clean rounds cannot come from 2. Set Soak:MaxRounds to 3 or more, or remove it.",
                "Trials is '5', but Soak:Rounds is set: in a soak the rounds are the trials. Remove Trials, and give the number of rounds by Soak:Rounds and Soak:MaxRounds.",
                "Faults is 'status_500', but Soak:Rounds is set: a soak in which the model fails on purpose signs nothing off. Remove Faults or Soak:Rounds.",
            ],
            folder.ReadProblems());
    }

    [Fact]
    public void No_provider_stands_in_for_another_in_a_soak()
    {
        folder.CommandLine["Soak:Rounds"] = "2";
        folder.CommandLine["Fallback"] = "gemini";

        Assert.Equal(
            ["Fallback is 'gemini', but Soak:Rounds is set: a soak signs each provider off by its own jobs. Remove Fallback or Soak:Rounds."],
            folder.ReadProblems());
    }

    [Fact]
    public void A_most_without_rounds_is_a_mistake()
    {
        folder.CommandLine["Soak:MaxRounds"] = "4";

        Assert.Equal(
            ["Soak:MaxRounds is '4', but Soak:Rounds is not set, so that the run is no soak. Set Soak:Rounds to the number of clean rounds in a row that are required, or remove Soak:MaxRounds."],
            folder.ReadProblems());
    }

    [Fact]
    public void A_dispatcher_is_there_and_asks_real_providers()
    {
        folder.CommandLine["Soak:Rounds"] = "2";
        folder.CommandLine["Soak:Dispatcher"] = "dx-runner";
        folder.Environment["PATH"] = Path.Combine(folder.Root, "bin");

        Assert.Equal(
            [
                "Soak:Dispatcher is 'dx-runner', but Profile is 'embedded': the jobs of a dx-runner ask the real providers. Set Profile to 'live', or remove Soak:Dispatcher.",
                "Soak:Dispatcher is 'dx-runner', but no folder of PATH has such a program. Name the path of a dx-runner, or put it on PATH.",
            ],
            folder.ReadProblems());

        var program = folder.Write("bin/dx-runner", "");
        folder.CommandLine["Profile"] = "live";

        Assert.Equal(program, folder.Read().Soak!.Dispatcher);
    }

    [Fact]
    public void The_page_of_the_soak_names_every_default()
    {
        var page = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "soak.md"));

        Assert.All(SoakSettings.Defaults.Keys, key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }
}
