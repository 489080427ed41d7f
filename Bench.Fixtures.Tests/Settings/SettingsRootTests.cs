using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

public sealed class SettingsRootTests
{
    [Theory]
    [InlineData(".git/HEAD", "bench/Lanes")]
    [InlineData("Ours.sln", "Lanes")]
    [InlineData("Bench.sln", "usages/Smallest")]
    public void The_paths_of_a_consumer_start_at_its_own_project_whatever_repository_that_is_in(string rootFile, string project)
    {
        using var folder = new TestFolder();
        folder.Write(rootFile, "");
        folder.Write($"{project}/bench.json", """{ "PromptsFile": "prompts/mine.json", "OutputDir": "artifacts/runs" }""");

        var settings = Read(folder.At(project));

        Assert.Equal((folder.At(project, "prompts/mine.json"), folder.At(project, "artifacts/runs")), (settings.PromptsFile, settings.OutputDir));
    }

    [Fact]
    public void A_missing_file_is_named_with_the_folder_that_its_path_starts_at()
    {
        using var folder = new TestFolder();
        folder.Write("Ours.sln", "");
        folder.Write("Lanes/bench.json", """{ "PromptsFile": "prompts/mine.json" }""");

        var prompts = Assert.Throws<BenchUsageException>(() => BenchInputs.Read(InputOf(folder.At("Lanes"))));
        folder.Write("Lanes/bench.json", """{ "PricesFile": "prices.json" }""");
        var prices = Assert.Throws<BenchUsageException>(() => Read(folder.At("Lanes")));

        Assert.All([prompts, prices], problem => Assert.Contains($"start at '{folder.At("Lanes")}'", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_system_in_place_of_its_workflows_is_told_what_they_are()
    {
        using var folder = new TestFolder();
        folder.Write("bench.json", """{ "Workflows": "opencode,gemini" }""");

        var problem = Assert.Throws<BenchUsageException>(() => Read(folder.Path));

        Assert.Contains("'opencode' is a system, whose workflows are 'opencode_run_headless', 'opencode_server_http', 'opencode_server_attach_run': name one or more of these.", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'gemini' is a system, whose workflow is 'gemini_run_headless': name that.", problem.Message, StringComparison.Ordinal);
    }

    private static BenchSettings Read(string project) => SettingsReader.Read(InputOf(project));

    private static SettingsInput InputOf(string project) => new() { Folder = project, Environment = new Dictionary<string, string>(), TimeProvider = TimeProvider.System };
}
