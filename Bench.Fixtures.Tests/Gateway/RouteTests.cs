using System.Collections.Concurrent;
using System.Net;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class RouteTests
{
    private const string Path = "/v1/chat/completions";

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_route_books_its_own_requests_in_order_of_arrival()
    {
        await using var bed = await StartAsync();
        using var other = bed.Gateway.OpenRoute(Spec(Script("Other."), attempt: 1));
        Assert.Null(bed.Route.FirstRequestTimestamp);

        await bed.JsonAsync(Path, OpenAiBody());
        await bed.JsonAsync(Path, OpenAiBody(model: "nope"));
        using var elsewhere = await bed.PostToAsync(other.BaseUrl + Path, OpenAiBody());
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["glm-5", "nope"], bed.Route.Requests.Select(r => r.ModelAsked));
        Assert.Equal(bed.Route.Requests[0].StartTimestamp, bed.Route.FirstRequestTimestamp);
        Assert.All(bed.Route.Requests, r => Assert.NotNull(r.EndTimestamp));
        Assert.Equal((Spec(null).JobId, 0), (bed.Route.Requests[0].JobId, bed.Route.Requests[0].Attempt));
        Assert.Single(other.Requests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task It_is_told_when_the_agent_waits_for_its_model_and_when_it_does_not()
    {
        var told = new ConcurrentQueue<bool>();
        await using var bed = await StartAsync();
        using var route = bed.Gateway.OpenRoute(Spec(Script("Other."), attempt: 1) with { OnAsking = told.Enqueue });

        (await bed.PostToAsync(route.BaseUrl + Path, OpenAiBody())).Dispose();
        await route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        (await bed.PostToAsync(route.BaseUrl + Path, OpenAiBody())).Dispose();
        await route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        Assert.Equal([true, false, true, false], told);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_first_request_can_be_awaited_and_moves_the_last_activity()
    {
        var clock = new JumpingClock();
        await using var bed = await StartAsync(options: Options with { Clock = clock, FirstTokenDelay = TimeSpan.FromSeconds(5) });
        var opened = bed.Route.LastActivityTimestamp;
        var waiting = bed.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        await bed.JsonAsync(Path, OpenAiBody());
        await waiting;
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5, clock.GetElapsedTime(opened, bed.Route.LastActivityTimestamp).TotalSeconds, 0.001);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        await using var bed = await StartAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.Route.WaitForFirstRequestAsync(cancelled.Token));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_client_that_goes_away_leaves_a_closed_request()
    {
        await using var bed = await StartAsync(options: Options with { FirstTokenDelay = TimeSpan.FromHours(1) });
        using var drop = new CancellationTokenSource();
        var request = bed.PostUntilAsync(Path, OpenAiBody(stream: true), drop.Token);
        await bed.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(bed.Route.Requests).EndTimestamp);

        await drop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        var booked = await bed.OnlyRequestAsync();
        Assert.Equal("client_disconnected", booked.Error);
        Assert.NotNull(booked.EndTimestamp);
        Assert.Null(booked.OutputTokens);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_client_that_goes_away_in_mid_stream_leaves_what_was_known()
    {
        await using var bed = await StartAsync(Script(new string('x', 4000)), Options with { TokensPerSecond = 0.01 });
        using (var response = await bed.PostAsync(Path, OpenAiBody(stream: true)))
        {
            using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            Assert.NotEqual(0, await stream.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
        }

        var booked = await bed.OnlyRequestAsync();

        Assert.Equal(("client_disconnected", 200, "glm-5"), (booked.Error, booked.Status, booked.ModelAnswered));
        Assert.NotNull(booked.FirstTokenTimestamp);
        Assert.Null(booked.FinishReason);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_disposed_route_aborts_its_requests_and_takes_no_more()
    {
        await using var bed = await StartAsync(options: Options with { FirstTokenDelay = TimeSpan.FromHours(1) });
        var open = bed.PostAsync(Path, OpenAiBody());
        await bed.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);

        bed.Route.Dispose();

        await Assert.ThrowsAsync<HttpRequestException>(() => open);
        using var late = await bed.PostAsync(Path, OpenAiBody());
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
        Assert.Equal("route_closed", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_attempts_route_is_open_once_at_a_time()
    {
        await using var bed = await StartAsync();

        var twice = Assert.Throws<InvalidOperationException>(() => bed.Gateway.OpenRoute(bed.Route.Spec));
        bed.Route.Dispose();
        using var again = bed.Gateway.OpenRoute(bed.Route.Spec);

        Assert.Contains("'wf__p1'", twice.Message, StringComparison.Ordinal);
        Assert.Equal(bed.Route.BaseUrl, again.BaseUrl);
    }

    [Theory]
    [InlineData("a/b", 0)]
    [InlineData("..", 0)]
    [InlineData("", 0)]
    [InlineData("ä", 0)]
    [InlineData("ok", -1)]
    public async Task A_job_that_cannot_stand_in_a_URL_is_refused(string job, int attempt)
    {
        await using var bed = await StartAsync();

        Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(Script("x"), job, attempt)));
    }

    [Fact]
    public async Task A_route_has_a_script_or_an_upstream()
    {
        await using var bed = await StartAsync();
        var upstream = new UpstreamTarget("https://api.example/v1", "key");

        Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(null, "other")));
        Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(Script("x"), "other", upstream: upstream)));
        Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(null, "other", upstream: upstream with { BaseUrl = "api.example" })));
        Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(null, "other", upstream: upstream with { Key = "" })));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stopped_gateway_aborts_open_requests_and_books_them()
    {
        var bed = await StartAsync(options: Options with { FirstTokenDelay = TimeSpan.FromHours(1) });
        var open = bed.PostAsync(Path, OpenAiBody());
        await bed.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);

        await bed.Gateway.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => open);
        Assert.Equal("gateway_stopped", (await bed.OnlyRequestAsync()).Error);
        await Assert.ThrowsAsync<HttpRequestException>(() => bed.PostAsync(Path, OpenAiBody()));
        await bed.DisposeAsync();
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_gateway_that_warmed_up_starts_with_clean_books()
    {
        using var folder = new TestFolder();
        var usage = folder.At("usage.jsonl");
        await using var bed = await StartAsync(options: Options with { WarmUp = true, UsagePath = usage });

        Assert.Empty(bed.Route.Requests);
        Assert.False(File.Exists(usage));
        Assert.NotNull((await bed.JsonAsync(Path, OpenAiBody()))["choices"]);
    }
}
