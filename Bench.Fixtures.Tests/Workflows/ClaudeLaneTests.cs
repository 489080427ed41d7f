using System.Text.Json;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gateway;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>The real Claude Code against the real gateway.</summary>
public sealed class ClaudeLaneTests
{
    private const string PongStream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"glm-5","content":[],"stop_reason":null,"usage":{"input_tokens":12,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"PONG"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":12,"output_tokens":7}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private static readonly WorkflowDescription Workflow = WorkflowCatalog.Find(WorkflowCatalog.CcGlmHeadless)!;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_arrives_exactly_with_the_gateways_tokens_and_the_model_verified()
    {
        const string Answer = "PONG \"quoted\" 日本語 🎉\n\n```js\nlet x = `$HOME`;\n```";
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", GatewayBed.Script(Answer, reasoning: "I think."), o => o with { FirstTokenDelay = TimeSpan.FromMilliseconds(20), TokensPerSecond = 25 });

        var outcome = await RunAsync(bed);

        Assert.True(outcome.Success, outcome.Failure?.ToString());
        Assert.Equal(Answer, outcome.Answer);
        Assert.Equal(("glm-5", 1, 0), (outcome.ModelSelected, outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.Equal(ReportedTokens(bed.StdoutLog), (outcome.Tokens.Input, outcome.Tokens.Output));
        Assert.True(outcome.Timeline.ModelFirstToken < outcome.Timeline.FirstOutput);

        // The model speaks for a second: an output seen at its end only would be seen once.
        Assert.True(outcome.Timeline.FirstOutput < outcome.Timeline.LastOutput);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Incidents);
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tool_call_works_in_the_work_tree()
    {
        var script = GatewayBed.Script(
            new ScriptedTurn { Text = "I write it.", ToolCalls = [GatewayBed.Call("write_file", ("path", "made.txt"), ("content", "hi\n"))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = "Done." });
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", script);
        bed.Request = bed.Request with
        {
            Prompt = bed.Request.Prompt with { Checks = [new PromptCheck(CheckKind.Command, "test \"$(cat made.txt)\" = hi && test \"$(git status --porcelain)\" = '?? made.txt'")] },
        };

        var outcome = await RunAsync(bed);

        Assert.True(outcome.Success, $"{outcome.Failure} {outcome.Checks.Select(c => c.Detail).FirstOrDefault()}");
        Assert.Equal("Done.", outcome.Answer);
        Assert.Equal((2, 0), (outcome.ModelRequests, outcome.HiddenModelRequests));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_model_that_does_not_exist_is_unavailable()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "no-such-model");

        var outcome = await RunAsync(bed);

        AssertFailure(outcome, FailureReasons.ModelUnavailable);
        Assert.Null(outcome.ModelSelected);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_of_another_model_is_a_mismatch()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", configure: o => o with { AnswerAs = "glm-4.6" });

        var outcome = await RunAsync(bed);

        AssertFailure(outcome, FailureReasons.ModelMismatch);
        Assert.Equal("glm-4.6", outcome.ModelSelected);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_prompt_arrives_byte_for_byte_and_nothing_of_the_folders_above_is_read()
    {
        const string Prompt = "say \"hi\" 'there' $HOME `x` \\n\nzweite Zeile\n\ttab  two  spaces\n日本語 🎉\n";
        await using var provider = await FakeProvider.StartAsync(401, """{"type":"error","error":{"type":"authentication_error","message":"no"}}""");
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", prompt: Prompt);
        bed.Models = new ModelSource { Upstream = new UpstreamTarget(provider.BaseUrl, "upstream-key-12345") };
        bed.Plant("CLAUDE.md", "CANARY");
        bed.Plant(".claude/CLAUDE.md", "CANARY");
        bed.Plant(".claude/settings.json", """{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:9"}}""");
        bed.Plant(".claude/skills/canary/SKILL.md", "---\nname: canary\ndescription: CANARY\n---\n");
        bed.Plant(".mcp.json", $$$"""{"mcpServers":{"canary":{"command":"touch","args":["{{{bed.PathOf("mcp-ran")}}}"] } } }""");

        var outcome = await RunAsync(bed);

        var body = provider.Requests.First().Body;
        Assert.Contains(Prompt, TextsOf(body));
        Assert.DoesNotContain("CANARY", body, StringComparison.Ordinal);
        Assert.False(bed.IsThere("mcp-ran"));
        Assert.Equal((FailureCategory.Env, FailureReasons.AuthError), (outcome.Failure!.Category, outcome.Failure.Reason));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_prompt_that_is_a_command_of_the_program_fails_instead_of_passing_for_an_answer()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", prompt: "/help me\n");

        var outcome = await RunAsync(bed);

        AssertFailure(outcome, FailureReasons.ErrorEvent);
        Assert.Contains("Begin the prompt with another character than '/'", outcome.Failure!.Evidence, StringComparison.Ordinal);
        Assert.Equal((0, 0, ""), (outcome.ExitCode, outcome.ModelRequests, outcome.Answer));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_refused_request_that_the_program_repeats_is_an_incident_and_counted()
    {
        var requests = 0;
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            // Counted before the answer: the next request may come before this one is done with.
            var isFirst = Interlocked.Increment(ref requests) == 1;
            context.Response.StatusCode = isFirst ? 529 : 200;
            context.Response.ContentType = isFirst ? "application/json" : "text/event-stream";
            await FakeProvider.SendAsync(context, isFirst ? """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""" : PongStream);
        });
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5");
        bed.Models = new ModelSource { Upstream = new UpstreamTarget(provider.BaseUrl, "upstream-key-12345") };

        var outcome = await bed.RunAsync(Workflow, new ClaudeCodeAgent(), RealAgents.Claude());

        Assert.True(outcome.Success, outcome.Failure?.ToString());
        Assert.Equal(["agent_retried"], outcome.Incidents.Select(i => i.Code));
        Assert.Equal((2, "PONG", 12L, 7L), (outcome.ModelRequests, outcome.Answer, outcome.Tokens.Input, outcome.Tokens.Output));
    }

    private static Task<AttemptOutcome> RunAsync(LaneBed bed) => bed.RunAsync(Workflow, new ClaudeCodeAgent(maxRetries: 0), RealAgents.Claude());

    private static void AssertFailure(AttemptOutcome outcome, string reason) =>
        Assert.Equal((FailureCategory.Model, reason), (outcome.Failure?.Category ?? FailureCategory.Harness, outcome.Failure?.Reason ?? "success"));

    private static IReadOnlyList<string> TextsOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.Items("messages").SelectMany(m => m.Items("content")).Select(c => c.Text("text") ?? "")];
    }

    private static (long? Input, long? Output) ReportedTokens(string log)
    {
        var reader = new ClaudeStreamReader();
        var tokens = Agents.ReaderFeed.Read(reader, log.Split('\n')).Tokens;
        return (tokens.Input, tokens.Output);
    }
}
