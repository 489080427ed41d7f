using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole runs through all five lanes, on the real agents and the real gateway.</summary>
[Collection(nameof(RealLaneRunsTests))]
public sealed class RealLaneRunsTests
{
    private const int LimitMs = 300_000;
    private const string AllLanes = "cc_glm_headless,opencode_run_headless,opencode_server_http,opencode_server_attach_run,gemini_run_headless";

    // What a loaded machine alone may bring about. Whatever a text that was taken for an error would leave (retries, exit codes, unreadable or cut output) is not among it.
    private static readonly string[] IncidentsOfTime =
    [
        "attach_output_lost", "client_hung", "descendants_killed", "event_stream_lost", "hung_after_success", "instance_not_disposed",
        "pipe_held_by_descendant", "session_not_deleted", "terminal_event_missed", "workspace_left_behind",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task Every_lane_uses_tools_answers_and_leaves_whole_evidence()
    {
        using var lab = LabWithOnePrompt();

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.True(record.Success, $"{record.JobId}: {record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}"));
        Assert.Equal(5, records.Count);
        Assert.All(records, record => Assert.True(record.ModelVerified, record.JobId));
        Assert.All(records, record => Assert.Equal((2, 0), (record.ModelRequests, record.HiddenModelRequests)));
        Assert.All(records, record => Assert.Equal(UsageOf(lab, record.JobId), (record.InputTokens, record.OutputTokens)));
        // Input differs: it holds the tool's result in each agent's own words.
        Assert.Single(records.Select(record => record.OutputTokens).Distinct());
        Assert.All(records, record => Assert.NotNull(record.FirstOutputLatencyMs));
        Assert.All(records, record => Assert.Empty(record.AtLeast));
        Assert.All(records, record => Assert.Equal((record.CompletionLatencyMs, record.CompletionLatencyMs), (record.TimeToResultMs, record.FirstAttemptCompletionLatencyMs)));
        Assert.All(records, record => Assert.True(record.PreparationMs > 0 && record.PreparationMs == record.Attempts[0].PreparationMs, record.JobId));

        // Both begin with the slot, and nothing of the one is in the other.
        Assert.All(records, record => Assert.True(record.PreparationMs + record.CompletionLatencyMs <= 1000 * record.Attempts[0].Seconds + 2, record.JobId));
        var lanes = RunSummarizer.Read(lab.RunFolder, Token).Lanes;
        Assert.Equal(records.Select(record => (record.WorkflowId, 1, (double?)Math.Round(record.PreparationMs!.Value, 3))).Order(), lanes.Select(lane => (lane.WorkflowId, lane.Preparation.N, lane.Preparation.P50.ValueMs)).Order());
        Assert.Empty(lab.Problems);
        Assert.Equal(0, lab.Manifest().GetProperty("closing").GetProperty("processes_left").GetInt32());
        Assert.Equal(0, ProcessReaper.Count(new RunMark("", lab.Manifest().GetProperty("process_mark").GetString()!)));
        Assert.All(lab.Manifest().GetProperty("agents").EnumerateArray(), agent => Assert.Equal(agent.GetProperty("sha256").GetString(), agent.GetProperty("sha256_after").GetString()));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_model_that_nobody_serves_is_unavailable_on_every_lane()
    {
        using var lab = LabWithOnePrompt();
        lab.Settings["Model:OpenCode"] = "zhipuai-coding-plan/no-such-model";
        lab.Settings["Model:CcGlm"] = "no-such-model";
        lab.Settings["Model:Gemini"] = "no-such-model";

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.Equal((record.JobId, "model", FailureReasons.ModelUnavailable), (record.JobId, record.FailureCategory, record.FailureReason)));
        Assert.All(records, record => Assert.Single(record.Attempts));
    }

    [Fact(Timeout = LimitMs)]
    public async Task An_answer_by_another_model_is_a_mismatch_on_every_lane()
    {
        using var lab = LabWithOnePrompt();
        lab.Settings["Gateway:AnswerAs"] = "some-other-model";

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.Equal((record.JobId, "model", FailureReasons.ModelMismatch), (record.JobId, record.FailureCategory, record.FailureReason)));
        Assert.All(records, record => Assert.Equal("some-other-model", record.ModelSelected));
        Assert.All(records, record => Assert.False(record.ModelVerified));
    }

    [Fact(Timeout = LimitMs)]
    public async Task An_answer_that_speaks_of_errors_changes_nothing_on_any_lane()
    {
        using var lab = LabWithOnePrompt();
        lab.Write("scripted/make_file_1.json", """
            { "schema_version": 1, "prompt_id": "make_file_1", "turns": [
              { "text": "I write it.", "tool_calls": [ { "tool": "write_file", "path": "result.txt", "content": "done\n" } ] },
              { "text": [
                "Error: connection refused",
                "API Error: 401 Invalid API key, says the author.",
                "You exceeded your current quota; 429 Too Many Requests. rate_limit_error, overloaded_error",
                "{\"error\":{\"type\":\"authentication_error\",\"code\":401}}",
                "Prompt is too long. Model not found: glm-5. timeout. ECONNREFUSED",
                "DONE" ] } ] }
            """);

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.Equal((record.JobId, "passed"), (record.JobId, record.OutcomeName)));
        Assert.All(records, record => Assert.Contains("says the author.", record.Attempts[0].Answer, StringComparison.Ordinal));
        Assert.All(records, record => Assert.Empty(record.Incidents.Where(i => !IncidentsOfTime.Contains(i.Code))));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Agents_that_are_not_there_end_as_missing_with_the_places_searched()
    {
        using var lab = LabWithOnePrompt();
        lab.AgentsDir = Directory.CreateDirectory(lab.At("no-agents")).FullName;

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.Equal((record.JobId, "env", FailureReasons.CliMissing), (record.JobId, record.FailureCategory, record.FailureReason)));
        Assert.All(records, record => Assert.Contains(lab.AgentsDir, record.FailureEvidence, StringComparison.Ordinal));
        Assert.All(records, record => Assert.Single(record.Attempts));
    }

    [Fact(Timeout = LimitMs)]
    public async Task Agents_work_in_the_work_tree_that_they_are_given_and_it_stays()
    {
        using var lab = LabWithOnePrompt();
        foreach (var lane in (string[])["opencode_server_http", "gemini_run_headless"])
        {
            // One after the other: agents do not overwrite a file that they have not read.
            var tree = lab.At($"tree-{lane}");
            Directory.CreateDirectory(tree);
            await new GitCli(tree, GitLab.SearchPath, TimeProvider.System).RunAsync(Token, "init", "--quiet");
            lab.Settings["RunId"] = $"tree-{Guid.NewGuid():N}";
            lab.Settings["Workflows"] = lane;
            lab.Settings["WorkTree"] = tree;

            var record = Assert.Single(await lab.RunAsync(Token));

            Assert.True(record.Success, $"{record.JobId}: {record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}");
            Assert.Equal("done\n", await File.ReadAllTextAsync(Path.Combine(tree, "result.txt"), Token));
            Assert.True(Directory.Exists(Path.Combine(tree, ".git", "refs")));
            Assert.Contains("one git work tree for all attempts", lab.Manifest().GetProperty("isolation").GetString(), StringComparison.Ordinal);
            Assert.Empty(lab.Problems);
        }
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_session_that_ends_leaves_the_others_in_its_work_tree_alone()
    {
        using var lab = new RunLab { Settings = { ["Workflows"] = "opencode_server_http", ["Parallel"] = "2", ["MaxRetries"] = "0", ["Gateway:TokensPerSecond"] = "15" } };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "n", "prompts": [
              { "id": "quick_1", "category": "c", "title": "t", "prompt": "Say DONE.", "success_hints": ["DONE"] },
              { "id": "slow_1", "category": "c", "title": "t", "prompt": "Say much, then DONE.", "success_hints": ["DONE"] } ] }
            """);
        lab.Write("scripted/quick_1.json", """{ "schema_version": 1, "prompt_id": "quick_1", "turns": [ { "text": "DONE" } ] }""");
        lab.Write("scripted/slow_1.json", $$"""{ "schema_version": 1, "prompt_id": "slow_1", "turns": [ { "text": "{{string.Join(' ', Enumerable.Repeat("much", 400))}} DONE" } ] }""");
        lab.Settings["WorkTree"] = Directory.CreateDirectory(lab.At("tree")).FullName;
        await new GitCli(lab.At("tree"), GitLab.SearchPath, TimeProvider.System).RunAsync(Token, "init", "--quiet");

        var records = await lab.RunAsync(Token);

        Assert.All(records, record => Assert.True(record.Success, $"{record.JobId}: {record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}"));
        Assert.True(string.CompareOrdinal(records[0].JobCompletedAt, records[1].JobCompletedAt) < 0, "The quick session must end while the slow one is at work.");
    }

    private static RunLab LabWithOnePrompt()
    {
        var lab = new RunLab { Settings = { ["Workflows"] = AllLanes, ["Parallel"] = "2", ["Timeout"] = "240s", ["StallThreshold"] = "200s" } };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "tools", "prompts": [
              { "id": "make_file_1", "category": "tools", "title": "Make a file", "prompt": "Write the word \"done\" into result.txt.\nThen say DONE.",
                "success_hints": ["DONE"],
                "checks": [ { "kind": "command", "value": "test \"$(cat result.txt)\" = done" } ] } ] }
            """);
        lab.Write("scripted/make_file_1.json", """
            { "schema_version": 1, "prompt_id": "make_file_1", "turns": [
              { "text": "I write it.", "tool_calls": [ { "tool": "write_file", "path": "result.txt", "content": "done\n" } ] },
              { "text": "DONE" } ] }
            """);
        return lab;
    }

    private static (long? Input, long? Output) UsageOf(RunLab lab, string jobId)
    {
        var lines = File.ReadLines(lab.RunFolder.GatewayUsage).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("job").GetString() == jobId).ToList();
        return (lines.Sum(line => line.GetProperty("input_tokens").GetInt64()), lines.Sum(line => line.GetProperty("output_tokens").GetInt64()));
    }
}
