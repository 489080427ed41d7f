using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>A tool that prints more emoji than an agent hands on: agents cut the text, some of them in the middle of a character, and ask with half of it.</summary>
[Collection(nameof(RealLaneRunsTests))]
public sealed class EmojiRunsTests
{
    private const int LimitMs = 600_000;
    private const string AllLanes = "cc_glm_headless,opencode_run_headless,opencode_server_http,opencode_server_attach_run,gemini_run_headless";

    [Fact(Timeout = LimitMs)]
    public async Task An_emoji_that_an_agent_cuts_in_two_breaks_nothing_on_any_lane()
    {
        using var lab = new RunLab { Settings = { ["Workflows"] = AllLanes, ["Parallel"] = "2", ["Timeout"] = "300s", ["StallThreshold"] = "280s", ["MaxRetries"] = "0" } };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "emoji", "prompts": [
              { "id": "emoji_1", "category": "tools", "title": "Much to read", "prompt": "Print forty thousand emoji three times.\nThen say DONE.",
                "checks": [ { "kind": "contains", "value": "DONE \ud83d\ude00" } ] } ] }
            """);

        // One character more or less before them: a cut at any even or odd place hits the middle of one in some turn.
        lab.Write("scripted/emoji_1.json", $$"""
            { "schema_version": 1, "prompt_id": "emoji_1", "turns": [
              { "text": "First.", "tool_calls": [ { "tool": "shell", "command": "{{Emoji("")}}" } ] },
              { "text": "Second.", "tool_calls": [ { "tool": "shell", "command": "{{Emoji("a")}}" } ] },
              { "text": "Third.", "tool_calls": [ { "tool": "shell", "command": "{{Emoji("a\\u00e9")}}; echo" } ] },
              { "text": "DONE \ud83d\ude00" } ] }
            """);

        var records = await lab.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5, records.Count);
        Assert.All(records, record => Assert.Equal((record.JobId, "passed", null), (record.JobId, record.OutcomeName, record.FailureEvidence)));
        Assert.All(records, record => Assert.Equal((record.JobId, 4), (record.JobId, record.ModelRequests)));
        Assert.All(records, record => Assert.Equal("DONE \U0001F600", record.Attempts[^1].Answer));
        Assert.False(File.Exists(lab.RunFolder.GatewayFailures));
        Assert.Empty(lab.Problems);

        // Else it shows nothing: at least one of the pinned agents cuts in the middle.
        Assert.Contains(records, record => record.Incidents.Any(i => i.Code == "text_mended"));
    }

    private static string Emoji(string before) => $"printf '{before}'; yes '\U0001F600' | head -n 40000 | tr -d '\\\\n'";
}
