using System.Runtime.Versioning;
using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class GovernedUsageTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task All_mistakes_end_with_64_at_once_and_nothing_is_spent()
    {
        using var lab = await GovernedLab.CreateAsync();

        var exit = await lab.GovernedAsync(
            "--workflows", "opencode_run_headles", "--parallel", "0", "--max-retries", "-1", "--timeout-sec", "5m", "--min-rate", "0", "--cwd", "nowhere",
            "--reported-commit", "HEAD", "--allow", "/etc", "--run-id", "../x", "--set", "Parallel=2");

        Assert.Equal((64, 0, 0), (exit, lab.Launches.Count, lab.Probed));
        Snapshot.Match(lab.Error.Replace(lab.Root, "<root>", StringComparison.Ordinal));
        Assert.False(Directory.Exists(lab.OutputDir));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("is taken", "--run-id", "taken")]
    [InlineData("Faults", "--set", "Faults=all")]
    [InlineData("Profile is 'dry-run'", "--set", "Profile=dry-run")]
    [InlineData("Resume", "--set", "Resume=taken")]
    [InlineData("coding_ability_9", "--set", "Prompts=coding_ability_9")]
    [InlineData("more than one system", "--workflows", "cc_glm_headless,gemini_run_headless", "--model", "glm-5")]
    [InlineData("--reported-commit is blank", "--reported-commit", "", "--branch", "main")]
    [InlineData("ProviderLimits=name=value", "--set", "ProviderLimits:cc-glm=1")]
    public async Task What_could_only_fail_later_is_refused(string expected, params string[] args)
    {
        using var lab = await GovernedLab.CreateAsync();
        Directory.CreateDirectory(Path.Combine(lab.OutputDir, "taken"));

        var exit = await lab.GovernedAsync(args);

        Assert.Equal((64, 0), (exit, lab.Launches.Count));
        Assert.Contains(expected, lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_folder_without_a_test_project_is_refused()
    {
        using var lab = await GovernedLab.CreateAsync();
        File.Delete(Path.Combine(lab.Root, "Bench.Tests", "Bench.Tests.csproj"));

        var exit = await lab.GovernedAsync();

        Assert.Equal((64, 0), (exit, lab.Probed));
        Assert.Contains($"There is no test project in '{lab.Root}/Bench.Tests'", lab.Error, StringComparison.Ordinal);
    }
}
