using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Cli.Preflight;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Tests.Runs;
using Bench.Fixtures.Tests.Workflows;

namespace Bench.Fixtures.Tests.Cli;

[UnsupportedOSPlatform("windows")]
public sealed class SoakCommandTests : IDisposable
{
    private static readonly Dictionary<string, LaneProbe> NoProbes = [];

    private readonly CliRun run = new();

    public SoakCommandTests()
    {
        Directory.CreateDirectory(Path.Combine(run.Root, "prompts", "scripted"));
        foreach (var file in new[] { "soak_prompts.json", "scripted/echo_ok.json", "scripted/echo_ready.json" })
        {
            File.Copy(Path.Combine(TestFolder.RepositoryRoot, "prompts", file), Path.Combine(run.Root, "prompts", file));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => run.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_clean_soak_ends_with_0_and_the_originals_screen_and_artifacts()
    {
        var exitCode = await SoakAsync("--dry-run", "--run-id", "soak-1");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Snapshot.Match(System.Text.RegularExpressions.Regex.Replace(run.Output, @"Duration: [\d.]+s", "Duration: <time>s"));
        Assert.All([".json", ".md"], extension => Assert.True(File.Exists(Path.Combine(run.Root, "artifacts", "multi-provider-soak", "soak-1" + extension))));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Every_option_of_the_original_is_taken_and_paths_start_from_the_current_folder()
    {
        run.CurrentFolder = Directory.CreateDirectory(Path.Combine(run.Root, "here")).FullName;
        Directory.CreateDirectory(Path.Combine(run.Root, "here", "tree", ".git"));

        var exitCode = await SoakAsync("--dry-run", "--rounds", "3", "--parallel", "2", "--timeout-sec", "30", "--worktree", "tree", "--run-id", "soak-2", "--output-dir", "out", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal((3, 18, true), (document.RootElement.GetProperty("rounds_required").GetInt32(), document.RootElement.GetProperty("total_jobs").GetInt32(), document.RootElement.GetProperty("passed").GetBoolean()));
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Root, "here", "out", "soak-2", "manifest.json")));
        Assert.Equal((2, 30), (manifest.RootElement.GetProperty("parallel").GetInt32(), manifest.RootElement.GetProperty("timeout_sec").GetDouble()));
        Assert.Equal("<root>/here/tree", document.RootElement.GetProperty("rounds")[0].GetProperty("jobs")[0].GetProperty("job_spec").GetProperty("worktree").GetString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Rounds_of_a_settings_file_count_unless_the_option_is_given()
    {
        var file = run.Write("x.runsettings", "<RunSettings><RunConfiguration><EnvironmentVariables><BENCH__Soak__Rounds>4</BENCH__Soak__Rounds></EnvironmentVariables></RunConfiguration></RunSettings>");

        var exitCode = await SoakAsync("--dry-run", "--settings", file, "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(4, document.RootElement.GetProperty("rounds_required").GetInt32());
    }

    // With the original, no rounds passed: nothing had failed.
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Wrong_options_end_with_64_and_are_named_all_at_once()
    {
        var exitCode = await SoakAsync("--rounds", "0", "--parallel", "many", "--worktree", "nowhere");

        Assert.Equal(ExitCodes.Usage, exitCode);
        Snapshot.Match(run.Error);
        Assert.False(Directory.Exists(Path.Combine(run.Root, "artifacts")));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_missing_agent_ends_with_21_before_any_job_and_every_lane_is_looked_at()
    {
        run.Environment["BENCH__Agents__Claude"] = Script("claude", "echo '2.1.328 (Claude Code)'");
        run.Environment["BENCH__Agents__OpenCode"] = "no/opencode";
        run.Environment["BENCH__Agents__Gemini"] = "no/gemini";

        var exitCode = await SoakAsync();

        Assert.Equal(ExitCodes.PreflightFailed, exitCode);
        Assert.Contains("'opencode' was not found.", run.Output, StringComparison.Ordinal);
        Assert.Contains("'gemini' was not found.", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 3 lanes ready", run.Output, StringComparison.Ordinal);
        Assert.Contains("The soak was not begun: no job was run.", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run.Root, "artifacts")));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_preflight_is_an_annotation_and_a_summary_on_GitHub(bool isJson)
    {
        var summary = Path.Combine(run.Root, "summary.md");
        (run.Environment["GITHUB_ACTIONS"], run.Environment["GITHUB_STEP_SUMMARY"]) = ("true", summary);
        run.Environment["BENCH__Agents__Gemini"] = "no/gemini";

        string[] arguments = ["--set", "Workflows=gemini_run_headless", "--json"];

        var exitCode = await SoakAsync(isJson ? arguments : arguments[..2]);

        Assert.Equal(ExitCodes.PreflightFailed, exitCode);
        Assert.Contains("::error title=soak%3A preflight_failed::gemini_run_headless: 'gemini' was not found.", isJson ? run.Error : run.Output, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(summary, Token);
        Assert.StartsWith("### Soak: preflight failed\n\nThe soak was not begun: no job was run.\n", page, StringComparison.Ordinal);
        Assert.Contains("\ngemini_run_headless: 'gemini' was not found.", page, StringComparison.Ordinal);
    }

    // The original's preflight looked at OpenCode alone.
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_lane_whose_try_fails_ends_with_21_and_its_reason()
    {
        run.Environment["BENCH__Agents__Gemini"] = Script("gemini", "echo 0.61.0");
        LaneProbe probe = (_, _) => Task.FromResult(new LaneProbeResult { FailureReason = "auth_error", Detail = "the key was refused" });

        var exitCode = await run.RunAsync(
            host => SoakCommand.Create(host, new Dictionary<string, LaneProbe> { ["gemini_run_headless"] = probe }), "soak", "--json", "--set", "Workflows=gemini_run_headless");

        Assert.Equal(ExitCodes.PreflightFailed, exitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal("auth_error", document.RootElement.GetProperty("reason_code").GetString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_provider_that_a_dx_runner_refuses_ends_with_21()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var runner = new FakeDxRunner();
        runner.NotReady("gemini", "auth_error");
        run.Environment["PATH"] = System.Environment.GetEnvironmentVariable("PATH")!;

        var exitCode = await SoakAsync("--set", "Profile=live", "--set", $"Soak:Dispatcher={runner.Path}");

        Assert.Equal(ExitCodes.PreflightFailed, exitCode);
        Assert.Contains("2 of 3 lanes ready", run.Output, StringComparison.Ordinal);
        Assert.Contains("'gemini' is not ready: dx-runner refused the provider with exit code 1: auth_error", run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_wrong_answer_in_round_2_ends_with_1_and_the_last_screen_names_the_offender()
    {
        using var lab = LabWith("*echo_ok__t2) echo 'NOT OK';;");

        var exitCode = await SoakAsync([.. Options(lab), "--run-id", UniqueId]);

        Assert.Equal(ExitCodes.Failed, exitCode);
        var lastScreen = run.Output[run.Output.IndexOf("=== Validation Complete ===", StringComparison.Ordinal)..];
        Assert.Contains("FAIL round 2 [cc-glm] echo_ok: model/check_failed:", lastScreen, StringComparison.Ordinal);
        Assert.Contains("asked 'Return exactly: OK', expected 'OK', answered 'NOT OK'", lastScreen, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task In_GitHub_Actions_the_report_is_on_the_jobs_page_and_the_offender_annotated()
    {
        using var lab = LabWith("*echo_ok) echo 'NOT OK';;");
        run.Environment["GITHUB_ACTIONS"] = "true";
        run.Environment["GITHUB_STEP_SUMMARY"] = Path.Combine(run.Root, "step.md");

        await SoakAsync([.. Options(lab), "--run-id", UniqueId]);

        Assert.StartsWith("# Multi-Provider Soak Validation Report\n", await File.ReadAllTextAsync(Path.Combine(run.Root, "step.md"), Token), StringComparison.Ordinal);
        Assert.Contains("::error title=model/check_failed%3A cc_glm_headless__echo_ok::", run.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(UserProcess.SigInt)]
    [InlineData(LibC.SigTerm)]
    public async Task A_signal_ends_the_soak_with_130_and_whole_artifacts(int signal)
    {
        using var lab = LabWith("*) sleep 600;;");

        var (exitCode, runId) = await HitInRound1Async(lab, signal);

        Assert.Equal(ExitCodes.Cancelled, exitCode);
        Assert.Equal(("cancelled", false), StatusOf(runId));
        Assert.Equal(0, RunLab.ProcessesOf(runId));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Killed_in_round_1_the_artifacts_do_not_say_passed_and_collect_says_crashed()
    {
        using var lab = LabWith("*) sleep 600;;");

        var (exitCode, runId) = await HitInRound1Async(lab, LibC.SigKill);
        var left = StatusOf(runId);
        await run.RunAsync(CollectCommand.Create, "collect", Path.Combine(run.Root, "artifacts", "multi-provider-soak", runId));

        Assert.NotEqual(ExitCodes.Ok, exitCode);
        Assert.Equal(("running", false), left);
        Assert.Equal(("crashed", false), StatusOf(runId));
        while (RunLab.ProcessesOf(runId) > 0)
        {
            await Task.Delay(20, Token);
        }
    }

    private static string UniqueId => $"soak-{Guid.NewGuid():N}";

    private static SoakLab LabWith(string cases)
    {
        var lab = new SoakLab();
        lab.Answer(cases);
        return lab;
    }

    private static string[] Options(SoakLab lab) =>
        [.. lab.Lab.Settings.Where(setting => setting.Key is "CcGlm:HeadlessScript" or "Agents:Claude" or "Workflows").SelectMany(setting => new[] { "--set", $"{setting.Key}={setting.Value}" })];

    private Task<int> SoakAsync(params string[] args) => run.RunAsync(host => SoakCommand.Create(host, NoProbes), ["soak", .. args]);

    private (string Status, bool Passed) StatusOf(string runId)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Root, "artifacts", "multi-provider-soak", runId + ".json")));
        return (document.RootElement.GetProperty("status").GetString()!, document.RootElement.GetProperty("passed").GetBoolean());
    }

    // As a process of its own: preflight's try of the lane would wait too, so its answer comes at once.
    private async Task<(int ExitCode, string RunId)> HitInRound1Async(SoakLab lab, int signal)
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        lab.Answer("*preflight*) echo READY;; *) sleep 600;;");
        var runId = UniqueId;
        using var process = new UserProcess(run.Root, "dotnet", [TestFolder.Tool, "soak", "--project", Path.Combine(run.Root, "Bench.Tests"), "--run-id", runId, .. Options(lab)]);
        var journal = Path.Combine(run.Root, "artifacts", "multi-provider-soak", runId, "raw", "journal.ndjson");
        await process.UntilAsync(() => File.Exists(journal) && File.ReadAllText(journal).Contains("job_started", StringComparison.Ordinal), "a job had started");

        process.Signal(signal);
        return (await process.EndAsync(), runId);
    }

    private string Script(string name, string body) => TestFolder.WriteProgram(Path.Combine(run.Root, "given", name), $"#!/bin/sh\n{body}\n");
}
