using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>A whole run of one job on the cc-glm lane, whose agent is the dummy executable: it asks its model and then does a test's steps.</summary>
internal sealed class MisbehavingAgent : IDisposable
{
    /// <summary>Prepares the run: limits that no test reaches by itself, no second attempt.</summary>
    public MisbehavingAgent()
    {
        Lab = new RunLab
        {
            Settings = { ["RunId"] = "misbehaving-" + Guid.NewGuid().ToString("N"), ["Workflows"] = "cc_glm_headless", ["MaxRetries"] = "0", ["Timeout"] = "50s", ["StallThreshold"] = "50s" },
        };
        Lab.Settings["PromptsFile"] = Lab.Write("prompts.json", """
            { "version": 1, "name": "n", "prompts": [ { "id": "ping_1", "category": "c", "title": "t", "prompt": "Say PONG.", "success_hints": ["PONG"] } ] }
            """);
        Lab.Write("scripted/ping_1.json", """{ "schema_version": 1, "prompt_id": "ping_1", "turns": [ { "text": "PONG" } ] }""");
    }

    /// <summary>The run.</summary>
    public RunLab Lab { get; }

    /// <summary>The token that the agent was given.</summary>
    public string GivenToken => File.ReadAllText(Lab.At("token"));

    /// <summary>Standard output as it was kept.</summary>
    public string StdoutLog => Lab.RunFolder.StdoutLog(JobId, 0);

    /// <summary>Everything that the run wrote of its job.</summary>
    public IEnumerable<string> Files => Directory.GetFiles(Lab.RunFolder.Root, "*", SearchOption.AllDirectories);

    private static string JobId => "cc_glm_headless__ping_1";

    private string KeepToken => $"printf %s \"$ANTHROPIC_AUTH_TOKEN\" > {AgentScript.Quoted(Lab.At("token"))}";

    /// <summary>Runs an agent that speaks Claude Code's language, and checks what every run must keep: one readable record, and nothing left behind.</summary>
    public Task<JobRecord> RunAsync(params string[] steps)
    {
        AgentScript.UseAsClaude(Lab, KeepToken, steps);
        return RunAsync();
    }

    /// <summary>The same with a script whose plain output is the answer.</summary>
    public Task<JobRecord> RunPlainAsync(params string[] steps)
    {
        AgentScript.UseAsPlainScript(Lab, KeepToken, steps);
        return RunAsync();
    }

    /// <inheritdoc />
    public void Dispose() => Lab.Dispose();

    private async Task<JobRecord> RunAsync()
    {
        var record = Assert.Single(await Lab.RunAsync(TestContext.Current.CancellationToken));

        var onDisk = RecordJson.Deserialize(File.ReadAllBytes(Lab.RunFolder.JobRecord(record.JobId)));
        Assert.Equal(RecordJson.Serialize(record), RecordJson.Serialize(onDisk));
        Assert.Equal(0, Lab.Manifest().GetProperty("closing").GetProperty("processes_left").GetInt32());
        Assert.Equal(0, ProcessReaper.Count(new RunMark(record.RunId, Lab.Manifest().GetProperty("process_mark").GetString()!)));
        Assert.Empty(Lab.Problems);
        return record;
    }
}
