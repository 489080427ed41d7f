using System.Text.Json;
using Bench.Cli.Governed;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Governed;

public sealed class ProgressiveStateTests : IDisposable
{
    private const string Page = "progressive_state.md";
    private const string Commit = "9f1e2d3c4b5a69788796a5b4c3d2e1f001122334";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_state_is_what_the_page_shows()
    {
        var actual = ProgressiveStateFile.TextOf(State, new Redactor([]));
        var shown = FormatPage.Fence(Page, "json");
        if (Environment.GetEnvironmentVariable("BENCH_ACCEPT") == "1" && shown != actual)
        {
            File.WriteAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "formats", Page), FormatPage.Text(Page).Replace($"\n```json\n{shown}", $"\n```json\n{actual}", StringComparison.Ordinal));
            return;
        }

        Assert.Equal(actual, shown);
    }

    [Fact]
    public void A_state_reads_back_as_it_was()
    {
        using var file = ProgressiveStateFile.TryTake(folder.Path)!;

        file.Write(State, new Redactor([]));

        Assert.Equal(ProgressiveStateFile.TextOf(State, new Redactor([])), ProgressiveStateFile.TextOf(file.Read(), new Redactor([])));
        Assert.Equal(1, file.Read().DueIndex(Commit));
        Assert.Equal(0, file.Read().DueIndex("another"));
    }

    [Fact]
    public void Every_field_is_explained()
    {
        var text = FormatPage.Text(Page) + FormatPage.Text("governance_report.md");
        using var document = JsonDocument.Parse(ProgressiveStateFile.TextOf(State, new Redactor([])));

        Assert.Empty(Names(document.RootElement).Distinct().Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_phases_of_the_guide_are_the_phases()
    {
        var guide = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "governed.md"));

        Assert.All(ProgressivePhase.All, phase => Assert.Contains(
            FormattableString.Invariant($"| `{phase.Id}` | {string.Join(", ", phase.Workflows.Select(id => $"`{id}`"))} | {string.Join(", ", phase.Prompts.Select(id => $"`{id}`"))} | {phase.Trials} | {phase.Jobs} | {phase.Parallel} | {phase.MaxRetries} | {phase.TimeoutSec} s | {phase.MinSuccessRate} |"),
            guide,
            StringComparison.Ordinal));
    }

    private static ProgressiveState State { get; } = new()
    {
        Commit = Commit,
        LastPassedPhase = "phase1_smoke",
        History = [Passed, Unready],
    };

    private static ProgressiveRecord Passed => new()
    {
        Phase = "phase1_smoke",
        Commit = Commit,
        Forced = false,
        RunId = "progressive-phase1_smoke-20260301T080000Z",
        RunDir = "progressive-phase1_smoke-20260301T080000Z",
        Model = "zhipuai-coding-plan/glm-5",
        ModelSelected = "glm-5",
        Workflows = ["opencode_run_headless"],
        PromptIds = ["coding_ability_2"],
        Trials = 1,
        Parallel = 1,
        PeakInFlight = 1,
        SuccessRate = 1,
        MinSuccessRate = 1,
        Passed = true,
        ExitCode = 0,
        ReasonCode = GateReasons.ReportOk,
        Preflight = Preflight,
        BaselineGate = new()
        {
            Passed = true,
            ReasonCode = GateReasons.BaselineOk,
            Worktree = "/bench",
            RequiredBaseline = Commit,
            RequiredCommit = Commit,
            RuntimeCommit = Commit,
            Details = $"The runtime commit {Commit} contains the required commit {Commit}.",
        },
        IntegrityGate = new()
        {
            Passed = true,
            ReasonCode = GateReasons.IntegrityOk,
            Worktree = "/bench",
            Branch = "main",
            BranchRef = "refs/heads/main",
            BranchHead = Commit,
            ReportedCommit = Commit,
            Details = $"The reported commit {Commit} is on the branch 'main' (refs/heads/main).",
        },
        Launch = new(0, "Passed!\n", ""),
        Collect = new(0),
        Summarize = new(0),
        GeneratedAt = SampleRun.Stamp(9),
    };

    private static ProgressiveRecord Unready => Passed with
    {
        Phase = "phase2_6stream",
        RunId = "progressive-phase2_6stream-20260301T080100Z",
        RunDir = null,
        ModelSelected = null,
        PromptIds = ["coding_ability_2", "latency_speed_1", "robustness_partial_context_1"],
        Trials = 2,
        Parallel = 6,
        PeakInFlight = null,
        SuccessRate = null,
        Passed = false,
        ExitCode = 1,
        ReasonCode = "quota_or_rate_limit",
        Taxonomy = "env",
        Preflight = Preflight with
        {
            Passed = false,
            ReasonCode = "quota_or_rate_limit",
            Lanes = [Preflight.Lanes[0] with { Passed = false, ReasonCode = "quota_or_rate_limit", FailureCategory = "env", SelectedModel = null, AuthProbeOk = null, Details = "env/quota_or_rate_limit: 429" }],
        },
        BaselineGate = null,
        IntegrityGate = null,
        Launch = null,
        Collect = null,
        Summarize = null,
    };

    private static GovernancePreflight Preflight => new()
    {
        Passed = true,
        ReasonCode = "preflight_ok",
        Lanes = [new() { WorkflowId = "opencode_run_headless", Passed = true, ReasonCode = "preflight_ok", CliVersion = "1.18.33", Model = "zhipuai-coding-plan/glm-5", SelectedModel = "glm-5", AuthProbeOk = true }],
    };

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
