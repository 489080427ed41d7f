using System.Text.Json.Nodes;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>The three OpenCode lanes with the real program.</summary>
public sealed class OpenCodeLaneTests(OpenCodeBed bed) : IClassFixture<OpenCodeBed>
{
    private const string Headless = WorkflowCatalog.OpenCodeRunHeadless;
    private const string Http = WorkflowCatalog.OpenCodeServerHttp;
    private const string Attach = WorkflowCatalog.OpenCodeServerAttachRun;

    [Theory(Timeout = OpenCodeBed.TimeoutMs)]
    [InlineData(Headless)]
    [InlineData(Http)]
    [InlineData(Attach)]
    public async Task An_agent_writes_its_file_and_answers(string lane)
    {
        var prompt = Prompt($"write_{lane}", "Write \"a b\" into out.txt.\n", new PromptCheck(CheckKind.Contains, "written"), new PromptCheck(CheckKind.Command, "grep -q 'a b' out.txt"));
        var script = new ScriptedAnswer
        {
            PromptId = prompt.Id,
            Turns =
            [
                new ScriptedTurn
                {
                    Text = "I write it.",
                    ToolCalls = [new ScriptedToolCall("write_file", new Dictionary<string, string> { ["path"] = "out.txt", ["content"] = "a b" })],
                    Finish = ScriptedFinish.ToolCalls,
                },
                new ScriptedTurn { Reasoning = "It is there.", Text = $"It is written; the key is {bed.Token}." },
            ],
        };

        var outcome = await bed.Lane(lane, script).RunAsync(bed.Request(lane, prompt), TestContext.Current.CancellationToken);

        Assert.Null(outcome.Failure);
        Assert.True(outcome.Success);
        Assert.StartsWith("It is written", outcome.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain(bed.Token, outcome.Answer, StringComparison.Ordinal);
        Assert.Equal((2, 0), (outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.StartsWith("ses_", outcome.SessionId, StringComparison.Ordinal);
        AssertOrder(outcome.Timeline.Spawned, outcome.Timeline.Submitted, outcome.Timeline.FirstOutput, outcome.Timeline.LastOutput, outcome.Timeline.Completed, outcome.Timeline.Exited);
        if (lane != Headless)
        {
            AssertEventsMatch(outcome, bed.EventsLog(prompt.Id));
            Assert.True(bed.Server.StartupLatency > TimeSpan.Zero);
            await AssertIsDeletedAsync(outcome.SessionId!);
        }
    }

    [Theory(Timeout = OpenCodeBed.TimeoutMs)]
    [InlineData(Headless)]
    [InlineData(Http)]
    [InlineData(Attach)]
    public async Task A_model_that_nobody_has_is_unavailable(string lane)
    {
        var prompt = Prompt($"unknown_{lane}", "Hello");

        var outcome = await bed.MisbehavingLane(lane).RunAsync(
            bed.Request(lane, prompt, model: "zhipuai-coding-plan/glm-5.3"), TestContext.Current.CancellationToken);

        Assert.Equal((FailureCategory.Model, FailureReasons.ModelUnavailable), (outcome.Failure?.Category, outcome.Failure?.Reason));
        Assert.Contains("glm-5.3", outcome.Failure!.Evidence, StringComparison.Ordinal);
        Assert.Equal(0, outcome.ModelRequests ?? 0);
    }

    [Fact(Timeout = OpenCodeBed.TimeoutMs)]
    public async Task A_refused_key_fails_the_attach_lane_though_its_client_exits_with_0()
    {
        var prompt = Prompt("refused", "#401");

        var outcome = await bed.MisbehavingLane(Attach).RunAsync(bed.Request(Attach, prompt), TestContext.Current.CancellationToken);

        Assert.Equal((FailureCategory.Env, FailureReasons.AuthError), (outcome.Failure?.Category, outcome.Failure?.Reason));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(outcome.Incidents, i => i.Code == "zero_exit_on_error");
    }

    [Theory(Timeout = OpenCodeBed.TimeoutMs)]
    [InlineData(Headless)]
    [InlineData(Http)]
    public async Task An_answer_without_a_finish_reason_ends_the_attempt_at_once(string lane)
    {
        var prompt = Prompt($"nofinish_{lane}", "#nofinish");

        var outcome = await bed.MisbehavingLane(lane).RunAsync(bed.Request(lane, prompt), TestContext.Current.CancellationToken);

        Assert.Equal(FailureCategory.Model, outcome.Failure?.Category);
        Assert.Equal("unknown", outcome.FinishReason);
        Assert.False(outcome.TimedOut || outcome.Stalled);
        Assert.InRange(outcome.ModelRequests!.Value, 1, 40);
        Assert.DoesNotContain(bed.Provider.Requests, r => r.Contains(OpenCodeBed.Canary, StringComparison.Ordinal));
    }

    [Fact(Timeout = OpenCodeBed.TimeoutMs)]
    public async Task A_sub_agents_model_requests_are_the_attempts_own()
    {
        var prompt = Prompt("task", "#task");

        var outcome = await bed.MisbehavingLane(Http).RunAsync(bed.Request(Http, prompt), TestContext.Current.CancellationToken);

        Assert.Null(outcome.Failure);
        Assert.Equal(3, outcome.ModelRequests);
        Assert.Equal("half an answer", outcome.Answer);
    }

    [Fact(Timeout = OpenCodeBed.TimeoutMs)]
    public async Task A_silent_model_is_given_up_at_the_limit_and_the_session_with_it()
    {
        var prompt = Prompt("silent", "#hang");

        // More than the way to the model takes on a busy machine.
        const int LimitSeconds = 30;

        var outcome = await bed.MisbehavingLane(Http).RunAsync(bed.Request(Http, prompt, timeoutSeconds: LimitSeconds), TestContext.Current.CancellationToken);

        Assert.True(outcome.TimedOut);
        Assert.Equal(FailureReasons.Timeout, outcome.Failure?.Reason);
        Assert.Null(outcome.Timeline.Completed);
        Assert.True(outcome.Timeline.Ended - outcome.Timeline.Submitted >= TimeSpan.FromSeconds(LimitSeconds));
        await AssertIsDeletedAsync(outcome.SessionId!);
    }

    [Fact(Timeout = OpenCodeBed.TimeoutMs)]
    public async Task An_unknown_model_is_reported_by_the_servers_own_error_too()
    {
        var server = await bed.Server.GetAsync(TestContext.Current.CancellationToken);
        using var folder = new TestFolder();
        var session = await server.Client.CreateSessionAsync(folder.Path, "t", TestContext.Current.CancellationToken);
        var observer = new ErrorObserver(session);
        using var subscription = server.Events.Subscribe(session, observer);

        await server.Client.SubmitAsync(session, folder.Path, new("zhipuai-coding-plan", "nosuch"), "Hello", TestContext.Current.CancellationToken);
        await observer.Reader.Failed.WaitAsync(TestContext.Current.CancellationToken);
        await server.Client.DeleteSessionAsync(session, TestContext.Current.CancellationToken);
        await server.Client.DisposeInstanceAsync(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal("ProviderModelNotFoundError", observer.Reader.Read().ErrorName);
    }

    /// <summary>The event stream and the gateway count the same tokens, and no secret is in the events.</summary>
    private void AssertEventsMatch(AttemptOutcome outcome, string path)
    {
        var text = File.ReadAllText(path);
        Assert.DoesNotContain(bed.Token, text, StringComparison.Ordinal);
        var finished = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!["event"]!)
            .Where(e => (string?)e["type"] == "message.part.updated" && (string?)e["properties"]!["part"]!["type"] == "step-finish")
            .Select(e => e["properties"]!["part"]!["tokens"]!)
            .ToList();
        Assert.Equal(outcome.Tokens.Input, finished.Sum(t => (long)t["input"]! + (long)t["cache"]!["read"]!));
        Assert.Equal(outcome.Tokens.Output, finished.Sum(t => (long)t["output"]! + (long)t["reasoning"]!));
        Assert.Equal(outcome.Tokens.Cached, finished.Sum(t => (long)t["cache"]!["read"]!));
    }

    private async Task AssertIsDeletedAsync(string sessionId)
    {
        var server = await bed.Server.GetAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OpenCodeApiException>(() => server.Client.GetMessagesAsync(sessionId, TestContext.Current.CancellationToken));
    }

    private static void AssertOrder(params TimeSpan?[] instants)
    {
        Assert.DoesNotContain(null, instants);
        Assert.Equal(instants.Order(), instants);
    }

    private static Prompt Prompt(string id, string text, params PromptCheck[] checks) =>
        new() { Id = id, Category = "test", Title = id, Text = text, Checks = checks };

    private sealed class ErrorObserver(string session) : IOpenCodeSessionObserver
    {
        public Bench.Fixtures.Agents.OpenCode.OpenCodeSessionReader Reader { get; } = new(session);

        public void OnEvent(in OpenCodeEvent entry) => Reader.OnEvent(entry.Type, entry.Properties, entry.Timestamp);

        public void OnChildEvent(in OpenCodeEvent entry)
        {
        }

        public void OnGap()
        {
        }
    }
}
