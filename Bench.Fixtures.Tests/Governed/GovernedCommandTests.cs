using System.Runtime.Versioning;
using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class GovernedCommandTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_seeds_command_passes_on_what_is_checked_out()
    {
        using var lab = await GovernedLab.CreateAsync();
        var head = await lab.HeadAsync();

        var exit = await lab.GovernedAsync(
            "--workflows", "opencode_run_headless,opencode_server_http,opencode_server_attach_run", "--model", "zhipuai-coding-plan/glm-5",
            "--required-baseline", head, "--reported-commit", head, "--branch", "main", "--parallel", "6");

        Assert.True(exit == 0, lab.Output + lab.Error);
        var report = lab.Report();
        Assert.Equal((true, true, GateReasons.ReportOk, null), (report.Passed, report.RunSuccess, report.ReasonCode, report.Failure));
        Assert.Equal((GateReasons.BaselineOk, GateReasons.IntegrityOk, null), (report.BaselineGate!.ReasonCode, report.IntegrityGate!.ReasonCode, report.AllowlistGateBefore));
        Assert.Equal((0, "what dotnet test printed\n"), (report.Launch!.ExitCode, report.Launch.Stdout));
        Assert.Equal(["opencode_run_headless", "opencode_server_http", "opencode_server_attach_run"], report.Preflight!.Lanes.Select(lane => lane.WorkflowId));
        Assert.StartsWith("governed-2026", report.RunId, StringComparison.Ordinal);
        Assert.Contains("passed (report_ok)", lab.Output, StringComparison.Ordinal);
        Assert.Contains("not asked (--allow)", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_any_option_the_run_is_judged_and_the_gates_that_were_not_asked_are_named()
    {
        using var lab = await GovernedLab.CreateAsync();

        var exit = await lab.GovernedAsync();

        Assert.True(exit == 0, lab.Output + lab.Error);
        var report = lab.Report();
        Assert.Equal((true, null, null, true), (report.Passed, report.BaselineGate, report.IntegrityGate, report.ReportGate!.Passed));
        Assert.Contains("not asked (--required-baseline)", lab.Output, StringComparison.Ordinal);
        Assert.Contains("not asked (--reported-commit and --branch)", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Only_lanes_of_the_run_are_tried()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Environment["BENCH__Agents__OpenCode"] = lab.Git.At("none");

        var exit = await lab.GovernedAsync("--workflows", "cc_glm_headless", "--model", "glm-5");

        Assert.True(exit == 0, lab.Output + lab.Error);
        Assert.Equal(1, lab.Probed);
        Assert.Equal("glm-5", Assert.Single(lab.Launches).Governed.Launch.Properties["BenchModelCcGlm"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task With_json_the_report_is_the_one_document()
    {
        using var lab = await GovernedLab.CreateAsync();

        var exit = await lab.GovernedAsync("--json");

        Assert.Equal(0, exit);
        Assert.Equal(await File.ReadAllTextAsync(lab.Runs()[0].GovernanceReport, TestContext.Current.CancellationToken), lab.Output);
        Assert.Contains("passed (report_ok)", lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Settings_reach_the_tests_as_properties_without_separators_of_MSBuild()
    {
        using var lab = await GovernedLab.CreateAsync();
        var settings = lab.Write("runsettings/governed.runsettings", "<RunSettings><RunConfiguration><EnvironmentVariables><BENCH__Seed>7</BENCH__Seed></EnvironmentVariables></RunConfiguration></RunSettings>");

        await lab.GovernedAsync(
            "--skip-preflight", "--no-build", "--configuration", "Release", "--workflows", "cc_glm_headless,opencode_run_headless", "--output-dir", "else;where", "--set", "ProviderLimits=cc-glm=1,other=2", "-p:BenchTrials=2");

        var launch = Assert.Single(lab.Launches);
        Assert.Equal(7, launch.Governed.Launch.Inputs.Settings.Seed);
        Assert.Equal(
            [
                "test", Path.Combine(lab.Root, "Bench.Tests"), "--no-build", "--configuration", "Release", "--settings", settings,
                "--results-directory", Path.Combine(lab.Root, "else%3Bwhere", "test-results", launch.Governed.Launch.Inputs.Settings.RunId),
                $"-p:BenchJUnitFile={lab.Root}/else%3Bwhere/test-results/{launch.Governed.Launch.Inputs.Settings.RunId}/bench.junit.xml",
                $"-p:BenchOutputDir={lab.Root}/else%3Bwhere", "-p:BenchProviderLimits=cc-glm=1+other=2", $"-p:BenchRunId={launch.Governed.Launch.Inputs.Settings.RunId}",
                "-p:BenchTrials=2", "-p:BenchWorkflows=cc_glm_headless+opencode_run_headless",
            ],
            launch.Arguments);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_a_run_settings_file_env_failures_still_fail()
    {
        using var lab = await GovernedLab.CreateAsync();

        await lab.GovernedAsync("--skip-preflight");

        var launch = Assert.Single(lab.Launches).Governed.Launch;
        Assert.Equal((null, "fail"), (launch.RunSettingsFile, launch.Properties["BenchOnEnvFailure"]));
    }
}
