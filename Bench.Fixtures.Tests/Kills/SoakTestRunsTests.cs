using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Kills;

/// <summary>Soaks as a user starts them by <c>dotnet test</c>: the rows that there are, what they say, and what is left when the run dies.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SoakTestRunsTests
{
    private const int LimitMs = 300_000;
    private const int SigKill = 9;

    private static readonly string[] SoakFile = ["--settings", Path.Combine(TestFolder.RepositoryRoot, "runsettings", "soak.runsettings")];

    public SoakTestRunsTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    [Fact(Timeout = LimitMs)]
    public async Task A_clean_soak_has_a_row_per_job_and_round_and_a_gate()
    {
        using var lab = new KillLab();

        lab.StartDotnetTest(SoakFile, DryRun(lab));
        var exitCode = await lab.EndAsync();

        var rows = lab.Rows();
        Assert.True(exitCode == 0, lab.Output);
        Assert.All(rows, row => Assert.Equal((row.Name, "Passed"), (row.Name, row.Outcome)));
        Assert.Equal(15, rows.Count);
        Assert.Equal(["soak gate", "soak round 1", "soak round 2"], rows.Select(row => row.Name).Where(name => name.StartsWith("soak", StringComparison.Ordinal)));
        Assert.Contains("round 2: gemini_run_headless / echo_ready", rows.Select(row => row.Name));
        Assert.Equal((SoakStatuses.Passed, true), Artifact(lab));
        Assert.Contains("=== Validation Complete ===\nStatus: PASSED\nAll Clean: Yes\nTotal: 12/12 passed", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_run_that_is_no_soak_has_no_row_of_a_soak()
    {
        using var lab = new KillLab();

        lab.StartDotnetTest([], DryRun(lab));
        await lab.EndAsync();

        var rows = lab.Rows();
        Assert.Equal(20, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain("soak", row.Name, StringComparison.OrdinalIgnoreCase));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_filter_that_leaves_jobs_out_leaves_no_verdict()
    {
        using var lab = new KillLab();

        lab.StartDotnetTest([.. SoakFile, "--filter", "Workflow=gemini_run_headless"], DryRun(lab));
        await lab.EndAsync();

        Assert.Equal(4, lab.Rows().Count);
        Assert.Equal((SoakStatuses.Partial, false), Artifact(lab));
        Assert.Contains("There is no verdict", lab.Output, StringComparison.Ordinal);
    }

    // The first round has no jobs then: the run waited for ever.
    [Theory(Timeout = LimitMs)]
    [InlineData("Round=2", 7)]
    [InlineData("Trial=2", 6)]
    public async Task A_filter_to_a_later_round_runs_that_and_leaves_no_verdict(string filter, int rows)
    {
        using var lab = new KillLab();

        lab.StartDotnetTest([.. SoakFile, "--filter", filter], DryRun(lab));
        var exitCode = await lab.EndAsync();

        Assert.True(exitCode == 0, lab.Output);
        Assert.Equal(rows, lab.Rows().Count);
        Assert.All(lab.Rows(), row => Assert.Equal((row.Name, "Passed"), (row.Name, row.Outcome)));
        Assert.Equal((SoakStatuses.Partial, false), Artifact(lab));
        Assert.Contains("ok round 2: gemini_run_headless / echo_ready", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task The_gate_alone_runs_every_job()
    {
        using var lab = new KillLab();

        lab.StartDotnetTest([.. SoakFile, "--filter", "Soak=gate"], DryRun(lab));
        var exitCode = await lab.EndAsync();

        Assert.True(exitCode == 0, lab.Output);
        Assert.Equal("soak gate", Assert.Single(lab.Rows()).Name);
        Assert.Equal((SoakStatuses.Passed, true), Artifact(lab));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_wrong_answer_in_round_2_fails_its_row_its_round_and_the_gate_by_name()
    {
        using var lab = new KillLab();
        using var agent = Agent("*echo_ok__t2) echo 'NOT OK';;");

        lab.StartDotnetTest(SoakFile, Settings(lab, agent));
        var exitCode = await lab.EndAsync();

        Assert.Equal(1, exitCode);
        var failed = lab.Rows().Where(row => row.Outcome == "Failed").ToList();
        Assert.Equal(["round 2: cc_glm_headless / echo_ok", "soak gate", "soak round 2"], failed.Select(row => row.Name));
        Assert.All(failed.Skip(1), row => Assert.Contains("FAIL round 2 [cc-glm] echo_ok: model/check_failed:", row.Message, StringComparison.Ordinal));
        Assert.All(failed.Skip(1), row => Assert.Contains("asked 'Return exactly: OK', expected 'OK', answered 'NOT OK'", row.Message, StringComparison.Ordinal));
        Assert.Equal((SoakStatuses.Failed, false), Artifact(lab));
    }

    [Fact(Timeout = LimitMs)]
    public async Task Rows_of_a_round_that_was_not_run_are_skipped_with_the_reason()
    {
        using var lab = new KillLab();
        using var agent = Agent("*echo_ok) echo 'NOT OK';;");

        lab.StartDotnetTest(SoakFile, Settings(lab, agent));
        await lab.EndAsync();

        var skipped = lab.Rows().Where(row => row.Outcome == "NotExecuted").ToList();
        Assert.Equal(["round 2: cc_glm_headless / echo_ok", "round 2: cc_glm_headless / echo_ready", "soak round 2"], skipped.Select(row => row.Name));
        Assert.All(skipped, row => Assert.Contains("round 2 was not run: 2 clean rounds in a row could no longer be reached.", row.Message, StringComparison.Ordinal));
    }

    [Fact(Timeout = LimitMs)]
    public async Task Missing_agents_are_one_failing_row_before_any_job()
    {
        using var lab = new KillLab();
        Directory.CreateDirectory(lab.At("empty"));

        lab.StartDotnetTest([.. SoakFile, $"-p:BenchAgentsDir={lab.At("empty")}"], [("OutputDir", lab.At("runs")), ("Agents__SearchPath", "false")]);
        var exitCode = await lab.EndAsync();

        Assert.Equal(1, exitCode);
        var row = Assert.Single(lab.Rows());
        Assert.All(["opencode", "claude", "gemini"], name => Assert.Contains($"The soak was not begun. '{name}' was not found.", row.Message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(lab.At("runs")));
    }

    [Theory(Timeout = LimitMs)]
    [InlineData(KillTarget.Executable, SoakStatuses.Crashed)]
    [InlineData(KillTarget.TestHost, SoakStatuses.Cancelled)]
    public async Task Killed_in_round_1_the_artifacts_say_what_became_of_the_run_and_no_process_stays(KillTarget target, string status)
    {
        using var lab = new KillLab();
        using var agent = Agent("*) sleep 600;;");

        lab.StartDotnetTest(SoakFile, Settings(lab, agent));
        await lab.UntilAsync(() => lab.Jobs(JournalEvents.JobStarted).Count == 2, "the jobs were in flight");
        var before = Artifact(lab);
        KillLab.Signal(lab.Find(target)!.Value, SigKill);
        var exitCode = await lab.EndAsync();
        await lab.UntilAsync(() => lab.Left() == 0, "no process was left", mayEnd: true);

        Assert.NotEqual(0, exitCode);
        Assert.Equal((SoakStatuses.Running, false), before);
        Assert.Equal((status, false), Artifact(lab));
    }

    private static (string Key, string Value)[] DryRun(KillLab lab) => [("Profile", "dry-run"), ("OutputDir", lab.At("runs"))];

    private static SoakLab Agent(string cases)
    {
        var lab = new SoakLab();
        lab.Answer(cases);
        return lab;
    }

    private static (string Key, string Value)[] Settings(KillLab lab, SoakLab agent) =>
    [
        ("OutputDir", lab.At("runs")), ("Workflows", "cc_glm_headless"),
        ("Agents__Claude", agent.Lab.Settings["Agents:Claude"]), ("CcGlm__HeadlessScript", agent.Lab.Settings["CcGlm:HeadlessScript"]),
    ];

    private static (string Status, bool Passed) Artifact(KillLab lab)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SoakArtifacts.JsonPath(lab.Run!)));
        return (document.RootElement.GetProperty("status").GetString()!, document.RootElement.GetProperty("passed").GetBoolean());
    }
}
