using System.Text.Json;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Gates;

public sealed class GovernanceReportTests : IDisposable
{
    private const string Page = "governance_report.md";
    private const string Required = "22d5508c0d5f2a1e6f4b3a9d8c7e6f5a4b3c2d1e";
    private const string Runtime = "9f1e2d3c4b5a69788796a5b4c3d2e1f001122334";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_report_is_what_the_page_shows()
    {
        var actual = File.ReadAllText(Written().GovernanceReport);
        var shown = FormatPage.Fence(Page, "json");
        if (Environment.GetEnvironmentVariable("BENCH_ACCEPT") == "1" && shown != actual)
        {
            var path = Path.Combine(TestFolder.RepositoryRoot, "docs", "formats", Page);
            File.WriteAllText(path, FormatPage.Text(Page).Replace($"\n```json\n{shown}", $"\n```json\n{actual}", StringComparison.Ordinal));
            return;
        }

        Assert.Equal(actual, shown);
    }

    [Fact]
    public void A_report_reads_back_as_it_was()
    {
        var run = Written();
        var before = File.ReadAllText(run.GovernanceReport);

        GovernanceReport.Read(run)!.Write(run, new Redactor([]));

        Assert.Equal(before, File.ReadAllText(run.GovernanceReport));
    }

    [Fact]
    public void Every_field_and_every_reason_is_explained()
    {
        var text = FormatPage.Text(Page);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Written().GovernanceReport));
        var reasons = typeof(GateReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Empty(Names(document.RootElement).Concat(reasons).Distinct().Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_report_without_the_report_gate_is_not_green()
    {
        var report = GovernanceReport.Of(GovernedRun.Read(GovernedRun.Write(folder)), new FrozenClock()) with { BaselineGate = Baseline };

        Assert.Equal((false, GateReasons.NothingToJudge, null), (report.Passed, report.ReasonCode, report.RunSuccess));
    }

    [Fact]
    public void One_gate_that_did_not_pass_decides()
    {
        var report = Report(GovernedRun.Write(folder));

        var drifted = report with { AllowlistGateAfter = report.AllowlistGateAfter! with { Passed = false, ReasonCode = GateReasons.ScopeDriftDetected } };

        Assert.Equal((true, GateReasons.ReportOk), (report.Passed, report.ReasonCode));
        Assert.Equal((false, GateReasons.ScopeDriftDetected, true), (drifted.Passed, drifted.ReasonCode, drifted.RunSuccess));
    }

    [Fact]
    public void A_preflight_or_a_step_that_failed_decides_before_the_gates()
    {
        var report = Report(GovernedRun.Write(folder));

        var unready = report with { Preflight = report.Preflight! with { Passed = false, ReasonCode = "auth_error", Lanes = [report.Preflight.Lanes[0] with { Passed = false, ReasonCode = "auth_error", FailureCategory = "env" }] } };
        var cancelled = report with { Failure = new(GateReasons.Cancelled, "Ctrl+C.", "Run again.") };

        Assert.Equal((false, "auth_error", "env"), (unready.Passed, unready.ReasonCode, unready.Taxonomy));
        Assert.Equal((false, GateReasons.Cancelled, null), (cancelled.Passed, cancelled.ReasonCode, cancelled.Taxonomy));
    }

    [Fact]
    public void A_run_that_was_never_started_names_no_folder_and_is_not_green()
    {
        var report = GovernanceReport.Of(Planning.PlanningData.Settings(GovernedRun.Lane), new FrozenClock());

        Assert.Equal((false, null, null, "glm-5"), (report.Passed, report.RunDir, report.SummaryJson, report.Model));
    }

    [Fact]
    public void A_secret_in_what_git_says_is_not_written()
    {
        var run = GovernedRun.Write(folder);
        var report = Report(run) with { BaselineGate = Baseline with { Details = "see https://x:a-secret-of-the-tests@host" } };

        report.Write(run, new Redactor([new KnownSecret("KEY", "a-secret-of-the-tests")]));

        Assert.DoesNotContain("a-secret-of-the-tests", File.ReadAllText(run.GovernanceReport), StringComparison.Ordinal);
        Assert.NotNull(GovernanceReport.Read(run));
    }

    private static BaselineVerdict Baseline => new()
    {
        Passed = true,
        ReasonCode = GateReasons.BaselineOk,
        Worktree = "/bench",
        RequiredBaseline = "v1.2.0",
        RequiredCommit = Required,
        RuntimeCommit = Runtime,
        Details = $"The runtime commit {Runtime} contains the required commit {Required}.",
    };

    private static AllowlistVerdict Allowlist => new()
    {
        Passed = true,
        ReasonCode = GateReasons.AllowlistOk,
        Worktree = "/bench",
        AllowedPatterns = ["docs/*"],
        ModifiedFiles = ["docs/a.md"],
        Violations = [],
        Details = "Changed files: 1, none of them against the allowlist.",
    };

    private static GovernanceReport Report(RunFolder run) => GovernanceReport.Of(GovernedRun.Read(run), new FrozenClock()) with
    {
        Preflight = new()
        {
            Passed = true,
            ReasonCode = "preflight_ok",
            Lanes =
            [
                new() { WorkflowId = GovernedRun.Lane, Passed = true, ReasonCode = "preflight_ok", CliVersion = "2.1.328", Model = "glm-5", SelectedModel = "glm-5", AuthProbeOk = true },
                new() { WorkflowId = GovernedRun.OtherLane, Passed = true, ReasonCode = "preflight_ok", CliVersion = "1.18.33", Model = "zhipuai-coding-plan/glm-5", SelectedModel = "glm-5", AuthProbeOk = true },
            ],
        },
        Launch = new(0, "4 passed, 0 failed\n", ""),
        BaselineGate = Baseline,
        AllowlistGateBefore = Allowlist,
        AllowlistGateAfter = Allowlist with { BeforeCommit = Runtime },
        IntegrityGate = new()
        {
            Passed = true,
            ReasonCode = GateReasons.IntegrityOk,
            Worktree = "/bench",
            Branch = "main",
            BranchRef = "refs/remotes/origin/main",
            BranchHead = Runtime,
            ReportedCommit = Runtime,
            Details = $"The reported commit {Runtime} is on the branch 'main' (refs/remotes/origin/main).",
        },
        ReportGate = GovernedRun.Judge(run),
    };

    private RunFolder Written()
    {
        var run = GovernedRun.Write(folder);
        Report(run).Write(run, new Redactor([]));
        return run;
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
