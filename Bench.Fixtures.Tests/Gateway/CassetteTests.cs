using System.Net;
using Microsoft.AspNetCore.Http;
using System.Text.Json.Nodes;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class CassetteTests : IDisposable
{
    private const string OpenAi = "/v1/chat/completions";

    private readonly CassetteBed bed = new();

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(OpenAi)]
    [InlineData("/v1/messages")]
    [InlineData("/v1beta/models/glm-5:streamGenerateContent?alt=sse")]
    [InlineData("/v1beta/models/glm-5:generateContent")]
    public async Task An_answer_comes_back_letter_for_letter_with_its_figures(string path)
    {
        var script = Script("Grüße, 🌍! And a few words more.", reasoning: "I think.");
        var (text, request) = await bed.RecordAsync(async live => (await live.TextAsync(path, BodyFor(path)), await live.OnlyRequestAsync()), script);
        await using var replay = await bed.ReplayAsync();

        var again = await replay.TextAsync(path, BodyFor(path));

        Assert.Equal(text, again);
        Assert.Equal(Figures(request), Figures(await replay.OnlyRequestAsync()));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(1, 250, 5250)]
    [InlineData(0.5, 125, 2625)]
    [InlineData(0, 0, 0)]
    public async Task The_pace_is_the_recorded_one_times_the_factor(double factor, double firstToken, double end)
    {
        var options = Options with { Clock = new JumpingClock(), FirstTokenDelay = TimeSpan.FromMilliseconds(250), TokensPerSecond = 1 };
        await bed.RecordAsync(live => live.EventsAsync(OpenAi, OpenAiBody(stream: true)), Script("Hello, world!", reasoning: "I think."), options);
        var clock = new JumpingClock();
        await using var replay = await bed.ReplayAsync(Options with { Clock = clock, ReplayPace = factor });

        await replay.EventsAsync(OpenAi, OpenAiBody(stream: true));

        var request = await replay.OnlyRequestAsync();
        Assert.Equal(firstToken, clock.GetElapsedTime(request.StartTimestamp, request.FirstTokenTimestamp!.Value).TotalMilliseconds, 0.01);
        Assert.Equal(end, clock.GetElapsedTime(request.StartTimestamp, request.EndTimestamp!.Value).TotalMilliseconds, 0.01);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_file_holds_no_text_of_requests_and_no_secret_even_where_one_is_spread_over_events()
    {
        var options = Options with { Clock = new JumpingClock(), TokensPerSecond = 10 };
        var said = $"The key is {CassetteBed.Secret}, keep it.";
        await bed.RecordAsync(live => live.EventsAsync("/v1/messages", AnthropicBody(stream: true)), Script(said), options);
        await using var replay = await bed.ReplayAsync();

        var events = await replay.EventsAsync("/v1/messages", AnthropicBody(stream: true));

        Assert.All(["Say", "please", "You are an agent", "/srv/here", CassetteBed.Secret], text => Assert.DoesNotContain(text, bed.Text, StringComparison.Ordinal));
        var answer = string.Concat(events.Select(e => (string?)e["delta"]?["text"]));
        Assert.Equal("The key is [REDACTED:known-secret], keep it.", answer);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_path_in_an_answer_is_one_below_the_folder_of_the_attempt_that_reads_it()
    {
        var script = Script(new ScriptedTurn { Text = "In /tmp/one/3/work I write.", ToolCalls = [Call("write_file", ("path", "a.txt"), ("content", "1"))], Finish = ScriptedFinish.ToolCalls }, new ScriptedTurn { Text = "ok" });
        await bed.RecordAsync(live => live.EventsAsync(OpenAi, BodyIn("/tmp/one/3/work")), script, Options with { Clock = new JumpingClock(), TokensPerSecond = 10 }, agentFolder: "/tmp/one/3");
        await using var replay = await bed.ReplayAsync(agentFolder: "/var/elsewhere/12");

        var deltas = (await replay.EventsAsync(OpenAi, BodyIn("/var/elsewhere/12/work"))).Where(e => e is JsonObject && e["choices"] is JsonArray { Count: > 0 }).Select(e => e["choices"]![0]!["delta"]).ToList();

        Assert.DoesNotContain("/tmp/one", bed.Text, StringComparison.Ordinal);
        Assert.Equal("In /var/elsewhere/12/work I write.", string.Concat(deltas.Select(d => (string?)d?["content"])));
        var arguments = string.Concat(deltas.Select(d => (string?)d?["tool_calls"]?[0]?["function"]?["arguments"]));
        Assert.Equal("/var/elsewhere/12/work/a.txt", (string?)JsonNode.Parse(arguments)!["filePath"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_request_that_is_not_there_is_refused_at_once_and_says_which_and_why()
    {
        await bed.RecordAsync(live => live.TextAsync(OpenAi, OpenAiBody()));
        await using var replay = await bed.ReplayAsync();

        using var repeated = await replay.PostAsync(OpenAi, OpenAiBody());
        Assert.False(replay.Route.Missed.IsCompleted);
        using var third = await replay.PostAsync(OpenAi, OpenAiBody());
        using var other = await replay.PostAsync(OpenAi, OpenAiBody(more: [Message("assistant", "What?"), Message("user", "Another question")]));
        using var model = await replay.PostAsync(OpenAi, OpenAiBody(model: "glm-6"));

        await replay.Route.Missed;
        await replay.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest], new[] { repeated, third, other, model }.Select(r => r.StatusCode));
        Assert.Equal([null, GatewayRequest.CassetteMiss, GatewayRequest.CassetteMiss, GatewayRequest.CassetteMiss], replay.Route.Requests.Select(r => r.Error));
        Assert.Equal(
            [
                $"A request of 'wf__p1' (glm-5, user:33) is not on '{bed.Path}': the attempt asked this 1x when it was recorded, and now asks it once more. Record it again with Gateway:RecordTo.",
                $"A request of 'wf__p1' (glm-5, user:33 assistant:5 user:16) is not on '{bed.Path}': there are user:33. Record it again with Gateway:RecordTo.",
                $"A request of 'wf__p1' (glm-6, user:33) is not on '{bed.Path}': the job asked glm-5 when it was recorded. Record it again with Gateway:RecordTo.",
            ],
            replay.Route.Requests.Skip(1).Select(r => r.ErrorDetail));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_was_not_recorded_is_a_miss_and_a_further_attempt_gets_what_the_last_one_got()
    {
        await bed.RecordAsync(live => live.TextAsync(OpenAi, OpenAiBody()));
        await using var stranger = await bed.ReplayAsync(job: "wf__p2");
        await using var retry = await bed.ReplayAsync(attempt: 3);

        using var missed = await stranger.PostAsync(OpenAi, OpenAiBody());
        using var answered = await retry.PostAsync(OpenAi, OpenAiBody());

        Assert.Contains("it holds nothing of this job", (string?)(await JsonOf(missed))["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Equal_requests_get_their_answers_in_the_recorded_order_and_jobs_do_not_mix()
    {
        var next = 0;
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$"""{"model":"glm-5","choices":[{"message":{"content":"{{next++}}"},"finish_reason":"stop"}]}""", TestContext.Current.CancellationToken);
        });
        var upstream = new UpstreamTarget(provider.BaseUrl, "provider-key");
        await using (var live = await StartAsync(bed.Recording(), Spec(null, upstream: upstream)))
        {
            using var second = live.Gateway.OpenRoute(Spec(null, job: "wf__p2", upstream: upstream));
            foreach (var url in new[] { live.Route.BaseUrl, second.BaseUrl, live.Route.BaseUrl, second.BaseUrl })
            {
                using var response = await live.PostToAsync(url + OpenAi, OpenAiBody());
                await JsonOf(response);
            }
        }

        await using var replay = await bed.ReplayAsync(job: "wf__p2");
        using var first = replay.Gateway.OpenRoute(Spec(null) with { Cassette = Cassette.Read(bed.Path) });

        Assert.Equal(["1", "0", "3", "2"], [await AskAsync(replay, replay.Route), await AskAsync(replay, first), await AskAsync(replay, replay.Route), await AskAsync(replay, first)]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_providers_refusal_is_replayed_with_what_it_asked_for_and_nothing_that_names_the_account()
    {
        await using var provider = await FakeProvider.StartAsync(429, """{"error":{"code":"rate_limit_exceeded","message":"slow down"}}""", ("Retry-After", "7"), ("x-account", "acme"));
        await bed.RecordAsync(live => live.TextAsync(OpenAi, OpenAiBody()), upstream: new UpstreamTarget(provider.BaseUrl, "provider-key"));
        await using var replay = await bed.ReplayAsync();

        using var response = await replay.PostAsync(OpenAi, OpenAiBody());
        var error = await JsonOf(response);
        var request = await replay.OnlyRequestAsync();

        Assert.Equal(("7", "slow down"), (response.Headers.RetryAfter?.ToString(), (string?)error["error"]!["message"]));
        Assert.Equal((429, "http_429", "rate_limit_exceeded", TimeSpan.FromSeconds(7)), (request.Status, request.Error, request.ErrorName, request.RetryAfter));
        Assert.DoesNotContain("acme", bed.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_connection_that_broke_breaks_again()
    {
        var received = new TaskCompletionSource();
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await FakeProvider.SendAsync(context, "data: {\"model\":\"glm-5\",\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: {\"mo");
            await received.Task.WaitAsync(TestContext.Current.CancellationToken);
            context.Abort();
        });
        await bed.RecordAsync(live => BreakAsync(live, received.SetResult), upstream: new UpstreamTarget(provider.BaseUrl, "provider-key"));
        await using var replay = await bed.ReplayAsync();

        await BreakAsync(replay, () => { });

        var request = await replay.OnlyRequestAsync();
        Assert.Equal(("upstream_disconnected", 200), (request.Error, request.Status));
        Assert.NotNull(request.FirstTokenTimestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_that_the_agent_did_not_wait_for_is_waited_for_again()
    {
        using var hangUp = new CancellationTokenSource();
        await bed.RecordAsync(
            async live =>
            {
                var asked = live.PostUntilAsync(OpenAi, OpenAiBody(), hangUp.Token);
                await live.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);
                await hangUp.CancelAsync();
                return await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
            },
            options: Options with { FirstTokenDelay = TimeSpan.FromHours(1) });
        await using var replay = await bed.ReplayAsync();
        using var again = new CancellationTokenSource();

        var waiting = replay.PostUntilAsync(OpenAi, OpenAiBody(), again.Token);
        await replay.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"ending\":\"open\"", bed.Text, StringComparison.Ordinal);
        Assert.False(waiting.IsCompleted);
        await again.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("client_disconnected", (await replay.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_recording_is_never_written_over_and_an_empty_one_is_not_left()
    {
        await bed.RecordAsync(live => live.GetAsync(live.Route.BaseUrl + "/v1/models"));
        Assert.False(File.Exists(bed.Path));
        await bed.RecordAsync(live => live.TextAsync(OpenAi, OpenAiBody()));

        var mistake = await Assert.ThrowsAsync<BenchUsageException>(() => bed.RecordAsync(live => live.TextAsync(OpenAi, OpenAiBody())));

        Assert.Contains($"'{bed.Path}', which exists already", mistake.Message, StringComparison.Ordinal);
        Assert.Single(Cassette.Read(bed.Path).Exchanges);
    }

    public void Dispose() => bed.Dispose();

    private static async Task<Exception> BreakAsync(GatewayBed bed, Action whenAnswered)
    {
        return await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var response = await bed.PostAsync(OpenAi, OpenAiBody(stream: true));
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            whenAnswered();
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        });
    }

    private static async Task<string?> AskAsync(GatewayBed replay, GatewayRoute route)
    {
        using var response = await replay.PostToAsync(route.BaseUrl + OpenAi, OpenAiBody());
        return (string?)(await JsonOf(response))["choices"]![0]!["message"]!["content"];
    }

    private static JsonObject BodyFor(string path) => path switch
    {
        OpenAi => OpenAiBody(stream: true),
        "/v1/messages" => AnthropicBody(stream: true),
        _ => GeminiBody(),
    };

    private static JsonObject BodyIn(string work)
    {
        var body = OpenAiBody(stream: true);
        body["messages"]![0]!["content"] = $"<env>\n  Working directory: {work}\n</env>";
        return body;
    }

    private static object Figures(GatewayRequest request) => new
    {
        request.Api,
        request.ModelAsked,
        request.ModelAnswered,
        request.Hidden,
        request.Status,
        request.InputTokens,
        request.OutputTokens,
        request.CachedTokens,
        request.ReasoningTokens,
        request.FinishReason,
        request.Error,
        HasFirstToken = request.FirstTokenTimestamp is not null,
    };
}
