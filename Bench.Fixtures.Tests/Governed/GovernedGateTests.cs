using System.Runtime.Versioning;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class GovernedGateTests
{
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
    public async Task Another_plan_than_the_one_that_was_made_is_not_green()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = run => File.WriteAllText(run.Manifest, File.ReadAllText(run.Manifest).Replace("\"seed\": 0", "\"seed\": 1", StringComparison.Ordinal));

        var exit = await lab.GovernedAsync("--skip-preflight");

        Assert.Equal((3, GateReasons.PlanHashMismatch), (exit, lab.Report().ReasonCode));
    }
}
