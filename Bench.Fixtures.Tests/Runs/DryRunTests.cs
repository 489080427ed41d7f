using System.Text.RegularExpressions;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

public sealed partial class DryRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("dryrun-techlead-001", "opencode_run_headless__robustness_partial_context_1", 0, false, 1, 42, 814, 872)]
    [InlineData("dryrun-techlead-001", "opencode_run_headless__robustness_partial_context_1", 1, true, 0, 33, 406, 1873)]
    [InlineData("dryrun-techlead-001", "cc_glm_headless__coding_ability_1", 0, true, 0, 64, 828, 1264)]
    [InlineData("dryrun-techlead-002", "cc_glm_headless__coding_ability_2", 0, false, 2, 26, 462, 1636)]
    [InlineData("dryrun-techlead-002", "cc_glm_headless__coding_ability_2", 1, true, 0, 106, 352, 1646)]
    public async Task The_simulation_of_the_original_harness_is_reproduced(string runId, string jobId, int attempt, bool success, int exitCode, int startup, int first, int completion)
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = runId } };

        var records = await lab.RunAsync(Token);

        var tried = records.Single(r => r.JobId == jobId).Attempts[attempt];
        Assert.Equal((success, exitCode), (tried.Success, tried.ReturnCode));
        Assert.Equal(first, tried.FirstOutputLatencyMs);
        Assert.Equal(completion, tried.CompletionLatencyMs);
        Assert.Equal(startup, tried.StartupLatencyMs);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Two_runs_of_one_id_differ_in_their_stamps_only()
    {
        using var one = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "same", ["Trials"] = "2" } };
        using var two = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "same", ["Trials"] = "2" } };

        await one.RunAsync(Token);
        await two.RunAsync(Token);

        var files = Files(one.RunFolder);
        Assert.Equal(files, Files(two.RunFolder));
        Assert.All(files, file => Assert.Equal(WithoutStamps(one, file), WithoutStamps(two, file)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_process_runs_and_no_agent_is_looked_for()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run" } };

        await lab.RunAsync(Token);

        Assert.Equal(0, lab.Manifest().GetProperty("agents").GetArrayLength());
        Assert.False(File.Exists(lab.RunFolder.GatewayUsage));
    }

    private static List<string> Files(RunFolder folder) =>
        [.. Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories).Select(folder.Relative).Order(StringComparer.Ordinal)];

    // The stamps are those that docs/formats/run-folder.md lists; the journal is written in the order in which jobs end.
    private static string WithoutStamps(RunLab lab, string file)
    {
        var text = File.ReadAllText(Path.Combine(lab.RunFolder.Root, file)).Replace(lab.At(), "", StringComparison.Ordinal);
        text = Stamps().Replace(text, "$1<stamp>");
        return file == "raw/journal.ndjson"
            ? string.Join('\n', Sequence().Replace(text, "").Split('\n').Order(StringComparer.Ordinal))
            : text;
    }

    [GeneratedRegex("""("(?:process_mark|created_at|completed_at|generated_at|at|job_started_at|job_completed_at|attempt_started_at|attempt_completed_at|queue_wait_ms|backoff_ms|memory_bytes)": ?|Generated: |queue wait[^|]*\|)[^,\n}]*""")]
    private static partial Regex Stamps();

    [GeneratedRegex("\"seq\":\\d+,")]
    private static partial Regex Sequence();
}
