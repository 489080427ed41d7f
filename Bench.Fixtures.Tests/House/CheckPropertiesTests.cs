using System.Xml.Linq;

namespace Bench.Fixtures.Tests.House;

/// <summary>Properties on the command line of <c>dotnet test</c>; MSBuild itself takes every name.</summary>
public sealed class CheckPropertiesTests
{
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("BenchParralel=2", "error BENCH004: -p:BenchParralel is no property of Bench. Did you mean 'BenchParallel'?")]
    [InlineData("benchtimout=2", "error BENCH004: -p:benchtimout is no property of Bench. Did you mean 'BenchTimeout'?")]
    [InlineData("BenchWhatever=1", "error BENCH004: -p:BenchWhatever is no property of Bench. Known: 'BenchAgentRetries', ")]
    public async Task A_mistyped_property_is_refused_before_a_test_starts(string property, string problem)
    {
        var (exitCode, output) = await CheckAsync(property);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(problem, output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Properties_of_Bench_and_of_others_are_taken()
    {
        var (exitCode, output) = await CheckAsync("BenchParallel=2", "benchTrials=2", "BenchRestoreAgents=false", "BenchCoverage=false", "BenchmarkFilter=x", "BenchGatewayCassette=", "Other=1");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void The_check_is_hooked_before_both_ways_in_which_tests_are_started() => Assert.Equal(
        "ShowCallOfVSTestTaskWithParameter;_TestRunStart",
        XDocument.Load(Path.Combine(TestFolder.RepositoryRoot, "Bench.Fixtures", "build", "Bench.Fixtures.targets"))
            .Descendants("Target").Single(target => target.Attribute("Name")!.Value == "BenchCheckProperties").Attribute("BeforeTargets")!.Value);

    private static async Task<(int ExitCode, string Output)> CheckAsync(params string[] properties)
    {
        string[] arguments =
        [
            "msbuild", Path.Combine(TestFolder.RepositoryRoot, "Bench.Tests"), "-nologo", "-v:m", "-t:BenchCheckProperties",
            $"-p:Configuration={new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}", .. properties.Select(property => $"-p:{property}"),
        ];
        using var process = new UserProcess(TestFolder.RepositoryRoot, "dotnet", arguments);
        return (await process.EndAsync(), process.Output);
    }
}
