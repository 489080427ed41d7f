using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Recording and replaying whole runs through all five lanes, on the real agents.</summary>
[Collection(nameof(RealLaneRunsTests))]
public sealed class ReplayRunsTests
{
    private const int LimitMs = 600_000;
    private const string Prompt = "Write the word \"done\" into result.txt.\nThen say DONE.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task A_recorded_run_replays_to_the_same_answers_tokens_and_models_and_another_prompt_is_a_miss_on_every_lane()
    {
        using var recording = Lab();
        recording.Settings["Gateway:RecordTo"] = recording.At("cassette.ndjson");
        var recorded = await recording.RunAsync(Token);
        using var replaying = Replay(recording.At("cassette.ndjson"));
        using var changed = Replay(recording.At("cassette.ndjson"), Prompt.Replace("DONE", "READY", StringComparison.Ordinal));

        var replayed = await replaying.RunAsync(Token);
        var missed = await changed.RunAsync(Token);

        Assert.All(recorded, record => Assert.True(record.Success, $"{record.JobId}: {record.FailureEvidence}"));
        Assert.Empty(recording.Problems);
        Assert.Equal(recorded.OrderBy(r => r.JobId).Select(Facts), replayed.OrderBy(r => r.JobId).Select(Facts));
        Assert.Empty(replaying.Problems);
        Assert.Equal(recording.At("cassette.ndjson"), replaying.Manifest().GetProperty("cassette").GetProperty("path").GetString());
        Assert.All(replayed, record => Assert.Equal("replay", record.Profile));
        Assert.Equal(5, missed.Count);
        Assert.All(missed, record => Assert.Equal((record.JobId, "harness", FailureReasons.CassetteMiss), (record.JobId, record.FailureCategory, record.FailureReason)));
        Assert.All(missed, record => Assert.Single(record.Attempts));
        Assert.All(missed, record => Assert.Contains(recording.At("cassette.ndjson"), record.FailureEvidence, StringComparison.Ordinal));
        Assert.All(missed, record => Assert.Contains("cassette_miss", ErrorsOf(changed, record.JobId)));
    }

    [Fact(Timeout = LimitMs)]
    public async Task The_cassette_in_the_repository_answers_the_five_prompts_on_all_five_lanes()
    {
        using var lab = new RunLab
        {
            Settings =
            {
                ["Profile"] = "replay",
                ["Gateway:Cassette"] = Path.Combine(TestFolder.RepositoryRoot, "prompts", "cassettes", "benchmark_prompts.ndjson"),
                ["Gateway:ReplayPace"] = "0",
                ["Workflows"] = RunLab.AllLanes,
                ["Parallel"] = "3",
                ["Seed"] = "7",
                ["RunId"] = "replay-" + Guid.NewGuid().ToString("N"),
            },
        };

        var records = await lab.RunAsync(Token);

        Assert.Equal(25, records.Count);
        Assert.All(records, record => Assert.True(record.Success, $"{record.JobId}: {record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}"));
        Assert.All(records, record => Assert.True(record.ModelVerified, record.JobId));
        Assert.Empty(lab.Problems);
    }

    private static object Facts(JobRecord record) => new
    {
        record.JobId,
        record.Success,
        record.FailureReason,
        record.FailureEvidence,
        Answer = record.Attempts[^1].Answer,
        record.InputTokens,
        record.OutputTokens,
        record.CachedInputTokens,
        record.ReasoningTokens,
        record.ModelSelected,
        record.ModelVerified,
        record.ModelRequests,
        record.HiddenModelRequests,
    };

    private static IEnumerable<string?> ErrorsOf(RunLab lab, string jobId) => File.ReadLines(lab.RunFolder.GatewayUsage)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("job").GetString() == jobId)
        .Select(line => line.GetProperty("error").GetString());

    private static RunLab Replay(string cassette, string prompt = Prompt)
    {
        var lab = Lab(prompt);
        lab.Settings["Profile"] = "replay";
        lab.Settings["Gateway:Cassette"] = cassette;
        lab.Settings["Gateway:ReplayPace"] = "0";
        lab.Settings["Parallel"] = "3";
        lab.Settings["Order"] = "sequential";
        return lab;
    }

    private static RunLab Lab(string prompt = Prompt)
    {
        var lab = new RunLab { Settings = { ["Workflows"] = RunLab.AllLanes, ["Parallel"] = "2", ["Timeout"] = "240s", ["StallThreshold"] = "200s" } };
        lab.Settings["RunId"] = "replay-" + Guid.NewGuid().ToString("N");
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", $$"""
            { "version": 1, "name": "tools", "prompts": [
              { "id": "make_file_1", "category": "tools", "title": "Make a file", "prompt": {{JsonSerializer.Serialize(prompt)}},
                "success_hints": ["DONE"],
                "checks": [ { "kind": "command", "value": "test \"$(cat result.txt)\" = done" } ] } ] }
            """);
        lab.Write("scripted/make_file_1.json", """
            { "schema_version": 1, "prompt_id": "make_file_1", "turns": [
              { "reasoning": "A file, then a look at it.", "text": "I write it.", "tool_calls": [ { "tool": "write_file", "path": "result.txt", "content": "done\n" } ] },
              { "tool_calls": [ { "tool": "shell", "command": "date; pwd; ls -la; echo $$; sleep 0.1" } ] },
              { "text": "DONE" } ] }
            """);
        return lab;
    }
}
