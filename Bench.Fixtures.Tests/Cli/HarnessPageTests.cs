using System.Text.RegularExpressions;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Cli;

/// <summary>
/// docs/from-the-python-harness.md: each block under "Now" is run by a shell as it is printed, on what this build made. Only places and names are the
/// test's own: the folders of runs and dispatched jobs, one prompt instead of five where real agents answer, no second build.
/// </summary>
public sealed partial class HarnessPageTests
{
    private const int LimitMs = 900_000;

    private static readonly string Root = TestFolder.RepositoryRoot;

    // Stand before the block: how the two commands are found, and where their results go.
    private const string Preamble = """
        set -eu
        dotnet() {
          verb=$1; shift
          if [ "$verb" = test ]; then
            command dotnet test "$@" --no-build -c "$CONFIGURATION" -p:BenchRestoreAgents=false --results-directory "$PLACE/results"
          else
            name=$1; shift
            case "$name" in
              governed|progressive) set -- "$@" --no-build -c "$CONFIGURATION" --output-dir "$PLACE/runs" ;;
              soak) set -- "$@" --output-dir "$PLACE/soaks" ;;
            esac
            command dotnet "$TOOL" "$name" "$@"
          fi
        }

        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_block_of_the_page_has_a_test() => Assert.Equal(
        Blocks().Keys.Order(StringComparer.Ordinal),
        typeof(HarnessPageTests).GetMethods().SelectMany(method => method.GetCustomAttributes(typeof(SectionAttribute), false).Cast<SectionAttribute>()).Select(section => section.Title).Order(StringComparer.Ordinal));

    [Fact(Timeout = LimitMs)]
    [Section("A full benchmark")]
    public async Task A_full_benchmark_is_run_collected_and_summarized()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "A full benchmark", ("BENCH__Profile", "dry-run"), ("BENCH__OutputDir", folder.At("runs")));

        Assert.Contains("attempted 20 = passed 20 ", output, StringComparison.Ordinal);
        AssertDerived(folder);
    }

    [Fact(Timeout = LimitMs)]
    [Section("A dry run")]
    public async Task A_dry_run_starts_no_agent()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "A dry run", ("BENCH__OutputDir", folder.At("runs")));

        Assert.Contains("attempted 20 = passed 20 ", output, StringComparison.Ordinal);
        AssertDerived(folder);
        Assert.StartsWith("dryrun-", Path.GetFileName(Directory.GetDirectories(folder.At("runs")).Single()), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    [Section("A dispatched job")]
    public async Task A_job_is_dispatched_and_asked_for()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "A dispatched job", DispatchIn(folder), "until_over bd-xxx; dotnet bench dispatch report --beads bd-xxx --format json");

        Assert.Contains("\"outcome_state\": \"success\"", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    [Section("What the soak asked of dx-runner")]
    public async Task Preflight_start_check_and_report_take_what_dx_runner_took()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "What the soak asked of dx-runner", DispatchIn(folder), "until_over soak-1; dotnet bench dispatch report --beads soak-1 --format json");

        Assert.Contains("1 of 1 lanes ready", output, StringComparison.Ordinal);
        Assert.Contains("\"outcome_state\": \"success\"", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    [Section("One agent directly, and over a server")]
    public async Task One_lane_is_chosen_by_a_filter_or_a_setting()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "One agent directly, and over a server", ("BENCH__Prompts", "latency_speed_1"), ("BENCH__OutputDir", folder.At("runs")));

        Assert.Matches("ok opencode_run_headless / latency_speed_1", output);
        Assert.Matches("ok opencode_server_attach_run / latency_speed_1", output);
        Assert.Equal(2, Regex.Count(output, "attempted 1 = passed 1 "));
    }

    [Fact(Timeout = LimitMs)]
    [Section("The progressive sequence")]
    public async Task The_next_phase_due_is_the_first()
    {
        await GitLab.NeedThisRepositoryAsync();
        using var folder = new TestFolder();

        await RunAsync(folder, "The progressive sequence");

        var state = await File.ReadAllTextAsync(folder.At("runs", "progressive", "state.json"), Token);
        Assert.Contains("\"last_passed_phase\": \"phase1_smoke\"", state, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    [Section("A governed benchmark")]
    public async Task A_governed_benchmark_passes_all_its_gates()
    {
        await GitLab.NeedThisRepositoryAsync();
        using var folder = new TestFolder();

        await RunAsync(folder, "A governed benchmark", ("BENCH__Prompts", "latency_speed_1"));

        var report = await File.ReadAllTextAsync(Directory.GetFiles(folder.At("runs"), "governance_report.json", SearchOption.AllDirectories).Single(), Token);
        Assert.Contains("\"passed\": true,\n  \"reason_code\": \"report_ok\"", report, StringComparison.Ordinal);
        Assert.Contains("\"reason_code\": \"baseline_ok\"", report, StringComparison.Ordinal);
        Assert.Contains("\"reason_code\": \"integrity_ok\"", report, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    [Section("The soak, simulated")]
    public async Task A_soak_is_simulated()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "The soak, simulated");

        Assert.Contains("Total: 12/12 passed", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    [Section("The soak")]
    public async Task A_soak_passes_with_and_without_options()
    {
        using var folder = new TestFolder();

        var output = await RunAsync(folder, "The soak");

        Assert.Equal(2, Regex.Count(output, "Status: PASSED"));
        Assert.Equal(2, Regex.Count(output, "Total: 12/12 passed"));
        Assert.Equal(2, Directory.GetFiles(folder.At("soaks"), "*.json").Length);
    }

    private static Dictionary<string, string> Blocks() => NowBlocks()
        .Matches(File.ReadAllText(Path.Combine(Root, "docs", "from-the-python-harness.md")))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static (string Key, string Value) DispatchIn(TestFolder folder) => ("BENCH__Dispatch__Dir", folder.At("jobs"));

    private static void AssertDerived(TestFolder folder)
    {
        var run = new RunFolder(Directory.GetDirectories(folder.At("runs")).Single());
        Assert.True(File.Exists(run.SummaryJson) && File.Exists(run.Records));
    }

    private static Task<string> RunAsync(TestFolder folder, string section, params (string Key, string Value)[] variables) => RunAsync(folder, section, variables, "");

    private static Task<string> RunAsync(TestFolder folder, string section, (string Key, string Value) variable, string after) => RunAsync(folder, section, [variable], after);

    private static async Task<string> RunAsync(TestFolder folder, string section, (string Key, string Value)[] variables, string after)
    {
        // A detached job is waited for, as a user's own script would.
        const string UntilOver = "until_over() { until dotnet bench dispatch report --beads \"$1\" --format json > \"$PLACE/report\" && grep -q '\"outcome_state\": \"' \"$PLACE/report\"; do :; done; }\n";
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        (string Key, string Value)[] all =
        [
            .. variables, ("PLACE", folder.Path), ("CONFIGURATION", configuration), ("TOOL", TestFolder.Tool),
            ("TASK_PROMPT", folder.Write("latency_speed_1.prompt", "Return the status as JSON.")),
        ];
        using var shell = new UserProcess(Root, "bash", ["-c", Preamble + UntilOver + Blocks()[section] + after + "\n"], all);
        var exitCode = await shell.EndAsync();
        Assert.True(exitCode == 0, $"The block '{section}' ended with {exitCode}:\n{shell.Output}");
        return shell.Output;
    }

    [GeneratedRegex("^## (.+)\n(?:(?!^## )[^\0])*?^Now:\n\n```bash\n([^`]*)```", RegexOptions.Multiline)]
    private static partial Regex NowBlocks();

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SectionAttribute(string title) : Attribute
    {
        public string Title { get; } = title;
    }
}
