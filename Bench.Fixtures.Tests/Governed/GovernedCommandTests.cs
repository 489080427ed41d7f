using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Tests.Records;

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
    public async Task A_detached_head_is_its_own_branch()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.Git.GitAsync("main", "checkout", "--quiet", "--detach");

        var exit = await lab.GovernedAsync("--skip-preflight", "--reported-commit", await lab.HeadAsync(), "--branch", "HEAD");

        Assert.True(exit == 0, lab.Output + lab.Error);
        Assert.Equal("HEAD", lab.Report().IntegrityGate!.BranchRef);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_refused_key_ends_with_1_before_anything_is_run()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Probe = new() { AuthProbeOk = false, Detail = "The provider refused the key." };

        var exit = await lab.GovernedAsync("--run-id", "early");

        Assert.Equal(1, exit);
        Assert.Empty(lab.Launches);
        var report = lab.EarlyReport();
        Assert.Equal(("early", "auth_error", "env", JsonValueKind.Null), (
            report.GetProperty("run_id").GetString(), report.GetProperty("reason_code").GetString(), report.GetProperty("taxonomy").GetString(), report.GetProperty("run_dir").ValueKind));
        Assert.Contains("Whose fault: env", lab.Output, StringComparison.Ordinal);
        Assert.Contains("The provider refused the key.", lab.Output, StringComparison.Ordinal);
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
    public async Task A_baseline_that_is_not_met_ends_with_4_before_anything_is_run()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.Git.GitAsync("main", "checkout", "--quiet", "-b", "side");
        var newer = await lab.Git.CommitAsync("later");
        await lab.Git.GitAsync("main", "checkout", "--quiet", "main");

        var exit = await lab.GovernedAsync("--skip-preflight", "--required-baseline", newer);
        var blank = await lab.GovernedAsync("--skip-preflight", "--required-baseline", "");

        Assert.Equal((4, 4), (exit, blank));
        Assert.Empty(lab.Launches);
        Assert.Contains(GateReasons.BaselineNotMet, lab.Output, StringComparison.Ordinal);
        Assert.Contains(GateReasons.RequiredBaselineMissing, lab.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(lab.OutputDir, "*.governance_report.json").Length);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task One_failed_job_ends_with_3_and_names_whose_fault_it_is()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Record = record => record.PromptId == "coding_ability_1" && record.WorkflowId == "cc_glm_headless" ? SampleRun.Failed(record.WorkflowId, record.PromptId) with { RunId = record.RunId } : record;

        var exit = await lab.GovernedAsync("--run-id", "strict");
        var lax = await lab.GovernedAsync("--run-id", "lax", "--min-rate", "0.7");

        Assert.True((exit, lax) == (3, 0), lab.Output + lab.Error);
        Assert.Contains("FAILED (success_rate_too_low), exit code 3", lab.Output, StringComparison.Ordinal);
        Assert.Contains("Whose fault: model (1 of 8 jobs)", lab.Output, StringComparison.Ordinal);
        Assert.Equal(1, GovernanceReport.Read(lab.Runs()[1])!.Launch!.ExitCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_that_is_not_on_the_branch_ends_with_3_after_the_run()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.Git.GitAsync("main", "checkout", "--quiet", "-b", "side");
        var side = await lab.Git.CommitAsync("later");

        var exit = await lab.GovernedAsync("--reported-commit", side, "--branch", "main");

        Assert.Equal((3, 1), (exit, lab.Launches.Count));
        Assert.Equal((GateReasons.ReportedNotAncestor, true), (lab.Report().ReasonCode, lab.Report().RunSuccess));
        Assert.Contains("Whose fault: the repository", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Files_that_may_not_change_end_with_3_before_the_jobs_and_after_them()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = _ => lab.Write("drift.txt", "x");

        var after = await lab.GovernedAsync("--run-id", "after", "--allow", "docs/*");
        var before = await lab.GovernedAsync("--run-id", "before", "--allow", "docs/*");

        Assert.True((after, before) == (3, 3), lab.Output + lab.Error);
        Assert.Single(lab.Launches);
        var report = lab.Report();
        Assert.Equal((true, false, GateReasons.ScopeDriftDetected), (report.AllowlistGateBefore!.Passed, report.AllowlistGateAfter!.Passed, report.ReasonCode));
        Assert.Equal(["drift.txt"], report.AllowlistGateAfter.Violations);
        Assert.Equal(GateReasons.ScopeDriftDetected, lab.EarlyReport().GetProperty("reason_code").GetString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_gates_ask_the_work_tree_in_which_the_agents_work()
    {
        using var lab = await GovernedLab.CreateAsync();
        await lab.Git.GitAsync("main", "worktree", "add", "--quiet", "-b", "work", lab.Git.At("work"));
        lab.AfterRun = _ => lab.Git.Write("work/drift.txt", "x");

        var exit = await lab.GovernedAsync("--skip-preflight", "--set", $"WorkTree={lab.Git.At("work")}", "--allow", "docs/*", "--reported-commit", "HEAD", "--branch", "work");

        Assert.True(exit == 3, lab.Output + lab.Error);
        var report = lab.Report();
        Assert.Equal((lab.Git.At("work"), GateReasons.ScopeDriftDetected, true), (report.AllowlistGateAfter!.Worktree, report.ReasonCode, report.IntegrityGate!.Passed));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_launch_that_leaves_no_record_ends_with_5(int code)
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Launch = (_, _) => Task.FromResult(new GovernanceLaunch(code, "error CS1002\n", ""));

        var exit = await lab.GovernedAsync("--skip-preflight");

        Assert.Equal(5, exit);
        var report = lab.EarlyReport();
        Assert.Equal((GateReasons.LaunchFailedNoRecords, "error CS1002\n", code), (
            report.GetProperty("reason_code").GetString(), report.GetProperty("launch").GetProperty("stdout").GetString(), report.GetProperty("launch").GetProperty("exit_code").GetInt32()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_a_failed_launch_left_is_collected_and_judged()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Record = record => record.WorkflowId == "cc_glm_headless" ? record : null;

        var exit = await lab.GovernedAsync("--skip-preflight");

        Assert.Equal(3, exit);
        Assert.Equal((GateReasons.JobsLost, false), (lab.Report().ReasonCode, lab.Report().RunSuccess));
        Assert.True(File.Exists(lab.Runs()[0].SummaryJson));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(6, GateReasons.CollectFailed, "run_results.json")]
    [InlineData(7, GateReasons.SummarizeFailed, "collected/summary.json")]
    public async Task A_document_that_cannot_be_written_ends_with_its_step(int expected, string reason, string document)
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = run =>
        {
            File.Delete(Path.Combine(run.Root, document));
            Directory.CreateDirectory(Path.Combine(run.Root, document, "in the way"));
        };

        var exit = await lab.GovernedAsync("--skip-preflight");

        Assert.Equal(expected, exit);
        Assert.Equal((false, reason), (lab.Report().Passed, lab.Report().ReasonCode));
        Assert.Contains($"exit code {expected}", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Another_plan_than_the_one_that_was_made_is_not_green()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = run => File.WriteAllText(run.Manifest, File.ReadAllText(run.Manifest).Replace("\"seed\": 0", "\"seed\": 1", StringComparison.Ordinal));

        var exit = await lab.GovernedAsync("--skip-preflight");

        Assert.Equal((3, GateReasons.PlanHashMismatch), (exit, lab.Report().ReasonCode));
    }

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
