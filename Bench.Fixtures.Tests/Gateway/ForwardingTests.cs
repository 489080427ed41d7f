using System.Net;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Gateway.Forwarding;
using Microsoft.AspNetCore.Http;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class ForwardingTests
{
    private const string Key = "provider-key";
    private const string OpenAi = "/v1/chat/completions";
    private const string Anthropic = "/v1/messages?beta=true";
    private const string Gemini = "/v1beta/models/gemini-3-flash-preview:streamGenerateContent?alt=sse";

    public static TheoryData<string, ModelApi, string, string> Apis { get; } = new()
    {
        { OpenAi, ModelApi.OpenAiChat, "glm-5", "stop" },
        { Anthropic, ModelApi.AnthropicMessages, "glm-5", "end_turn" },
        { Gemini, ModelApi.GeminiGenerate, "gemini-3-flash-preview", "STOP" },
    };

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task An_answer_comes_through_byte_by_byte_and_its_figures_are_booked(string path, ModelApi api, string model, string finish)
    {
        await using var provider = await StartAsync(Script("Hello, world!", reasoning: "I think."), Options with { Token = Key, AnswerAs = "other-model" }, model);
        await using var bed = await StartAsync(model: model, upstream: new UpstreamTarget(provider.Route.BaseUrl, Key));
        var body = BodyFor(api);

        var direct = await provider.TextAsync(path, body);
        var through = await bed.TextAsync(path, body);

        Assert.Equal(WithoutTime(direct), WithoutTime(through));
        var there = provider.Route.Requests[0];
        var here = await bed.OnlyRequestAsync();
        Assert.Equal((there.InputTokens, there.OutputTokens, there.ReasoningTokens), (here.InputTokens, here.OutputTokens, here.ReasoningTokens));
        Assert.Equal((api, "other-model", 200, finish, null), (here.Api, here.ModelAnswered, here.Status, here.FinishReason, here.Error));
        Assert.InRange(here.FirstTokenTimestamp!.Value, here.StartTimestamp, here.EndTimestamp!.Value);
        Assert.False(here.Hidden);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(OpenAi, ModelApi.OpenAiChat)]
    [InlineData(Anthropic, ModelApi.AnthropicMessages)]
    [InlineData("/v1beta/models/gemini-3-flash-preview:generateContent", ModelApi.GeminiGenerate)]
    public async Task A_whole_answer_is_read_too(string path, ModelApi api)
    {
        var model = api == ModelApi.GeminiGenerate ? "gemini-3-flash-preview" : "glm-5";
        await using var provider = await StartAsync(Script("Hello, world!", reasoning: "I think."), Options with { Token = Key }, model);
        await using var bed = await StartAsync(model: model, upstream: new UpstreamTarget(provider.Route.BaseUrl, Key));

        await bed.TextAsync(path, BodyFor(api, stream: false));

        var here = await bed.OnlyRequestAsync();
        Assert.Equal((9L, 6L, 2L), (here.InputTokens, here.OutputTokens, here.ReasoningTokens));
        Assert.Equal(model, here.ModelAnswered);
        Assert.NotNull(here.FirstTokenTimestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Body_path_query_and_headers_go_on_unchanged_but_for_key_and_hops()
    {
        await using var provider = await FakeProvider.StartAsync(200, "{}", ("x-request-id", "r1"), ("Set-Cookie", "a=b"), ("Connection", "x-hop"), ("x-hop", "1"));
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl + "/api/anthropic/", Key));
        var body = AnthropicBody().ToJsonString() + "  ";

        using var response = await bed.SendAsync(
            HttpMethod.Post,
            bed.Route.BaseUrl + Anthropic + "&key=" + bed.Gateway.Token,
            body,
            ("anthropic-beta", "a,b"), ("x-session-id", "s"), ("Accept-Encoding", "gzip"), ("Connection", "x-drop"), ("x-drop", "1"));

        var asked = Assert.Single(provider.Requests);
        Assert.Equal("/api/anthropic/v1/messages?beta=true", asked.Target);
        Assert.Equal(body, asked.Body);
        Assert.Equal("application/json; charset=utf-8", asked.Headers["Content-Type"]);
        Assert.Equal(("Bearer " + Key, "a,b", "s"), (asked.Headers["Authorization"], asked.Headers["anthropic-beta"], asked.Headers["x-session-id"]));
        Assert.Equal("identity", asked.Headers["Accept-Encoding"]);
        Assert.All(["x-drop", "x-api-key", "traceparent"], name => Assert.DoesNotContain(name, asked.Headers.Keys));
        Assert.DoesNotContain(asked.Headers.Values, v => v.Contains(bed.Gateway.Token, StringComparison.Ordinal));
        Assert.Equal("r1", response.Headers.GetValues("x-request-id").Single());
        Assert.All(["Set-Cookie", "x-hop"], name => Assert.False(response.Headers.Contains(name)));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("x-api-key")]
    [InlineData("x-goog-api-key")]
    public async Task The_key_goes_where_the_agent_had_the_token(string header)
    {
        await using var provider = await FakeProvider.StartAsync(200, "{}");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));
        bed.Client.DefaultRequestHeaders.Authorization = null;

        using var response = await bed.PostToAsync(bed.Route.BaseUrl + Anthropic, AnthropicBody(), (header, bed.Gateway.Token));

        var asked = Assert.Single(provider.Requests);
        Assert.Equal(Key, asked.Headers[header]);
        Assert.DoesNotContain("Authorization", asked.Headers.Keys);
    }

    [Theory]
    [InlineData("https://api.example", "/v1/messages", "https://api.example/v1/messages?beta=true")]
    [InlineData("https://api.example/api/anthropic/", "/v1/messages", "https://api.example/api/anthropic/v1/messages?beta=true")]
    [InlineData("https://api.example/v1", "/v1/chat/completions", "https://api.example/v1/chat/completions?beta=true")]
    [InlineData("https://api.example/api/coding/paas/v4", "/v1/chat/completions", "https://api.example/api/coding/paas/v4/chat/completions?beta=true")]
    [InlineData("https://api.example/v1", "/chat/completions", "https://api.example/v1/chat/completions?beta=true")]
    [InlineData("https://api.example/v1beta", "/v1beta/models/m:generateContent", "https://api.example/v1beta/models/m:generateContent?beta=true")]
    public void A_base_URL_with_a_version_keeps_its_own(string baseUrl, string rest, string expected)
    {
        var request = new DefaultHttpContext().Request;
        (request.QueryString, request.Headers.Authorization) = (new QueryString("?beta=true&key=token"), "Bearer token");

        Assert.Equal(expected, UpstreamAddress.Of(new UpstreamTarget(baseUrl, Key), rest, request, "token").ToString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_has_the_token_in_the_query_alone_has_the_key_there()
    {
        await using var provider = await FakeProvider.StartAsync(200, "{}");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, "a+key/with=signs"));
        bed.Client.DefaultRequestHeaders.Authorization = null;

        using var response = await bed.PostToAsync($"{bed.Route.BaseUrl}{Gemini}&key={bed.Gateway.Token}", GeminiBody());

        var asked = Assert.Single(provider.Requests);
        Assert.EndsWith("?alt=sse&key=a%2Bkey%2Fwith%3Dsigns", asked.Target, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", asked.Headers.Keys);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_body_that_says_it_is_encoded_as_itself_goes_on()
    {
        await using var provider = await FakeProvider.StartAsync(200, "{}");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));
        using var request = new HttpRequestMessage(HttpMethod.Post, bed.Route.BaseUrl + OpenAi) { Content = new StringContent(OpenAiBody().ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        request.Content.Headers.ContentEncoding.Add("identity");

        using var response = await bed.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_head_of_an_answer_arrives_before_its_body_is_there()
    {
        var received = new TaskCompletionSource();
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
            await received.Task.WaitAsync(TestContext.Current.CancellationToken);
        });
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.PostAsync(OpenAi, OpenAiBody(stream: true));
        received.SetResult();

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task A_stream_is_read_whatever_ends_its_lines_and_with_a_mark_before_it(string lineEnd)
    {
        var stream = "\ufeff" + """
            data: {"model":"m","choices":[{"delta":{"content":"one"}}]}

            data: {"model":"m","choices":[{"delta":{},"finish_reason":"stop"}]}

            data: [DONE]


            """.ReplaceLineEndings(lineEnd);
        await using var provider = await FakeProvider.StartStreamAsync([.. stream.Chunk(5).Select(c => new string(c))]);
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(OpenAi, OpenAiBody(stream: true));

        var request = await bed.OnlyRequestAsync();
        Assert.Equal(("m", "stop", null), (request.ModelAnswered, request.FinishReason, request.Error));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_whole_answer_with_a_mark_before_it_is_read()
    {
        await using var provider = await FakeProvider.StartAsync(200, "\ufeff{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}", ("Content-Encoding", "identity"));
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(OpenAi, OpenAiBody());

        Assert.Equal(("m", "stop"), ((await bed.OnlyRequestAsync()).ModelAnswered, bed.Route.Requests[0].FinishReason));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("retry-after-ms", "1500", 1500.0)]
    [InlineData("Retry-After", "86400", 86_400_000.0)]
    [InlineData("Retry-After", "0.5", 500.0)]
    [InlineData("Retry-After", "99999999999999", 315_360_000_000.0)]
    [InlineData("Retry-After", "-3", null)]
    [InlineData("Retry-After", "soon", null)]
    public async Task A_wait_is_read_in_every_spelling(string header, string value, double? milliseconds)
    {
        await using var provider = await FakeProvider.StartAsync(429, "{}", (header, value));
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.PostAsync(OpenAi, OpenAiBody());

        Assert.Equal(milliseconds, (await bed.OnlyRequestAsync()).RetryAfter?.TotalMilliseconds);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Each_piece_of_a_stream_arrives_before_the_next_is_sent()
    {
        var received = new TaskCompletionSource();
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await FakeProvider.SendAsync(context, """data: {"model":"m","choices":[{"delta":{"content":"one"}}]}""" + "\n\n");
            await received.Task.WaitAsync(TestContext.Current.CancellationToken);
            await FakeProvider.SendAsync(context, """data: {"model":"m","choices":[{"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n");
        });
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.PostAsync(OpenAi, OpenAiBody(stream: true));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var first = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        var early = Assert.Single(bed.Route.Requests);
        received.SetResult();
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("one", first, StringComparison.Ordinal);
        Assert.NotNull(early.FirstTokenTimestamp);
        Assert.Equal("m", early.ModelAnswered);
        Assert.Null(early.EndTimestamp);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        Assert.Equal(("stop", "m"), ((await bed.OnlyRequestAsync()).FinishReason, bed.Route.Requests[0].ModelAnswered));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Events_cut_anywhere_are_read_all_the_same()
    {
        var stream = "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"glm-5\",\"usage\":{\"input_tokens\":100,\"cache_creation_input_tokens\":5,\"cache_read_input_tokens\":40,\"output_tokens\":1}}}\r\n\r\n: comment\r\n\r\n"
            + "data: {\"type\":\"content_block_delta\",\r\ndata: \"delta\":{\"type\":\"text_delta\",\"text\":\"ü\"}}\r\n\r\n"
            + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7}}";
        await using var provider = await FakeProvider.StartStreamAsync([.. stream.Chunk(3).Select(c => new string(c))]);
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        var text = await bed.TextAsync(Anthropic, AnthropicBody(stream: true));

        Assert.Equal(stream, text);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((145L, 7L, 40L, "end_turn", "glm-5"), (request.InputTokens, request.OutputTokens, request.CachedTokens, request.FinishReason, request.ModelAnswered));
        Assert.NotNull(request.FirstTokenTimestamp);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(OpenAi, 429, """{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}""", "rate_limit_exceeded")]
    [InlineData(OpenAi, 429, """{"error":{"code":"1302","message":"Rate limit reached"}}""", "1302")]
    [InlineData(OpenAi, 400, """{"error":{"code":400,"type":"bad_thing","message":"x"}}""", "bad_thing")]
    [InlineData(Anthropic, 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", "overloaded_error")]
    [InlineData(Gemini, 503, """{"error":{"code":503,"status":"UNAVAILABLE","message":"x"}}""", "UNAVAILABLE")]
    [InlineData(Gemini, 500, "<html>oops</html>", null)]
    [InlineData(OpenAi, 500, """{"error":"a sentence that is no name"}""", null)]
    public async Task A_providers_error_comes_through_and_is_named(string path, int status, string error, string? name)
    {
        await using var provider = await FakeProvider.StartAsync(status, error, ("Retry-After", "7"));
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.PostAsync(path, OpenAiBody());

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(error, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("7", response.Headers.RetryAfter?.ToString());
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((status, FormattableString.Invariant($"http_{status}"), name, TimeSpan.FromSeconds(7)), (request.Status, request.Error, request.ErrorName, request.RetryAfter));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_Retry_After_date_counts_from_the_gateways_clock()
    {
        await using var provider = await FakeProvider.StartAsync(429, "{}", ("Retry-After", "Thu, 01 Jan 1970 00:01:30 GMT"));
        await using var bed = await StartAsync(options: Options with { Clock = new JumpingClock() }, upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.PostAsync(OpenAi, OpenAiBody());

        Assert.Equal(TimeSpan.FromSeconds(90), (await bed.OnlyRequestAsync()).RetryAfter);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(OpenAi, "code", "upstream_connect")]
    [InlineData(Anthropic, "type", "api_error")]
    [InlineData(Gemini, "status", "UNAVAILABLE")]
    public async Task A_provider_that_cannot_be_reached_is_502_in_the_APIs_own_shape(string path, string member, string name)
    {
        using var closed = new ClosedPort();
        await using var bed = await StartAsync(upstream: new UpstreamTarget($"{closed.Address}", Key));

        using var response = await bed.PostAsync(path, OpenAiBody());

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(name, (string?)(await JsonOf(response))["error"]![member]);
        Assert.Equal("upstream_connect", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_provider_that_hangs_up_before_it_answers_is_502_too()
    {
        await using var provider = await FakeProvider.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.PostAsync(OpenAi, OpenAiBody());

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("upstream_disconnected", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_that_breaks_is_broken_for_the_agent_too()
    {
        var received = new TaskCompletionSource();
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await FakeProvider.SendAsync(context, """data: {"model":"m","choices":[{"delta":{"content":"one"}}]}""" + "\n\n");
            await received.Task.WaitAsync(TestContext.Current.CancellationToken);
            context.Abort();
        });
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));
        using var response = await bed.PostAsync(OpenAi, OpenAiBody(stream: true));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        received.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        var request = await bed.OnlyRequestAsync();
        Assert.Equal(("upstream_disconnected", 200, "m"), (request.Error, request.Status, request.ModelAnswered));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stream_that_ends_without_a_finish_reason_is_booked_as_truncated()
    {
        await using var provider = await FakeProvider.StartStreamAsync("""data: {"model":"m","choices":[{"delta":{"content":"one"}}]}""" + "\n\n");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(OpenAi, OpenAiBody(stream: true));

        Assert.Equal("upstream_truncated", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_error_event_in_a_stream_is_booked()
    {
        await using var provider = await FakeProvider.StartStreamAsync("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(Anthropic, AnthropicBody(stream: true));

        var request = await bed.OnlyRequestAsync();
        Assert.Equal(("error_in_answer", "overloaded_error"), (request.Error, request.ErrorName));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_hangs_up_ends_the_providers_request()
    {
        var gone = new TaskCompletionSource();
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            await gone.Task.WaitAsync(TestContext.Current.CancellationToken);
        });
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));
        using var drop = new CancellationTokenSource();
        var request = bed.PostUntilAsync(OpenAi, OpenAiBody(stream: true), drop.Token);
        while (provider.Requests.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await drop.CancelAsync();

        await gone.Task.WaitAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Equal("client_disconnected", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Titles_are_hidden_and_counts_and_model_lists_are_not_booked()
    {
        await using var provider = await FakeProvider.StartAsync(200, """{"data":[],"total_tokens":3}""");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        var count = await bed.JsonAsync("/v1/messages/count_tokens", AnthropicBody());
        var models = await bed.GetAsync(bed.Route.BaseUrl + "/v1/models");
        await bed.JsonAsync(OpenAi, OpenAiBody(tools: false, more: [Message("user", "Summarise.")]));

        Assert.Equal(3, (int?)count["total_tokens"]);
        Assert.NotNull(models["data"]);
        Assert.True((await bed.OnlyRequestAsync()).Hidden);
        Assert.Equal(["/v1/messages/count_tokens", "/v1/models", "/v1/chat/completions"], provider.Requests.Select(r => r.Target));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_body_that_is_no_JSON_goes_on_as_it_is()
    {
        await using var provider = await FakeProvider.StartAsync(400, """{"error":{"code":"bad_json"}}""");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        using var response = await bed.SendAsync(HttpMethod.Post, bed.Route.BaseUrl + OpenAi, "{oops");

        Assert.Equal("{oops", Assert.Single(provider.Requests).Body);
        Assert.Equal(("", "bad_json"), ((await bed.OnlyRequestAsync()).ModelAsked, bed.Route.Requests[0].ErrorName));
    }

    private static JsonObject BodyFor(ModelApi api, bool stream = true) => api switch
    {
        ModelApi.OpenAiChat => OpenAiBody(stream),
        ModelApi.AnthropicMessages => AnthropicBody(stream),
        _ => GeminiBody(),
    };

    private static string WithoutTime(string answer) =>
        System.Text.RegularExpressions.Regex.Replace(answer, "\"(created|createTime)\":[^,]+,", "");
}
