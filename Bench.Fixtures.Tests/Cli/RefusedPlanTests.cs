using Bench.Cli;
using Bench.Cli.Commands;

namespace Bench.Fixtures.Tests.Cli;

/// <summary>What a run would refuse, plan and preflight refuse too, all of it at once.</summary>
public sealed class RefusedPlanTests : IDisposable
{
    private readonly CliRun run = new();

    public void Dispose() => run.Dispose();

    [Theory]
    [InlineData("plan")]
    [InlineData("preflight")]
    public async Task A_prompt_without_an_answer_and_a_folder_that_cannot_be_written_are_found(string command)
    {
        File.Delete(Path.Combine(run.Root, "prompts", "scripted", "p2.json"));
        run.Write("file", "");
        run.Write("prices.json", "{ broken");
        run.Write("faults.json", "[]");

        var exitCode = await RunAsync(
            command, "--set", "OutputDir=file/runs", "--set", "PricesFile=prices.json", "--set", "Gateway:FaultPlan=faults.json", "--set", "JUnitFile=file/junit.xml");

        Assert.Equal(ExitCodes.Usage, exitCode);
        foreach (var problem in new[] { "scripted answer of prompt 'p2' is missing", "run folder '<root>/file/runs' cannot be written", "<root>/prices.json", "<root>/faults.json", "JUnitFile is '<root>/file/junit.xml', but cannot be written" })
        {
            Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("preflight")]
    public async Task A_run_id_that_is_taken_is_found(string command)
    {
        run.Write("artifacts/opencode-cc-glm-bench/taken/manifest.json", "{}");

        var exitCode = await RunAsync(command, "--set", "RunId=taken");

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("The run id 'taken' exists", run.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(string command, params string[] args) =>
        run.RunAsync(host => command == "plan" ? PlanCommand.Create(host) : PreflightCommand.Create(host), [command, .. args]);
}
