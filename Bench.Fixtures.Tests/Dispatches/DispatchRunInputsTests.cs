using Bench.Cli;
using Bench.Cli.Dispatch;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>From the settings that a job was dispatched with to the run of its one prompt.</summary>
public sealed class DispatchRunInputsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_job_is_one_attempt_on_one_lane_with_the_limits_of_dispatch_and_no_route()
    {
        var settings = Read(new() { ["Prompts"] = "one,two", ["Fallback"] = "gemini", ["MaxRetries"] = "3", ["Trials"] = "4", ["Gateway:Port"] = "8080", ["Dispatch:MaxRuntime"] = "7m", ["Dispatch:Stall"] = "3m" });
        var instance = new DispatchFolder(folder.Path).Instance("bd-1", 2);

        var soak = settings with { Soak = new() { Rounds = 2, MaxRounds = 3 } };
        var inputs = DispatchRunInputs.Of(SampleJob.Of("bd-1") with { Worktree = "/tree", Model = "glm-6" }, instance, soak, "\uFEFFSay PONG."u8.ToArray(), Host([]));

        var job = Assert.Single(inputs.Plan.Jobs);
        Assert.Equal((WorkflowCatalog.CcGlmHeadless, "task", "glm-6"), (job.WorkflowId, job.PromptId, job.Model));
        Assert.Equal("Say PONG.", inputs.Prompts.Prompts[0].Text);
        var own = inputs.Settings;
        Assert.Equal(("bd-1-2", instance.Root, "/tree"), (own.RunId, own.OutputDir, own.WorkTree));
        Assert.Equal((0, 1, 0), (own.MaxRetries, own.Trials, own.Gateway.Port));
        Assert.Equal((TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(3)), (own.Timeout, own.StallThreshold));
        Assert.Empty(own.Fallback);
        Assert.Null(own.Soak);
    }

    [Fact]
    public void What_was_frozen_is_read_again_whatever_the_environment_says()
    {
        var settings = Read(new()
        {
            ["Gateway:Models"] = "glm-5,glm-6",
            ["Dispatch:Limits"] = "cc-glm=5",
            ["ProviderLimits"] = "cc-glm=3",
            ["Gateway:TokensPerSecond"] = "5.5",
            ["Agents:SearchPath"] = "false",
            ["Dispatch:NoMutation"] = "0",
            ["PromptsFile"] = "elsewhere/prompts.json",
        });
        var job = SampleJob.Of("bd-1") with { Project = folder.Path, Settings = DispatchRunInputs.Freeze(settings) };

        var again = DispatchRunInputs.Thaw(job, Host(new() { ["BENCH__Gateway__TokensPerSecond"] = "1", ["BENCH__NoSuchSetting"] = "1", ["CC_GLM_MODEL"] = "other" }));

        Assert.Equal(["glm-5", "glm-6"], again.Gateway.Models);
        Assert.Equal((5, 2, 3), (again.Dispatch.Limits["cc-glm"], again.Dispatch.Limits["opencode"], again.ProviderLimits["cc-glm"]));
        Assert.Equal((5.5, false, TimeSpan.Zero), (again.Gateway.TokensPerSecond, again.Agents.SearchPath, again.Dispatch.NoMutation));
        Assert.Equal((settings.PromptsFile, "glm-5"), (again.PromptsFile, again.Model.CcGlm));
        Assert.Equal([WorkflowCatalog.CcGlmHeadless], again.Workflows);
    }

    [Fact]
    public void What_was_frozen_is_what_runs_whatever_bench_json_says_by_then()
    {
        folder.Write("bench.json", """{ "Seed": 7, "Gateway": { "Jitter": 0.5 } }""");
        var settings = Read([]);
        var job = SampleJob.Of("bd-1") with { Project = folder.Path, Settings = DispatchRunInputs.Freeze(settings) };
        folder.Write("bench.json", """{ "Seed": 8, "AgentRetries": 0, "Agents": { "Claude": "/other/claude" } }""");
        folder.Write("bench.embedded.json", """{ "KeepWorkspaces": true }""");

        var again = DispatchRunInputs.Thaw(job, Host([]));

        Assert.Equal((7, 0.5, 2), (again.Seed, again.Gateway.Jitter, again.AgentRetries));
        Assert.Equal((null, false), (again.Agents.Claude, again.KeepWorkspaces));
    }

    private BenchSettings Read(Dictionary<string, string> given) => SettingsReader.Read(new()
    {
        Folder = folder.Path,
        Environment = new Dictionary<string, string>(),
        TimeProvider = TimeProvider.System,
        CommandLine = new Dictionary<string, string>(given) { ["Workflows"] = WorkflowCatalog.CcGlmHeadless },
    });

    private CliHost Host(Dictionary<string, string> environment) => new()
    {
        Environment = environment,
        CurrentFolder = folder.Path,
        Output = TextWriter.Null,
        Error = TextWriter.Null,
    };
}
