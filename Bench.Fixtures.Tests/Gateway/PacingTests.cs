using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class PacingTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Tokens_come_after_the_first_tokens_delay_at_the_given_pace()
    {
        var clock = new JumpingClock();
        var options = Options with { Clock = clock, FirstTokenDelay = TimeSpan.FromSeconds(2), TokensPerSecond = 10 };
        await using var bed = await StartAsync(Script(new string('x', 404)), options);

        var events = await bed.EventsAsync("/v1/chat/completions", OpenAiBody(stream: true));

        var request = await bed.OnlyRequestAsync();
        Assert.Equal(101, events.Count(e => e is System.Text.Json.Nodes.JsonObject && e["choices"]!.AsArray() is [{ } c] && ((string?)c["delta"]!["content"])?.Length > 0));
        Assert.Equal(2, clock.GetElapsedTime(request.StartTimestamp, request.FirstTokenTimestamp!.Value).TotalSeconds, 0.001);

        // The last of 101 tokens is sent 100 gaps after the first.
        Assert.Equal(12, clock.GetElapsedTime(request.StartTimestamp, request.EndTimestamp!.Value).TotalSeconds, 0.001);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_whole_answer_takes_as_long_as_all_its_tokens()
    {
        var clock = new JumpingClock();
        var options = Options with { Clock = clock, FirstTokenDelay = TimeSpan.FromSeconds(2), TokensPerSecond = 10 };
        await using var bed = await StartAsync(Script(new string('x', 400)), options);

        await bed.JsonAsync("/v1/chat/completions", OpenAiBody());

        var request = await bed.OnlyRequestAsync();
        Assert.Equal(12, clock.GetElapsedTime(request.StartTimestamp, request.FirstTokenTimestamp!.Value).TotalSeconds, 0.001);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Reasoning_that_is_not_shown_takes_its_time_before_the_first_token()
    {
        var clock = new JumpingClock();
        var options = Options with { Clock = clock, FirstTokenDelay = TimeSpan.FromSeconds(2), TokensPerSecond = 10 };
        await using var bed = await StartAsync(Script("Hello, world!", reasoning: new string('r', 40)), options);
        var body = AnthropicBody(stream: true);
        body.Remove("thinking");

        await bed.EventsAsync("/v1/messages", body);

        var request = await bed.OnlyRequestAsync();
        Assert.Equal(3, clock.GetElapsedTime(request.StartTimestamp, request.FirstTokenTimestamp!.Value).TotalSeconds, 0.001);
    }

    [Fact]
    public void Jitter_is_the_same_for_the_same_seed_prompt_and_turn_and_stays_in_its_range()
    {
        var options = Options with { Clock = new JumpingClock(), FirstTokenDelay = TimeSpan.FromSeconds(1), Jitter = 0.2, Seed = 7 };

        var delays = Enumerable.Range(0, 200).Select(turn => new Pacer(options, "p1", turn, 0).Due.TotalSeconds).ToList();

        Assert.All(delays, d => Assert.InRange(d, 0.8, 1.2));
        Assert.InRange(delays.Average(), 0.95, 1.05);
        Assert.Equal(200, delays.Distinct().Count());
        Assert.Equal(delays[3], new Pacer(options, "p1", 3, 0).Due.TotalSeconds);
        Assert.NotEqual(delays[3], new Pacer(options with { Seed = 8 }, "p1", 3, 0).Due.TotalSeconds);
        Assert.NotEqual(delays[3], new Pacer(options, "p2", 3, 0).Due.TotalSeconds);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 1)]
    [InlineData(50, 1)]
    [InlineData(2000, 40)]
    public void Fast_streams_send_larger_groups(double tokensPerSecond, int group)
    {
        Assert.Equal(group, new Pacer(Options with { TokensPerSecond = tokensPerSecond }, "p1", 0, 0).GroupTokens);
    }

    [Fact]
    public async Task Lateness_does_not_add_up()
    {
        var clock = new JumpingClock();
        var pacer = new Pacer(Options with { Clock = clock, TokensPerSecond = 1 }, "p1", 0, clock.GetTimestamp());

        for (var token = 0; token < 10; token++)
        {
            await pacer.WaitAsync(TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromSeconds(0.5));
            pacer.Add(1);
        }

        Assert.Equal(9.5, clock.GetElapsedTime(0).TotalSeconds, 0.001);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("abc😀def")]
    [InlineData("😀😀😀😀😀")]
    public void Text_is_cut_between_characters_and_nothing_is_lost(string text)
    {
        var pieces = TextGroups.Cut(text, groupTokens: 1).ToList();

        Assert.Equal(text, string.Concat(pieces.Select(p => p.Piece)));
        Assert.All(pieces, p => Assert.False(char.IsHighSurrogate(p.Piece[^1]) || char.IsLowSurrogate(p.Piece[0])));
    }
}
