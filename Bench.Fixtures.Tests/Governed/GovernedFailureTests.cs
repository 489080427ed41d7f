using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class GovernedFailureTests
{
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
    public async Task A_lane_that_cannot_be_tried_ends_with_1_and_a_report()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Try = () => throw new IOException("No space left on device : '/tmp/bench-preflight-1'");

        var exit = await lab.GovernedAsync();

        Assert.Equal((1, 0), (exit, lab.Launches.Count));
        var report = lab.EarlyReport();
        Assert.Equal(("artifact_write_failed", "harness"), (report.GetProperty("reason_code").GetString(), report.GetProperty("taxonomy").GetString()));
        Assert.Contains("'/tmp/bench-preflight-1' The lane was not tried", lab.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("[]")]
    [InlineData("{ \"schema_version\": 1, \"status\": ")]
    public async Task A_manifest_that_cannot_be_read_ends_with_6_and_a_report(string manifest)
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = run => File.WriteAllText(run.Manifest, manifest);

        var exit = await lab.GovernedAsync("--skip-preflight", "--reported-commit", "HEAD", "--branch", "main");

        Assert.True(exit == 6, lab.Output + lab.Error);
        var report = lab.Report();
        Assert.Equal((false, GateReasons.CollectFailed, true), (report.Passed, report.ReasonCode, report.IntegrityGate!.Passed));
        Assert.Contains("manifest.json", report.Failure!.Details, StringComparison.Ordinal);
        Assert.Contains("FAILED (collect_failed), exit code 6", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_launch_that_the_machine_breaks_ends_with_6_and_a_report()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.Launch = (_, _) => throw new IOException("Broken pipe");

        var exit = await lab.GovernedAsync("--skip-preflight");

        Assert.Equal((6, GateReasons.CollectFailed), (exit, lab.EarlyReport().GetProperty("reason_code").GetString()));
        Assert.Contains("Why: Broken pipe", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_report_of_a_step_that_failed_names_what_the_run_left()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = Block;

        await lab.GovernedAsync("--skip-preflight", "--run-id", "left");

        var report = lab.Report();
        Assert.Equal((GateReasons.CollectFailed, "left", "collected/summary.json", "collected/summary.md", "glm-5"), (report.ReasonCode, report.RunDir, report.SummaryJson, report.SummaryMd, report.ModelSelected));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_report_is_green_once_what_failed_was_corrected_and_the_report_gate_passes()
    {
        using var lab = await GovernedLab.CreateAsync();
        lab.AfterRun = Block;
        var failed = await lab.GovernedAsync("--skip-preflight", "--reported-commit", "HEAD", "--branch", "main");
        var run = lab.Runs()[0];

        Directory.Delete(run.RunResults, recursive: true);
        var collected = await lab.BenchAsync("collect", run.Root);
        var passed = await lab.BenchAsync("gate", "report", run.Root, "--allow-scripted");

        Assert.True((failed, collected, passed) == (6, 0, 0), lab.Output + lab.Error);
        var report = lab.Report();
        Assert.Equal((true, GateReasons.ReportOk, null, 0, true), (report.Passed, report.ReasonCode, report.Failure, report.Launch!.ExitCode, report.IntegrityGate!.Passed));
    }

    // run_results.json cannot be written.
    private static void Block(RunFolder run)
    {
        File.Delete(run.RunResults);
        Directory.CreateDirectory(Path.Combine(run.RunResults, "in the way"));
    }
}
