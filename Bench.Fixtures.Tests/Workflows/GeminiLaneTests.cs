using System.Text.Json;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.Gemini;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gateway;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>The real Gemini CLI against the real gateway.</summary>
public sealed class GeminiLaneTests
{
    private const string Model = "gemini-3-flash-preview";

    private static readonly WorkflowDescription Workflow = WorkflowCatalog.Find(WorkflowCatalog.GeminiRunHeadless)!;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tool_call_works_in_the_work_tree_and_the_answer_arrives_exactly_with_the_gateways_tokens()
    {
        const string Answer = "Done \"quoted\" 日本語 🎉\n\n```js\nlet x = `$HOME`;\n```";
        var script = GatewayBed.Script(
            new ScriptedTurn { Text = "I write it.", ToolCalls = [GatewayBed.Call("write_file", ("path", "made.txt"), ("content", "hi\n"))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = Answer });
        await using var bed = await LaneBed.StartAsync(Workflow, Model, script);
        bed.Request = bed.Request with
        {
            Prompt = bed.Request.Prompt with { Checks = [new PromptCheck(CheckKind.Command, "test \"$(cat made.txt)\" = hi && test \"$(git status --porcelain)\" = '?? made.txt'")] },
        };

        var outcome = await RunAsync(bed);

        Assert.True(outcome.Success, $"{outcome.Failure} {outcome.Checks.Select(c => c.Detail).FirstOrDefault()}");
        Assert.Equal(Answer, outcome.Answer);
        Assert.Equal((Model, 2, 0), (outcome.ModelSelected, outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.Equal(ReportedTokens(bed.StdoutLog), (outcome.Tokens.Input, outcome.Tokens.Output));
        Assert.True(outcome.Timeline.Ready < outcome.Timeline.FirstOutput);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Incidents);
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_model_that_does_not_exist_is_unavailable()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "no-such-model");

        var outcome = await RunAsync(bed);

        AssertFailure(outcome, FailureReasons.ModelUnavailable);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_of_another_model_is_a_mismatch()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, Model, configure: o => o with { AnswerAs = "gemini-2.5-pro" });

        var outcome = await RunAsync(bed);

        AssertFailure(outcome, FailureReasons.ModelMismatch);
        Assert.Equal("gemini-2.5-pro", outcome.ModelSelected);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_that_the_filter_stopped_is_refused_although_the_program_reports_success()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, Model, GatewayBed.Script(new ScriptedTurn { Text = "cut", Finish = ScriptedFinish.ContentFilter }));

        var outcome = await RunAsync(bed);

        AssertFailure(outcome, FailureReasons.ContentRefused);
        Assert.Equal("SAFETY", outcome.FinishReason);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_prompt_arrives_byte_for_byte_the_quota_is_known_by_the_exit_code_and_nothing_of_the_folders_above_is_read()
    {
        const string Prompt = "/help say \"hi\" 'there' $HOME `x` \\n @/etc/hostname\nzweite Zeile\n\ttab  two  spaces\n日本語 🎉\n";
        await using var provider = await FakeProvider.StartAsync(429, """{"error":{"code":429,"message":"Resource has been exhausted.","status":"RESOURCE_EXHAUSTED"}}""");
        await using var bed = await LaneBed.StartAsync(Workflow, Model, prompt: Prompt);
        bed.Models = new ModelSource { Upstream = new UpstreamTarget(provider.BaseUrl, "upstream-key-12345") };
        bed.Plant("GEMINI.md", "CANARY");
        bed.Plant(".gemini/GEMINI.md", "CANARY");
        bed.Plant(".gemini/settings.json", $$$"""{"mcpServers":{"canary":{"command":"touch","args":["{{{bed.PathOf("mcp-ran")}}}"] } } }""");

        var outcome = await RunAsync(bed);

        Assert.Single(provider.Requests);
        var body = provider.Requests.First().Body;
        Assert.Contains(Prompt, TextsOf(body));
        Assert.DoesNotContain("CANARY", body, StringComparison.Ordinal);
        Assert.False(bed.IsThere("mcp-ran"));
        Assert.Equal(173, outcome.ExitCode);
        Assert.Equal((FailureCategory.Env, FailureReasons.QuotaOrRateLimit), (outcome.Failure!.Category, outcome.Failure.Reason));
    }

    private static Task<AttemptOutcome> RunAsync(LaneBed bed) => bed.RunAsync(Workflow, new GeminiAgent(), RealAgents.Gemini());

    private static void AssertFailure(AttemptOutcome outcome, string reason) =>
        Assert.Equal((FailureCategory.Model, reason), (outcome.Failure?.Category ?? FailureCategory.Harness, outcome.Failure?.Reason ?? "success"));

    private static IReadOnlyList<string> TextsOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.Items("contents").SelectMany(m => m.Items("parts")).Select(c => c.Text("text") ?? "")];
    }

    private static (long? Input, long? Output) ReportedTokens(string log)
    {
        var tokens = Agents.ReaderFeed.Read(new GeminiStreamReader(), log.Split('\n')).Tokens;
        return (tokens.Input, tokens.Output);
    }
}
