using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Settings;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>What a bare HTTP client gets under each fault, in each API.</summary>
public sealed class FaultsOnTheWireTests
{
    private static readonly string Answer = string.Join(' ', Enumerable.Range(0, 40).Select(n => $"word{n}"));

    public static TheoryData<ModelApi> Apis => [.. Enum.GetValues<ModelApi>()];

    public static MatrixTheoryData<ModelApi, string> Statuses { get; } = new(Enum.GetValues<ModelApi>(), FaultCatalog.Ids.Where(id => id.StartsWith("status_", StringComparison.Ordinal)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Statuses))]
    public async Task A_status_comes_with_the_providers_own_body_and_is_booked_as_a_forwarder_would(ModelApi api, string fault)
    {
        await using var bed = await StartAsync(api, fault);

        using var response = await bed.PostAsync(PathOf(api), BodyOf(api));
        var error = (await JsonOf(response))["error"]!;

        var status = int.Parse(fault.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.False(string.IsNullOrEmpty((string?)error["message"]));
        Assert.Equal(fault == FaultCatalog.Status429RetryAfter ? TimeSpan.FromSeconds(2) : null, response.Headers.RetryAfter?.Delta);
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal((status, FormattableString.Invariant($"http_{status}"), fault), (booked.Status, booked.Error, booked.Fault));
        Assert.Equal(fault == FaultCatalog.Status429Zai1302 ? "1302" : NameIn(api, error), booked.ErrorName);
        Assert.Equal(response.Headers.RetryAfter?.Delta, booked.RetryAfter);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Gemini_asks_to_wait_in_its_body_as_well()
    {
        await using var bed = await StartAsync(ModelApi.GeminiGenerate, FaultCatalog.Status429RetryAfter);

        var body = await bed.JsonAsync(PathOf(ModelApi.GeminiGenerate), BodyOf(ModelApi.GeminiGenerate));

        Assert.Equal("2s", (string?)body["error"]!["details"]![0]!["retryDelay"]);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_refused_connection_finds_nobody_at_the_port(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.ConnectionRefused);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => bed.PostAsync(PathOf(api), BodyOf(api)));

        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        Assert.Empty(bed.Route.Requests);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_reset_comes_before_any_answer(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.ConnectionReset);

        var reset = await Assert.ThrowsAsync<HttpRequestException>(() => bed.PostAsync(PathOf(api), BodyOf(api)));

        Assert.Equal(SocketError.ConnectionReset, SocketErrorIn(reset));
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal(("upstream_disconnected", null), (booked.Error, booked.Status));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task Headers_that_never_come_leave_the_request_open(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.NoHeaders);
        using var hangUp = new CancellationTokenSource();

        var asked = bed.PostUntilAsync(PathOf(api), BodyOf(api), hangUp.Token);
        await bed.Route.WaitForFirstRequestAsync(Token);
        var whileOpen = Assert.Single(bed.Route.Requests);
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal((null, null), (whileOpen.Status, whileOpen.EndTimestamp));
        Assert.Equal("client_disconnected", (await bed.OnlyRequestAsync()).Error);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_stall_before_the_stream_sends_headers_and_nothing_else(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.StallBeforeStream);

        using var response = await bed.PostAsync(PathOf(api), BodyOf(api));
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        var reading = body.ReadAsync(new byte[1], Token).AsTask();

        Assert.True(response.IsSuccessStatusCode);
        Assert.False(reading.IsCompleted);
        Assert.Null(Assert.Single(bed.Route.Requests).FirstTokenTimestamp);
        bed.Route.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => reading);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_stall_in_the_middle_keeps_the_connection_open_behind_half_of_the_answer(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.StallMidStream);

        using var response = await bed.PostAsync(PathOf(api), BodyOf(api));
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(body);
        var text = await ReadToAsync(reader, "word1 ");

        Assert.DoesNotContain("word39", text, StringComparison.Ordinal);
        Assert.Null(Assert.Single(bed.Route.Requests).EndTimestamp);
        Assert.NotNull(bed.Route.Requests[0].FirstTokenTimestamp);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_cut_stream_is_reset_behind_half_of_the_answer(ModelApi api)
    {
        // Otherwise the reset may come before the half, and take it along.
        var clock = new HandMovedClock();
        await using var bed = await StartAsync(api, FaultCatalog.CutStream, Options with { Clock = clock });

        using var response = await bed.PostAsync(PathOf(api), BodyOf(api));
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(body);
        var text = await ReadToAsync(reader, "word1 ");
        await clock.UntilTimerAsync(Token);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.DoesNotContain("word39", text, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => reader.ReadToEndAsync(Token));
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal((200, "upstream_disconnected", (string?)null), (booked.Status, booked.Error, booked.FinishReason));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task Without_the_final_event_the_text_is_whole_and_nothing_says_that_it_is(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.NoFinalEvent);

        var text = await bed.TextAsync(PathOf(api), BodyOf(api));

        Assert.Contains("word39", text, StringComparison.Ordinal);
        Assert.All(["finish_reason\":\"stop", "[DONE]", "message_stop", "end_turn", "finishReason"], end => Assert.DoesNotContain(end, text, StringComparison.Ordinal));
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal(("upstream_truncated", (string?)null), (booked.Error, booked.FinishReason));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_broken_event_is_the_last_one(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.BrokenSse);

        var events = (await bed.TextAsync(PathOf(api), BodyOf(api))).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e[(e.IndexOf("data: ", StringComparison.Ordinal) + 6)..]).ToList();

        Assert.All(events[..^1], e => JsonNode.Parse(e));
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(events[^1]));
        Assert.DoesNotContain("word39", string.Concat(events), StringComparison.Ordinal);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task Truncated_JSON_is_a_whole_answer_with_half_of_a_document(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.TruncatedJson);

        using var response = await bed.PostAsync(PathOf(api), BodyOf(api));
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal((200, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("{", text, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(text));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_web_page_comes_with_status_200(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.HtmlAnswer);

        using var response = await bed.PostAsync(PathOf(api), BodyOf(api));

        Assert.Equal((200, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await bed.Route.WaitForIdleAsync(Token);
        Assert.Equal("upstream_no_api", bed.Route.Requests.Single().Error);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(FaultCatalog.EmptyAnswer, ModelApi.OpenAiChat, "stop", 0)]
    [InlineData(FaultCatalog.EmptyAnswer, ModelApi.AnthropicMessages, "end_turn", 0)]
    [InlineData(FaultCatalog.EmptyAnswer, ModelApi.GeminiGenerate, "STOP", 0)]
    [InlineData(FaultCatalog.Refusal, ModelApi.OpenAiChat, "content_filter", 0)]
    [InlineData(FaultCatalog.Refusal, ModelApi.AnthropicMessages, "refusal", 0)]
    [InlineData(FaultCatalog.Refusal, ModelApi.GeminiGenerate, "SAFETY", 0)]
    [InlineData(FaultCatalog.LengthStop, ModelApi.OpenAiChat, "length", 34)]
    [InlineData(FaultCatalog.LengthStop, ModelApi.AnthropicMessages, "max_tokens", 34)]
    [InlineData(FaultCatalog.LengthStop, ModelApi.GeminiGenerate, "MAX_TOKENS", 34)]
    public async Task An_answer_ends_with_the_word_of_its_API(string fault, ModelApi api, string finish, long tokens)
    {
        await using var bed = await StartAsync(api, fault);

        var text = await bed.TextAsync(PathOf(api), BodyOf(api));

        Assert.Contains($"\"{finish}\"", text, StringComparison.Ordinal);
        Assert.Equal(tokens > 0, text.Contains("word0", StringComparison.Ordinal));
        Assert.DoesNotContain("word39", text, StringComparison.Ordinal);
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal((finish, tokens), (booked.FinishReason, booked.OutputTokens));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task Another_model_puts_its_name_to_a_good_answer(ModelApi api)
    {
        await using var bed = await StartAsync(api, FaultCatalog.WrongModel);

        var text = await bed.TextAsync(PathOf(api), BodyOf(api));

        Assert.Contains("word39", text, StringComparison.Ordinal);
        Assert.Equal("another-model", (await bed.OnlyRequestAsync()).ModelAnswered);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Apis))]
    public async Task A_drip_brings_a_good_answer_token_by_token(ModelApi api)
    {
        var clock = new JumpingClock();
        await using var bed = await StartAsync(api, FaultCatalog.SlowDrip, Options with { Clock = clock });

        await bed.TextAsync(PathOf(api), BodyOf(api));

        // 68 tokens, 200 ms each; the first one comes at once.
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal((68, null), (booked.OutputTokens, booked.Error));
        Assert.Equal(67 * 0.2, clock.GetElapsedTime(booked.StartTimestamp, booked.EndTimestamp!.Value).TotalSeconds, 0.01);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task At_the_shared_address_a_refused_connection_is_one_that_breaks_at_once()
    {
        await using var bed = await StartAsync(ModelApi.OpenAiChat, FaultCatalog.ConnectionRefused);
        bed.Gateway.BindSession("ses_1", bed.Route);

        await Assert.ThrowsAsync<HttpRequestException>(() => bed.PostToAsync(bed.Gateway.SharedBaseUrl + "/v1/chat/completions", OpenAiBody(), ("x-session-id", "ses_1")));

        Assert.Equal("upstream_connect", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Hidden_requests_are_answered_and_not_counted()
    {
        await using var bed = await StartAsync(ModelApi.OpenAiChat, FaultCatalog.Status500);

        using var hidden = await bed.PostAsync(PathOf(ModelApi.OpenAiChat), OpenAiBody(model: "gemini-3-flash-preview"));
        await bed.Route.WaitForIdleAsync(Token);

        Assert.True(hidden.IsSuccessStatusCode);
        Assert.Equal((true, null), (bed.Route.Requests[0].Hidden, bed.Route.Requests[0].Fault));
    }

    private static async Task<GatewayBed> StartAsync(ModelApi api, string fault, GatewayOptions? options = null)
    {
        var plan = new FaultPlan { Rules = [FaultRule.EveryRequest(fault)] };
        return await GatewayBed.StartAsync(Script(Answer), (options ?? Options) with { Faults = plan }, model: api == ModelApi.GeminiGenerate ? "gemini-3-flash-preview" : "glm-5");
    }

    private static string PathOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => "/v1/chat/completions",
        ModelApi.AnthropicMessages => "/v1/messages",
        _ => "/v1beta/models/gemini-3-flash-preview:streamGenerateContent?alt=sse",
    };

    private static JsonObject BodyOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => OpenAiBody(stream: true),
        ModelApi.AnthropicMessages => AnthropicBody(stream: true),
        _ => GeminiBody(),
    };

    private static string? NameIn(ModelApi api, JsonNode error) => api switch
    {
        ModelApi.AnthropicMessages => (string?)error["type"],
        ModelApi.GeminiGenerate => (string?)error["status"],
        _ => (string?)error["code"] ?? (string?)error["type"],
    };

    private static SocketError? SocketErrorIn(Exception? exception)
    {
        while (exception is not null and not SocketException)
        {
            exception = exception.InnerException;
        }

        return (exception as SocketException)?.SocketErrorCode;
    }

    private static async Task<string> ReadToAsync(StreamReader reader, string mark)
    {
        var text = new System.Text.StringBuilder();
        while (!text.ToString().Contains(mark, StringComparison.Ordinal))
        {
            text.AppendLine(await reader.ReadLineAsync(Token) ?? throw new EndOfStreamException($"'{mark}' did not come."));
        }

        return text.ToString();
    }
}
