using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>What a provider says of itself that cannot be is unknown.</summary>
public sealed class ReportedNumbersTests
{
    private const string Key = "provider-key";

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("12", 12L)]
    [InlineData("0", 0L)]
    [InlineData("12.0", 12L)]
    [InlineData("9007199254740992", 9_007_199_254_740_992L)]
    [InlineData("-1", null)]
    [InlineData("12.5", null)]
    [InlineData("9007199254740994", null)]
    [InlineData("1e300", null)]
    [InlineData("\"12\"", null)]
    [InlineData("null", null)]
    public async Task A_count_of_tokens_that_cannot_be_is_unknown_in_every_API(string number, long? expected)
    {
        var openAi = await BookedAsync("/v1/chat/completions", $$"""{"model":"m","choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{number}},"completion_tokens":{{number}} } }""");
        var anthropic = await BookedAsync("/v1/messages", $$"""{"type":"message","model":"m","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":{{number}},"output_tokens":{{number}} } }""");
        var gemini = await BookedAsync("/v1beta/models/gemini-3-flash-preview:generateContent", $$"""{"modelVersion":"m","candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":{{number}},"candidatesTokenCount":{{number}} } }""");

        Assert.All([openAi, anthropic, gemini], r => Assert.Equal((expected, expected, null), (r.InputTokens, r.OutputTokens, r.Error)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_part_that_cannot_be_makes_its_sum_unknown_and_a_part_above_the_whole_is_unknown()
    {
        var cached = await BookedAsync("/v1/messages", """{"type":"message","model":"m","content":[{"type":"text","text":"x"}],"usage":{"input_tokens":10,"cache_read_input_tokens":-4,"output_tokens":1}}""");
        var thoughts = await BookedAsync("/v1beta/models/m:generateContent", """{"modelVersion":"m","candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":5,"thoughtsTokenCount":0.5}}""");
        var parts = await BookedAsync("/v1/chat/completions", """{"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":6}}}""");

        Assert.Equal((null, null, 1L), (cached.InputTokens, cached.CachedTokens, cached.OutputTokens));
        Assert.Equal((1L, null, null), (thoughts.InputTokens, thoughts.OutputTokens, thoughts.ReasoningTokens));
        Assert.Equal((5L, 5L, null, null), (parts.InputTokens, parts.OutputTokens, parts.CachedTokens, parts.ReasoningTokens));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task A_model_without_a_name_is_unknown(string name)
    {
        var booked = await BookedAsync("/v1/chat/completions", $$"""{"model":"{{name}}","choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""");

        Assert.Equal((null, "stop", null), (booked.ModelAnswered, booked.FinishReason, booked.Error));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_prompt_that_is_blocked_is_no_missing_answer()
    {
        var booked = await BookedAsync("/v1beta/models/m:generateContent", """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""");

        Assert.Equal(("PROHIBITED_CONTENT", null), (booked.FinishReason, booked.Error));
    }

    private static async Task<GatewayRequest> BookedAsync(string path, string answer)
    {
        await using var provider = await FakeProvider.StartAsync(200, answer);
        await using var bed = await StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));
        await bed.TextAsync(path, path.Contains("generateContent", StringComparison.Ordinal) ? GeminiBody() : path == "/v1/messages" ? AnthropicBody() : OpenAiBody());
        return await bed.OnlyRequestAsync();
    }
}
