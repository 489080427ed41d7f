using System.CommandLine;
using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Cli;

public sealed class GateCommandTests : IDisposable
{
    private readonly GitLab lab = new();
    private readonly TestFolder runs = new();

    public void Dispose()
    {
        lab.Dispose();
        runs.Dispose();
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(0, "baseline_ok", "baseline", "--required", "HEAD~1")]
    [InlineData(4, "baseline_not_met", "baseline", "--required", "HEAD", "--runtime", "HEAD~1")]
    [InlineData(4, "required_commit_missing", "baseline", "--required", "--upload-pack=x")]
    [InlineData(4, "required_baseline_missing", "baseline", "--required", "")]
    [InlineData(4, "worktree_missing", "baseline", "--required", "HEAD", "--repo", "gone")]
    [InlineData(0, "integrity_ok", "integrity", "--reported", "HEAD~1", "--branch", "main")]
    [InlineData(3, "branch_head_missing", "integrity", "--reported", "HEAD", "--branch", "gone")]
    [InlineData(3, "reported_not_ancestor", "integrity", "--reported", "side", "--branch", "main")]
    [InlineData(0, "allowlist_ok", "allowlist", "--allow", "new.txt", "other/*")]
    [InlineData(3, "scope_drift_detected", "allowlist", "--allow", "other/*")]
    [InlineData(3, "scope_drift_detected", "allowlist", "--allow", "new.txt", "--before", "HEAD~1")]
    public async Task A_gate_ends_with_its_code_and_prints_one_document(int expected, string reason, params string[] args)
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.CommitAsync("b");
        await lab.GitAsync("main", "checkout", "--quiet", "-b", "side");
        await lab.CommitAsync("c");
        await lab.GitAsync("main", "checkout", "--quiet", "main");
        lab.Write("main/new.txt", "x");

        var (exit, output, error) = await RunAsync(lab.Main, [.. args, "--json"]);

        Assert.Equal((expected, ""), (exit, error));
        using var document = JsonDocument.Parse(output);
        Assert.Equal((reason, args[0], expected == 0), (
            document.RootElement.GetProperty("reason_code").GetString(),
            document.RootElement.GetProperty("gate").GetString(),
            document.RootElement.GetProperty("passed").GetBoolean()));
        Assert.Empty(Directory.EnumerateFiles(lab.Main, "*.json"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task For_people_a_gate_says_what_is_wrong_and_what_to_do()
    {
        await lab.InitAsync();
        lab.Write("main/new.txt", "x");

        var (exit, output, _) = await RunAsync(lab.Main, "allowlist");

        Assert.Equal(3, exit);
        Assert.Equal(
            ["allowlist gate: failed (scope_drift_detected)", "Changed files that are not allowed (1): 'new.txt'.", "What to do: Take the changes back, or allow them by a pattern."],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task A_run_that_may_be_relied_on_ends_with_0_and_leaves_the_report()
    {
        var run = GovernedRun.Write(runs);

        var (exit, output, error) = await RunAsync(runs.Path, "report", run.Root, "--allow-scripted", "--min-rate", "0.9");

        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("report gate: passed (report_ok)", output, StringComparison.Ordinal);
        Assert.Contains("2/2 passed, 100 %; lower end at 95 %: 34.2 % on these prompts, 34.2 % on prompts like these", output, StringComparison.Ordinal);
        Assert.Contains("at least 90 % takes 2 of 2: a lane whose true rate is 90 % passes with a chance of 81 %, one at 70 % with 49 %", output, StringComparison.Ordinal);
        Assert.Contains("profile embedded (scripted model). A scripted model answered: it proves that agents and Bench work, nothing of a model.", output, StringComparison.Ordinal);
        Assert.Contains(run.GovernanceReport, output, StringComparison.Ordinal);
        var report = GovernanceReport.Read(run)!;
        Assert.Equal((true, true, GateReasons.ReportOk, SampleRun.RunId), (report.Passed, report.RunSuccess, report.ReasonCode, report.RunId));
    }

    [Fact]
    public async Task A_run_with_a_failed_job_ends_with_3_and_leaves_the_report()
    {
        var run = GovernedRun.Write(runs, records: records => records.Select((record, i) =>
            i > 0 ? record : SampleRun.Failed(record.WorkflowId, record.PromptId) with { JobId = record.JobId }));

        var (exit, output, _) = await RunAsync(runs.Path, "report", run.Root, "--allow-scripted", "--json");
        var (lax, _, _) = await RunAsync(runs.Path, "report", run.Root, "--allow-scripted", "--json", "--min-rate", "0.5");

        Assert.Equal((3, 0), (exit, lax));
        using var document = JsonDocument.Parse(output);
        Assert.Equal(GateReasons.SuccessRateTooLow, document.RootElement.GetProperty("reason_code").GetString());
        Assert.True(GovernanceReport.Read(run)!.Passed);
    }

    [Fact]
    public async Task A_lane_of_which_the_environment_failed_a_job_passes_without_an_interval()
    {
        var run = GovernedRun.Write(runs, records: records => records.Select((record, i) =>
            i > 0 ? record : SampleRun.Failed(record.WorkflowId, record.PromptId, category: "env", reason: "auth_error") with { JobId = record.JobId }));

        var (exit, output, _) = await RunAsync(runs.Path, "report", run.Root, "--allow-scripted", "--min-rate", "0.5");

        Assert.Equal(0, exit);
        Assert.Contains("1/2 passed, 50 %; no interval, since the environment or Bench failed some of them, which says nothing about the lane", output, StringComparison.Ordinal);
        Assert.Contains("lower end at 95 %: 34.2 % on these prompts", output, StringComparison.Ordinal);
        Assert.Contains(" has no interval, since the environment or Bench failed some of its jobs", GovernanceReport.Read(run)!.ReportGate!.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_again_keeps_the_verdicts_of_the_other_gates()
    {
        var run = GovernedRun.Write(runs);
        var baseline = new BaselineVerdict { Passed = false, ReasonCode = GateReasons.BaselineNotMet, Worktree = "/bench", RequiredBaseline = "v1", Details = "Too old." };
        (GovernanceReport.Of(GovernedRun.Read(run), TimeProvider.System) with { BaselineGate = baseline }).Write(run, new([]));

        var (exit, _, _) = await RunAsync(runs.Path, "report", run.Root, "--allow-scripted");

        var report = GovernanceReport.Read(run)!;
        Assert.Equal((0, baseline, false, GateReasons.BaselineNotMet), (exit, report.BaselineGate, report.Passed, report.ReasonCode));
        Assert.True(report.ReportGate!.Passed);
    }

    [Theory]
    [InlineData("MY_API_KEY")]
    [InlineData("ZAI")]
    public async Task A_secret_of_the_environment_is_looked_for_and_not_printed(string variable)
    {
        var run = GovernedRun.Write(runs, manifest => manifest with { Settings = [new SettingSource("Live:CcGlm:KeyVariable", "ZAI", "bench.live.json")] });
        await File.WriteAllTextAsync(Path.Combine(run.Raw, "note.txt"), "open-sesame-1234", TestContext.Current.CancellationToken);

        var (exit, output, _) = await RunAsync(runs.Path, new Dictionary<string, string> { [variable] = "open-sesame-1234" }, "report", run.Root);

        Assert.Equal(3, exit);
        Assert.Contains("raw/note.txt:1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame-1234", output + await File.ReadAllTextAsync(run.GovernanceReport, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report", "no-such-run", "--set", "OutputDir=.")]
    [InlineData("baseline")]
    [InlineData("integrity", "--reported", "HEAD")]
    [InlineData("allowlist", "--allow", "/etc/passwd")]
    public async Task What_cannot_be_asked_is_a_usage_error(params string[] args)
    {
        var (exit, output, error) = await RunAsync(runs.Path, args);

        Assert.Equal((64, ""), (exit, output));
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task A_rate_out_of_range_and_a_foreign_report_are_usage_errors()
    {
        var run = GovernedRun.Write(runs);

        var (rate, _, rateError) = await RunAsync(runs.Path, "report", run.Root, "--min-rate", "0");
        await File.WriteAllTextAsync(run.GovernanceReport, """{ "run_id": "x", "passed": true }""", TestContext.Current.CancellationToken);
        var (foreign, _, foreignError) = await RunAsync(runs.Path, "report", run.Root);

        Assert.Equal((64, 64), (rate, foreign));
        Assert.Contains("--min-rate", rateError, StringComparison.Ordinal);
        Assert.Contains(run.GovernanceReport, foreignError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("integrity")]
    [InlineData("allowlist")]
    [InlineData("report")]
    public async Task The_help_has_examples(string gate)
    {
        var (exit, output, _) = await RunAsync(runs.Path, gate, "--help");

        Assert.Equal(0, exit);
        Assert.Contains($"dotnet bench gate {gate} ", output, StringComparison.Ordinal);
    }

    private static Task<(int Exit, string Output, string Error)> RunAsync(string folder, params string[] args) => RunAsync(folder, new Dictionary<string, string>(), args);

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string folder, Dictionary<string, string> environment, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        environment["PATH"] = GitLab.SearchPath;
        var host = new CliHost { Environment = environment, CurrentFolder = folder, Output = output, Error = error };
        var exit = await CommandLine.RunAsync(["gate", .. args], host, GateCommand.Create(host));
        return (exit, output.ToString(), error.ToString());
    }
}
