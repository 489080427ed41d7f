using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Workflows;
using Microsoft.AspNetCore.Http;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>What a provider sends with status 200 that is no answer, and whose failure that is.</summary>
public sealed class NoAnswerTests
{
    private const string OpenAi = "/v1/chat/completions";
    private const string Anthropic = "/v1/messages";
    private const string Key = "provider-key";
    private const string Json = "application/json";
    private const string Stream = "text/event-stream";

    public static TheoryData<string, string, string, string, string> Answers { get; } = new()
    {
        { OpenAi, Json, """{"code":1113,"msg":"insufficient balance"}""", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { Anthropic, Json, """{"code":1113,"msg":"x","success":false}""", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { OpenAi, Json, """{"detail":"rate limit exceeded"}""", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { OpenAi, Json, """{"error":{"code":"1302","message":"Rate limit reached for requests"}}""", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { OpenAi, Json, """{"error":"something odd"}""", "upstream_no_answer", FailureReasons.UpstreamNoAnswer },
        { OpenAi, Json, """{"error":{"message":"something odd","type":"odd"}}""", "upstream_no_answer", FailureReasons.UpstreamNoAnswer },
        { OpenAi, Json, "{}", "upstream_no_answer", FailureReasons.UpstreamNoAnswer },
        { OpenAi, Json, """{"code":1002,"msg":"Invalid Authentication Token"}""", "upstream_no_answer", FailureReasons.AuthError },
        { OpenAi, Json, """{"error":{"code":"1211","message":"Unknown Model"}}""", "upstream_no_answer", FailureReasons.ModelUnavailable },
        { OpenAi, "text/plain", "quota exceeded", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { OpenAi, "text/plain", "Moved to another floor", "upstream_no_answer", FailureReasons.UpstreamNoAnswer },
        { OpenAi, Stream, """{"code":1113,"msg":"insufficient balance"}""", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { OpenAi, Stream, "data: {\"code\":1113,\"msg\":\"insufficient balance\"}\n\n", "upstream_no_answer", FailureReasons.QuotaOrRateLimit },
        { Anthropic, Stream, ErrorEvent("rate_limit_error", "slow down"), "error_in_answer", FailureReasons.QuotaOrRateLimit },
        { Anthropic, Stream, ErrorEvent("overloaded_error", "x"), "error_in_answer", FailureReasons.ProviderOverloaded },
        { Anthropic, Stream, ErrorEvent("api_error", "x"), "error_in_answer", FailureReasons.ProviderOverloaded },
        { Anthropic, Stream, ErrorEvent("authentication_error", "invalid x-api-key"), "error_in_answer", FailureReasons.AuthError },
        { Anthropic, Stream, ErrorEvent("billing_error", "x"), "error_in_answer", FailureReasons.QuotaOrRateLimit },
        { Anthropic, Stream, ErrorEvent("odd_error", "x"), "error_in_answer", FailureReasons.UpstreamNoAnswer },
        { Anthropic, Stream, ErrorEvent("invalid_request_error", "messages: x"), "error_in_answer", FailureReasons.ErrorEvent },
        { Anthropic, Stream, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"glm-5\"}}\n\ndata: {\"type\":\"content_block_delta\"}\n\n" + ErrorEvent("overloaded_error", "x"), "error_in_answer", FailureReasons.ProviderOverloaded },
        { Anthropic, Stream, "event: ping\ndata: {\"type\":\"ping\"}\n\n", "upstream_truncated", FailureReasons.MalformedOutput },
        { OpenAi, Stream, "<html>Welcome</html>", "upstream_no_api", FailureReasons.WrongBaseUrl },
        { OpenAi, Json, "<html>Welcome</html>", "upstream_no_api", FailureReasons.WrongBaseUrl },
        { OpenAi, "text/html", "<html>Welcome</html>", "upstream_no_api", FailureReasons.WrongBaseUrl },
    };

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Answers))]
    public async Task It_is_booked_as_such_and_blamed_on_who_said_it(string path, string type, string body, string code, string reason)
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body, TestContext.Current.CancellationToken);
        });
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        var text = await bed.TextAsync(path, path == OpenAi ? OpenAiBody(stream: type == Stream) : AnthropicBody(stream: type == Stream));

        Assert.Equal(body, text);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal(code, request.Error);

        // Whatever the agent makes of it.
        foreach (var reading in new[] { new AgentReading(), new AgentReading { TerminalAt = 3, ErrorName = "UnknownError", ErrorMessage = "JSON parsing failed" }, new AgentReading { TerminalAt = 3, TerminalIsSuccess = true } })
        {
            Assert.Equal(reason, Judge(reading, request)?.Reason);
        }
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task It_used_no_tokens_and_its_words_are_in_the_evidence()
    {
        await using var provider = await FakeProvider.StartAsync(200, """{"code":9999,"msg":"the moon is full"}""");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(OpenAi, OpenAiBody());

        var outcome = Outcome(new AgentReading { TerminalAt = 3, TerminalIsSuccess = true, Answer = "made up" }, await bed.OnlyRequestAsync());
        Assert.False(outcome.Success);
        Assert.Equal((FailureCategory.Env, "gateway.no_answer"), (outcome.Failure!.Category, outcome.Failure.RuleId));
        Assert.EndsWith("with what is no model's answer: 9999: the moon is full", outcome.Failure.Evidence, StringComparison.Ordinal);
        Assert.Equal(0L, outcome.Tokens.Output);
        Assert.True(outcome.Failure.IsRetryable(producedOutputTokens: false));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_web_page_that_calls_itself_a_stream_is_not_asked_for_again()
    {
        await using var provider = await FakeProvider.StartStreamAsync("<!DOCTYPE html>\n<title>Welcome</title>\n");
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(OpenAi, OpenAiBody(stream: true));
        await bed.TextAsync(OpenAi, OpenAiBody(stream: true));

        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        Assert.Single(provider.Requests);
        Assert.Equal([false, true], bed.Route.Requests.Select(r => r.WasRefused));
    }

    private static string ErrorEvent(string name, string message) => $"event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"{name}\",\"message\":\"{message}\"}}}}\n\n";

    private static Failure? Judge(AgentReading reading, GatewayRequest request) => Outcome(reading, request).Failure;

    private static AttemptOutcome Outcome(AgentReading reading, GatewayRequest request) =>
        new OutcomeBuilder(FailureClassifier.Classify, text => text, TimeProvider.System).Build(
            new AttemptFacts
            {
                StartTimestamp = 0, EndTimestamp = TimeProvider.System.GetTimestamp(), ModelAsked = "glm-5", BareModel = "glm-5", Reading = reading, Requests = [request],
            },
            null);
}
