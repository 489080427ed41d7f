using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Cli.Preflight;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Cli;

[UnsupportedOSPlatform("windows")]
public sealed class PreflightCommandTests : IDisposable
{
    private readonly CliRun run = new();

    public void Dispose() => run.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task All_lanes_ready_end_with_0()
    {
        GivenAgents();

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host), "preflight");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Snapshot.Match(run.Output);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_missing_agent_ends_with_1_and_leaves_the_other_lanes_ready()
    {
        run.Environment["BENCH__Agents__Claude"] = Agent("claude", "2.1.328 (Claude Code)");
        run.Environment["BENCH__Agents__OpenCode"] = "no/opencode";

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host), "preflight");

        Assert.Equal(ExitCodes.Failed, exitCode);
        Snapshot.Match(run.Output);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task With_json_the_report_is_one_document()
    {
        GivenAgents();

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host), "preflight", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Snapshot.Match(run.Output);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_lane_with_a_probe_is_tried_with_its_own_agent_and_model()
    {
        GivenAgents();
        LaneProbeRequest? seen = null;
        LaneProbe probe = (request, _) =>
        {
            seen = request;
            return Task.FromResult(new LaneProbeResult { ModelAvailable = true, AuthProbeOk = true, SelectedModel = "glm-5" });
        };

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host, Probes("cc_glm_headless", probe)), "preflight", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Equal(("cc_glm_headless", "2.1.328", "glm-5"), (seen!.Workflow.Id, seen.Binary.Version, seen.Model));
        using var document = JsonDocument.Parse(run.Output);
        var lanes = document.RootElement.GetProperty("lanes");
        Assert.Equal([true, false], lanes.EnumerateArray().Select(lane => lane.GetProperty("probed").GetBoolean()));
        Assert.Equal("glm-5", lanes[0].GetProperty("selected_model").GetString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_lane_is_told_as_soon_as_it_has_been_tried()
    {
        GivenAgents();
        var told = "";
        LaneProbe probe = (_, _) =>
        {
            told = run.Output;
            return Task.FromResult(new LaneProbeResult { FailureReason = "quota_or_rate_limit", Detail = "why and what to do" });
        };

        await run.RunAsync(host => PreflightCommand.Create(host, Probes("opencode_run_headless", probe)), "preflight");

        Assert.Equal("cc_glm_headless: ready\n", told);
        Assert.StartsWith("cc_glm_headless: ready\nopencode_run_headless: not ready, quota_or_rate_limit\n", run.Output, StringComparison.Ordinal);
    }

    // The original's preflight passed although the key had been refused.
    [Theory]
    [InlineData(false, null, null, "", "model_unavailable", " Bench takes no other model, and there is no route: set Fallback to one of cc-glm, gemini to let its jobs go on there.")]
    [InlineData(false, null, null, "cc-glm,gemini", "model_unavailable", " Bench takes no other model. Fallback lets the jobs of 'dotnet test' go on as cc_glm_headless, then gemini_run_headless; a governed run needs the lane itself, and does not begin.")]
    [InlineData(true, false, null, "gemini", "auth_error", "")]
    [InlineData(null, null, "quota_or_rate_limit", "", "quota_or_rate_limit", "")]
    public async Task A_probe_that_fails_makes_the_lane_not_ready_and_a_model_that_is_not_there_names_the_route(
        bool? model, bool? auth, string? reason, string route, string expected, string routeText)
    {
        GivenAgents();
        run.Environment["BENCH__Fallback"] = route;
        LaneProbe probe = (_, _) => Task.FromResult(
            new LaneProbeResult { ModelAvailable = model, AuthProbeOk = auth, FailureReason = reason, Detail = "why and what to do" });

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host, Probes("opencode_run_headless", probe)), "preflight", "--json");

        Assert.Equal(ExitCodes.Failed, exitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(expected, document.RootElement.GetProperty("reason_code").GetString());
        var lane = document.RootElement.GetProperty("lanes")[1];
        Assert.Equal("zhipuai-coding-plan/glm-5", lane.GetProperty("model").GetString());
        Assert.Equal((false, expected, $"why and what to do{routeText}"), (lane.GetProperty("passed").GetBoolean(), lane.GetProperty("reason_code").GetString(), lane.GetProperty("details").GetString()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_lane_at_the_end_of_the_route_is_not_told_to_set_what_is_set()
    {
        GivenAgents();
        run.Environment["BENCH__Agents__Gemini"] = Agent("gemini", "0.61.0");
        LaneProbe probe = (_, _) => Task.FromResult(new LaneProbeResult { ModelAvailable = false });

        await run.RunAsync(host => PreflightCommand.Create(host, Probes("gemini_run_headless", probe)), "preflight", "--json", "--set", "Workflows=gemini_run_headless", "--set", "Fallback=cc-glm,gemini");

        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(
            "Bench takes no other model, and its route is at its end: Fallback names nothing behind gemini.", document.RootElement.GetProperty("lanes")[0].GetProperty("details").GetString());
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("no/claude", 1, "cli_missing")]
    [InlineData(null, 0, "preflight_ok")]
    public async Task A_lane_on_the_route_is_looked_for_and_not_tried(string? claude, int expected, string reason)
    {
        GivenAgents();
        run.Environment["BENCH__Agents__Claude"] = claude ?? run.Environment["BENCH__Agents__Claude"];
        var tried = 0;
        LaneProbe probe = (_, _) =>
        {
            tried++;
            return Task.FromResult(new LaneProbeResult { ModelAvailable = true, AuthProbeOk = true });
        };

        var exitCode = await run.RunAsync(
            host => PreflightCommand.Create(host, new Dictionary<string, LaneProbe> { ["opencode_run_headless"] = probe, ["cc_glm_headless"] = probe }),
            "preflight", "--json", "--set", "Workflows=opencode_run_headless", "--set", "Fallback=cc-glm");

        using var document = JsonDocument.Parse(run.Output);
        var lane = document.RootElement.GetProperty("lanes")[1];
        Assert.Equal((expected, 1, reason), (exitCode, tried, document.RootElement.GetProperty("reason_code").GetString()));
        Assert.Equal(("cc_glm_headless", reason, false), (lane.GetProperty("workflow_id").GetString(), lane.GetProperty("reason_code").GetString(), lane.GetProperty("probed").GetBoolean()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_try_that_the_machine_breaks_is_that_lane_and_leaves_the_others_ready()
    {
        GivenAgents();
        LaneProbe probe = (_, _) => throw new UnauthorizedAccessException("Access to the path '/tmp' is denied.");

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host, Probes("opencode_run_headless", probe)), "preflight", "--json");

        Assert.Equal(ExitCodes.Failed, exitCode);
        using var document = JsonDocument.Parse(run.Output);
        var lanes = document.RootElement.GetProperty("lanes");
        Assert.Equal((true, "permission_denied", "env"), (
            lanes[0].GetProperty("passed").GetBoolean(), lanes[1].GetProperty("reason_code").GetString(), lanes[1].GetProperty("failure_category").GetString()));
    }

    // The original's preflight looked at OpenCode alone.
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Lanes_that_do_not_run_are_not_looked_at()
    {
        run.Environment["BENCH__Agents__Claude"] = Agent("claude", "2.1.328");
        run.Environment["BENCH__Agents__OpenCode"] = "no/opencode";

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host), "preflight", "--set", "Workflows=cc_glm_headless");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.DoesNotContain("opencode", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_needs_no_agent()
    {
        run.Environment["BENCH__Agents__SearchPath"] = "false";

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host), "preflight", "--set", "Profile=dry-run");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Contains("2 of 2 lanes ready, profile dry-run.", run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_live_preflight_without_keys_names_them_and_ends_with_64()
    {
        run.Write("Bench.Tests/bench.live.json", """
            { "Live": { "OpenCode": { "BaseUrl": "https://a.example", "KeyVariable": "FIRST_KEY" }, "CcGlm": { "BaseUrl": "https://b.example", "KeyVariable": "SECOND_KEY" } } }
            """);

        var exitCode = await run.RunAsync(host => PreflightCommand.Create(host), "preflight", "--set", "Profile=live");

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("FIRST_KEY", run.Error, StringComparison.Ordinal);
        Assert.Contains("SECOND_KEY", run.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Ctrl_C_ends_the_program_with_130_and_stops_the_agent()
    {
        var pidFile = Path.Combine(run.Root, "pid");
        var agent = Script("claude", $"echo $$ > '{pidFile}'; exec sleep 600");
        string[] arguments = ["preflight", "--project", Path.Combine(run.Root, "Bench.Tests"), "--set", "Workflows=cc_glm_headless", "--set", $"Agents:Claude={agent}"];
        using var bench = new UserProcess(run.Root, "dotnet", [TestFolder.Tool, .. arguments]);
        await bench.UntilAsync(() => File.Exists(pidFile) && File.ReadAllText(pidFile).EndsWith('\n'), "the agent ran");

        bench.Signal(UserProcess.SigInt);

        Assert.Equal(ExitCodes.Cancelled, await bench.EndAsync());
        var agentId = int.Parse(await File.ReadAllTextAsync(pidFile, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        await bench.UntilAsync(() => ProcTable.Read(agentId) is not { IsDead: false }, "the agent had gone", mayEnd: true);
    }

    private static Dictionary<string, LaneProbe> Probes(string workflowId, LaneProbe probe) => new() { [workflowId] = probe };

    private void GivenAgents()
    {
        run.Environment["BENCH__Agents__Claude"] = Agent("claude", "2.1.328 (Claude Code)");
        run.Environment["BENCH__Agents__OpenCode"] = Agent("opencode", "1.18.33");
        run.Environment["PATH"] = Path.GetDirectoryName(Agent("rg", "15.0.0"))!;
    }

    private string Agent(string name, string version) => Script(name, $"echo '{version}'");

    private string Script(string name, string body) => TestFolder.WriteProgram(Path.Combine(run.Root, "given", name), $"#!/bin/sh\n{body}\n");
}
