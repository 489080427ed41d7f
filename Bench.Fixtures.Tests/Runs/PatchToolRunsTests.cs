using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>The real OpenCode, for a model of whose name it offers one tool for all changes in place of <c>write</c>.</summary>
[Collection(nameof(RealLaneRunsTests))]
public sealed class PatchToolRunsTests
{
    private const int LimitMs = 300_000;

    [Fact(Timeout = LimitMs)]
    public async Task A_script_that_writes_a_file_fits_an_agent_that_only_takes_patches()
    {
        using var lab = new RunLab { Settings = { ["Workflows"] = "opencode_run_headless", ["MaxRetries"] = "0", ["Timeout"] = "240s", ["StallThreshold"] = "200s" } };
        lab.Settings["Model:OpenCode"] = "zhipuai-coding-plan/gpt-5.1";
        lab.Settings["Gateway:Models"] = "gpt-5.1";
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "patch", "prompts": [
              { "id": "patch_1", "category": "tools", "title": "Make a file", "prompt": "Write two lines into src/made.txt.\nThen say DONE.",
                "success_hints": ["DONE"],
                "checks": [ { "kind": "command", "value": "test \"$(cat src/made.txt)\" = \"$(printf 'one\\n+two\\n')\"" } ] } ] }
            """);
        lab.Write("scripted/patch_1.json", """
            { "schema_version": 1, "prompt_id": "patch_1", "turns": [
              { "text": "I write it.", "tool_calls": [ { "tool": "write_file", "path": "src/made.txt", "content": "one\n+two\n" } ] },
              { "text": "DONE" } ] }
            """);

        var record = Assert.Single(await lab.RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("passed", null), (record.OutcomeName, record.FailureEvidence));
        Assert.Contains("\"tool\":\"apply_patch\"", await File.ReadAllTextAsync(Directory.GetFiles(lab.RunFolder.Raw, "*.stdout.log").Single(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
