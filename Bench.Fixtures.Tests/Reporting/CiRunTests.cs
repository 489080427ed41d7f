using System.Xml.Linq;

namespace Bench.Fixtures.Tests.Reporting;

/// <summary>What <c>dotnet test</c> leaves for a CI system, on the settings file that is meant for it.</summary>
public sealed class CiRunTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_CI_job_gets_JUnit_beside_TRX_a_step_summary_and_an_annotation_per_failed_job()
    {
        using var folder = new TestFolder();

        // The simulation lets three jobs of a run of this name fail.
        var (exitCode, output) = await DotnetTestAsync(folder, "-p:BenchProfile=dry-run", "-p:BenchMaxRetries=0", "-p:BenchRunId=ci-2", $"-p:BenchJUnitFile={folder.At("results", "bench.junit.xml")}");

        Assert.Equal(1, exitCode);
        var suite = XDocument.Load(folder.At("results", "bench.junit.xml")).Root!;
        var cases = suite.Descendants("testcase").ToList();
        var failed = cases.Where(test => test.Element("failure") is not null).Select(test => test.Attribute("name")!.Value).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(20, cases.Count);
        Assert.Equal(["opencode_server_attach_run / coding_ability_1", "opencode_server_attach_run / robustness_partial_context_1", "opencode_server_http / coding_ability_1"], failed);
        Assert.Equal("3", suite.Attribute("failures")!.Value);
        Assert.Equal(20, XDocument.Load(Directory.GetFiles(folder.At("results"), "bench_*.trx").Single()).Descendants().Count(element => element.Name.LocalName == "UnitTestResult"));
        Assert.Equal(failed, output.Split('\n').Where(line => line.StartsWith("::error ", StringComparison.Ordinal)).Select(JobOf).Order(StringComparer.Ordinal));
        Assert.StartsWith("# Benchmark Summary: ci-2\n", await File.ReadAllTextAsync(folder.At("step.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_JUnit_file_that_cannot_be_written_is_said_before_anything_runs()
    {
        using var folder = new TestFolder();
        var file = folder.Write("file", "");

        var (exitCode, output) = await DotnetTestAsync(folder, "-p:BenchProfile=dry-run", $"-p:BenchJUnitFile={Path.Combine(file, "bench.junit.xml")}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("bench.junit.xml', but cannot be written: ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("runs")));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_run_that_cannot_be_opened_is_one_failed_test_with_the_cause_on_the_last_screen_in_JUnit_and_as_an_annotation()
    {
        using var folder = new TestFolder();
        folder.Write("scripted/latency_speed_1.json", "{ nonsense");

        var (exitCode, output) = await DotnetTestAsync(
            folder, "-p:BenchPrompts=latency_speed_1", $"-p:BenchGatewayScriptedDir={folder.At("scripted")}", $"-p:BenchJUnitFile={folder.At("results", "bench.junit.xml")}");

        const string Cause = "latency_speed_1.json' is not JSON";
        Assert.Equal(1, exitCode);
        Assert.Contains(Cause, output[output.IndexOf("Bench: no run was opened", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains(Cause, Assert.Single(output.Split('\n'), line => line.StartsWith("::error ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(Cause, XDocument.Load(folder.At("results", "bench.junit.xml")).Descendants("failure").Single().Attribute("message")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("Stack Trace", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_runs_results_do_not_overwrite_the_firsts()
    {
        using var folder = new TestFolder();

        string[] files = [ResultFiles.Free(folder.At("r", "bench.junit.xml")), ResultFiles.Free(folder.At("r", "bench.junit.xml")), ResultFiles.Free(folder.At("r", "results")), ResultFiles.Free(folder.At("r", "results"))];

        Assert.Equal(["bench.junit.xml", "bench-2.junit.xml", "results", "results-2"], files.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("-list", "discovery")]
    [InlineData("-assemblyInfo")]
    [InlineData("-result-junit", "mine.xml")]
    public void Arguments_that_run_nothing_or_name_a_file_stay_as_they_are(params string[] arguments) =>
        Assert.Same(arguments, ResultFiles.AddTo(arguments, () => "a.xml"));

    [Fact]
    public void Arguments_of_a_run_get_the_file_also_those_in_a_response_file()
    {
        using var folder = new TestFolder();
        var response = folder.Write("args.tmp", "-automated\n-run\nx y\n");

        Assert.Equal(["-class", "C", "-result-junit", "a.xml"], ResultFiles.AddTo(["-class", "C"], () => "a.xml"));
        Assert.Equal(["-automated", "-run", "x y", "-result-junit", "a.xml"], ResultFiles.AddTo(["@@", response], () => "a.xml"));
        Assert.Equal(["@@", response], ResultFiles.AddTo(["@@", response], () => null));
    }

    private static string JobOf(string annotation) =>
        annotation[(annotation.IndexOf("%3A ", StringComparison.Ordinal) + 4)..].Split("::")[0].Replace("__", " / ", StringComparison.Ordinal);

    private static async Task<(int ExitCode, string Output)> DotnetTestAsync(TestFolder folder, params string[] settings)
    {
        string[] arguments =
        [
            "test", Path.Combine(TestFolder.RepositoryRoot, "Bench.Tests"), "--no-build", "-p:BenchRestoreAgents=false", "-c", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
            "--settings", Path.Combine(TestFolder.RepositoryRoot, "runsettings", "ci.runsettings"), "--results-directory", folder.At("results"), $"-p:BenchOutputDir={folder.At("runs")}", .. settings,
        ];
        using var process = new UserProcess(folder.Path, "dotnet", arguments, ("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", folder.At("step.md")));
        return (await process.EndAsync(), process.Output);
    }
}
