using System.Text.RegularExpressions;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Cli;

/// <summary>
/// The commands of README.md, as it prints them: each is run here by a shell, or stands in a script of .ci. Only places are the test's own (folders of runs,
/// results and dispatched jobs, no second build), what stands for something else is replaced (<see cref="Placeholders"/>), and by the environment the
/// profile, lanes and prompts are chosen that cost least.
/// </summary>
public sealed partial class ReadmeCommandsTests
{
    private const int LimitMs = 900_000;
    private const string CiRun = ".ci/run";
    private const string CiUsage = ".ci/usage";
    private const string DryRuns = "dry runs";
    private const string Rerun = "a run of what failed";
    private const string Replay = "a replayed run and the gates";
    private const string Chaos = "one fault";
    private const string Soak = "a simulated soak";
    private const string Governed = "a governed run";
    private const string Progressive = "a progressive run";
    private const string Dispatch = "a dispatched job";

    private static readonly string Root = TestFolder.RepositoryRoot;

    /// <summary>Where each command is run: a script, or a group of this class.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["dotnet test Bench.Tests"] = DryRuns,
        ["dotnet test"] = CiRun,
        ["dotnet test Bench.Tests --filter Workflow=opencode_server_http"] = DryRuns,
        ["dotnet test Bench.Tests -p:BenchParallel=2 -p:BenchTrials=3"] = DryRuns,
        ["dotnet test Bench.Tests -p:BenchWorkflows=gemini_run_headless+cc_glm_headless"] = DryRuns,
        ["dotnet test Bench.Tests --settings runsettings/dry-run.runsettings"] = DryRuns,
        ["dotnet test Bench.Tests -p:BenchPrompts=latency_speed_1+coding_ability_2"] = DryRuns,
        ["dotnet test Bench.Tests --settings runsettings/replay.runsettings"] = Replay,
        ["dotnet test Bench.Tests --settings runsettings/chaos.runsettings"] = Chaos,
        ["dotnet test Bench.Tests -p:BenchResume=<run id>"] = DryRuns,
        ["dotnet test Bench.Tests -p:BenchRerun=<run id>"] = Rerun,
        ["dotnet run --project Bench.Cli -- redact < my.log"] = DryRuns,
        ["dotnet run --project Bench.Cli -- show <run>"] = DryRuns,
        ["dotnet run --project Bench.Cli -- collect <run>"] = DryRuns,
        ["dotnet run --project Bench.Cli -- summarize <run>"] = DryRuns,
        ["dotnet run --project Bench.Cli -- plan"] = DryRuns,
        ["dotnet run --project Bench.Cli -- preflight"] = DryRuns,
        ["dotnet pack Bench.Cli"] = CiUsage,
        ["dotnet tool install Bench.Cli --add-source artifacts/packages"] = CiUsage,
        ["dotnet bench show <run>"] = CiUsage,
        ["dotnet test Bench.Tests --settings runsettings/soak.runsettings"] = CiRun,
        ["dotnet run --project Bench.Cli -- soak"] = Soak,
        ["dotnet run --project Bench.Cli -- governed --required-baseline origin/main --min-rate 0.9"] = Governed,
        ["dotnet run --project Bench.Cli -- progressive --all"] = Progressive,
        ["dotnet run --project Bench.Cli -- dispatch start --provider opencode --beads bd-42 --prompt-file task.prompt --worktree ../tree"] = Dispatch,
        ["dotnet run --project Bench.Cli -- dispatch check --beads bd-42"] = Dispatch,
        ["dotnet run --project Bench.Cli -- dispatch report --beads bd-42"] = Dispatch,
        ["dotnet run --project Bench.Cli -- gate baseline --required v1.2.0"] = Replay,
        ["dotnet run --project Bench.Cli -- gate integrity --reported HEAD --branch main"] = Replay,
        ["dotnet run --project Bench.Cli -- gate allowlist --allow 'docs/*'"] = Replay,
        ["dotnet run --project Bench.Cli -- gate report <run> --min-rate 0.9 --allow-scripted"] = Replay,
        ["dotnet pack Bench.Fixtures"] = CiUsage,
        ["dotnet test usages/Smallest"] = CiUsage,
        ["dotnet run -c Release --project Bench.Cli -- self-measure --quick"] = CiUsage,
    };

    /// <summary>What the README leaves to the reader. The run is the oldest in the folder: the later ones are of other settings.</summary>
    private static readonly (string Printed, string Meant)[] Placeholders =
    [
        ("my.log", "\"$PLACE\"/my.log"),
        ("<run id>", "$(oldest_run)"),
        ("<run>", "$(oldest_run)"),
        ("origin/main", "HEAD"),
        ("task.prompt", "\"$PLACE/task.prompt\""),
        ("../tree", "\"$PLACE/repository\""),
    ];

    // The gates judge a repository of the test's own.
    private const string Preamble = """
        set -eu
        oldest_run() { find "$PLACE/runs" -mindepth 1 -maxdepth 1 -type d -name '*-*' | sort | head -n 1; }
        dotnet() {
          verb=$1; shift
          case "$verb $*" in
            test\ *) command dotnet test "$@" --no-build -c "$CONFIGURATION" -p:BenchRestoreAgents=false --results-directory "$PLACE/results" ;;
            run\ *--\ gate\ *) shift 3; (cd "$PLACE/repository" && command dotnet "$TOOL" "$@") ;;
            run\ *--\ governed\ *|run\ *--\ progressive\ *) shift 3; command dotnet "$TOOL" "$@" --no-build -c "$CONFIGURATION" --output-dir "$PLACE/runs" ;;
            *) shift 3; command dotnet "$TOOL" "$@" ;;
          esac
        }

        """;

    [Fact]
    public void Every_command_of_the_README_is_run_somewhere() =>
        Assert.Equal(Commands().Order(StringComparer.Ordinal), Places.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void What_CI_is_to_run_stands_in_its_script_as_printed() => Assert.Empty(
        from place in Places
        where place.Value is CiRun or CiUsage
        let printed = Regex.Escape(place.Key).Replace("<run>", "\"\\$run\"", StringComparison.Ordinal)
        where !Regex.IsMatch(File.ReadAllText(Path.Combine(Root, place.Value)), $"^[A-Z_a-z=\"$/ ]*{printed}( *$| [|>&])", RegexOptions.Multiline)
        select $"{place.Value} does not run '{place.Key}'");

    [Fact(Timeout = LimitMs)]
    public Task Dry_runs_are_made_gone_on_with_and_read() => RunAsync(DryRuns, "attempted 20 = passed 20 ", ("BENCH__Profile", "dry-run"), ("BENCH__MaxRetries", "8"));

    // The simulation lets three jobs of a run of this name fail.
    [Fact(Timeout = LimitMs)]
    public Task What_failed_is_run_again() => RunAsync(
        Rerun, "attempted 3 = passed 3 ", ("BENCH__Profile", "dry-run"), ("BenchMaxRetries", "8"), ("BEFORE", "dotnet test Bench.Tests -p:BenchRunId=ci-2 -p:BenchMaxRetries=0 || true"));

    [Fact(Timeout = LimitMs)]
    public Task A_recording_is_replayed_and_the_gates_judge_it() => RunAsync(Replay, "report gate: passed", ("BENCH__Prompts", "latency_speed_1"));

    // An environment variable is an MSBuild property, which wins over the settings file's own.
    [Fact(Timeout = LimitMs)]
    public Task A_fault_ends_as_is_expected_of_it() => RunAsync(Chaos, "Passed!", ("BenchFaults", "status_401"), ("BenchWorkflows", "cc_glm_headless"));

    [Fact(Timeout = LimitMs)]
    public Task A_soak_passes() => RunAsync(Soak, "Total: 12/12 passed", ("BENCH__Profile", "dry-run"));

    [Fact(Timeout = LimitMs)]
    public async Task A_governed_run_passes()
    {
        await GitLab.NeedThisRepositoryAsync();
        await RunAsync(Governed, "passed (report_ok)", ("BENCH__Prompts", "latency_speed_1"), ("BENCH__Workflows", "cc_glm_headless"));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_progressive_run_passes_its_phases()
    {
        await GitLab.NeedThisRepositoryAsync();
        await RunAsync(Progressive, "phase3_real_coding_gate", ("BENCH__Gateway__FirstTokenDelay", "0"));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_job_is_dispatched_checked_and_reported()
    {
        using var folder = new TestFolder();
        folder.Write("scripted/task.json", """
            { "schema_version": 1, "prompt_id": "task", "turns": [ { "tool_calls": [ { "tool": "shell", "command": "echo made > made.txt" } ] }, { "text": "Done." } ] }
            """);

        await RunAsync(folder, Dispatch, "bd-42", ("BENCH__Dispatch__Dir", folder.At("jobs")), ("BENCH__Gateway__ScriptedDir", folder.At("scripted")));
    }

    /// <summary>The commands that README.md prints, in blocks and in sentences.</summary>
    private static IEnumerable<string> Commands()
    {
        var text = File.ReadAllText(Path.Combine(Root, "README.md"));
        var blocks = Blocks().Matches(text).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0);
        var sentences = InSentences().Matches(Blocks().Replace(text, "")).Select(match => match.Groups[1].Value);
        return blocks.Concat(sentences).Distinct();
    }

    private static async Task RunAsync(string place, string shown, params (string Key, string Value)[] variables)
    {
        using var folder = new TestFolder();
        await RunAsync(folder, place, shown, variables);
    }

    private static async Task RunAsync(TestFolder folder, string place, string shown, params (string Key, string Value)[] variables)
    {
        folder.Write("task.prompt", "Write a file.");
        folder.Write("my.log", "GET /v1/models 200");
        var repository = Path.Combine(folder.Path, "repository");
        const string MakeRepository = "git init --quiet -b main \"$PLACE/repository\" && git -C \"$PLACE/repository\" -c user.name=T -c user.email=t@localhost -c commit.gpgsign=false commit --quiet --allow-empty -m first && git -C \"$PLACE/repository\" tag v1.2.0\n";
        var commands = Commands().Where(command => Places[command] == place).Select(command => Placeholders.Aggregate(command, (text, pair) => text.Replace(pair.Printed, pair.Meant, StringComparison.Ordinal)));
        (string Key, string Value)[] all =
        [
            ("BENCH__OutputDir", folder.At("runs")), .. variables,
            ("PLACE", folder.Path), ("CONFIGURATION", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name), ("TOOL", TestFolder.Tool),
        ];
        using var shell = new UserProcess(Root, "bash", ["-c", Preamble + MakeRepository + "eval \"${BEFORE:-}\"\n" + string.Join('\n', commands) + "\n"], all);
        var exitCode = await shell.EndAsync();

        Assert.True(exitCode == 0, $"The commands of '{place}' ended with {exitCode}:\n{shell.Output}");
        Assert.Contains(shown, shell.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("^```bash\n([^`]*)```", RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex(" +# .*$")]
    private static partial Regex Comment();

    [GeneratedRegex("`(dotnet (?:test|run|pack|tool|bench) [^`]+)`")]
    private static partial Regex InSentences();
}
