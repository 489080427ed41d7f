using System.Net;
using Bench.Fixtures.Gateway;
using Microsoft.AspNetCore.Http;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>What every further request would be told too is asked once, not by every job.</summary>
public sealed class UpstreamCircuitTests
{
    private const string Path = "/v1/chat/completions";
    private const string Key = "provider-key";
    private const string Good = """{"model":"glm-5","choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""";
    private const string Page = "<!DOCTYPE html><title>Welcome</title>";

    public static TheoryData<int, string, string, string> WrongAddresses { get; } = new()
    {
        { 302, "", "text/plain", "upstream_redirected" },
        { 308, Page, "text/html", "upstream_redirected" },
        { 200, Page, "text/html; charset=utf-8", "upstream_no_api" },
        { 200, "\n " + Page, "application/json", "upstream_no_api" },
        { 200, Page, "text/event-stream", "upstream_no_api" },
        { 404, Page, "text/html", "upstream_no_api" },
        { 404, """{"detail":"Not Found"}""", "application/json", "upstream_no_api" },
        { 404, """{"timestamp":"now","status":404,"error":"Not Found","path":"/v1/v1/x"}""", "application/json", "upstream_no_api" },
        { 404, "404 page not found", "text/plain", "upstream_no_api" },
        { 405, "", "text/plain", "upstream_no_api" },
        { 400, "<html>The plain HTTP request was sent to HTTPS port</html>", "text/html", "upstream_no_api" },
    };

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(WrongAddresses))]
    public async Task A_wrong_address_is_booked_as_one_and_not_asked_again(int status, string body, string type, string code)
    {
        await using var provider = await StartAsync(status, body, type);
        await using var bed = await GatewayBed.StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        var first = await bed.PostAsync(Path, OpenAiBody());
        var text = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var second = await bed.PostAsync(Path, OpenAiBody());

        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        Assert.Equal((status, body), ((int)first.StatusCode, text));
        Assert.Null(first.Headers.Location);
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
        Assert.Single(provider.Requests);
        Assert.All(bed.Route.Requests, r => Assert.Equal(code, r.Error));
        Assert.All(bed.Route.Requests, r => Assert.Contains(FormattableString.Invariant($"HTTP {status}"), r.ErrorDetail, StringComparison.Ordinal));
        Assert.Equal(status == 302, bed.Route.Requests[0].ErrorDetail!.Contains("'https://login.example/in'", StringComparison.Ordinal));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(404, """{"error":{"message":"The model does not exist","code":"model_not_found"}}""")]
    [InlineData(429, "<html>slow down</html>")]
    [InlineData(403, "<html>forbidden</html>")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(400, """{"error":{"message":"bad"}}""")]
    public async Task What_an_API_or_its_proxy_says_is_no_wrong_address(int status, string body)
    {
        await using var provider = await StartAsync(status, body, body[0] == '<' ? "text/html" : "application/json");
        await using var bed = await GatewayBed.StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(Path, OpenAiBody());
        await bed.TextAsync(Path, OpenAiBody());

        Assert.Equal(2, provider.Requests.Count);
        Assert.All(bed.Route.Requests, r => Assert.Equal((FormattableString.Invariant($"http_{status}"), null), (r.Error, r.ErrorDetail)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_refused_key_is_shown_to_the_provider_at_most_twice_however_many_ask_at_once()
    {
        await using var provider = await StartAsync(401, """{"error":{"code":"invalid_api_key","message":"no"}}""", "application/json");
        await using var bed = await GatewayBed.StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => bed.PostAsync(Path, OpenAiBody())));

        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        Assert.All(responses, r => Assert.Equal(HttpStatusCode.Unauthorized, r.StatusCode));
        Assert.InRange(provider.Requests.Count, 1, 2);
        Assert.Equal(12, bed.Route.Requests.Count);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task After_one_good_answer_all_ask_at_once()
    {
        var together = new TaskCompletionSource();
        var asked = 0;
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            // The first is answered at once, the next eight when all of them are there.
            if (Interlocked.Increment(ref asked) == 9)
            {
                together.SetResult();
            }

            await (asked == 1 ? Task.CompletedTask : together.Task).WaitAsync(TestContext.Current.CancellationToken);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Good, TestContext.Current.CancellationToken);
        });
        await using var bed = await GatewayBed.StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        await bed.TextAsync(Path, OpenAiBody());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bed.TextAsync(Path, OpenAiBody())));

        Assert.All(bed.Route.Requests, r => Assert.Equal("stop", r.FinishReason));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_address_that_has_given_a_good_answer_is_asked_again_after_a_page()
    {
        var asked = 0;
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            var isPage = Interlocked.Increment(ref asked) == 2;
            context.Response.ContentType = isPage ? "text/html" : "application/json";
            await context.Response.WriteAsync(isPage ? Page : Good, TestContext.Current.CancellationToken);
        });
        await using var bed = await GatewayBed.StartAsync(upstream: new UpstreamTarget(provider.BaseUrl, Key));

        for (var i = 0; i < 3; i++)
        {
            await bed.TextAsync(Path, OpenAiBody());
        }

        Assert.Equal([null, "upstream_no_api", null], bed.Route.Requests.Select(r => r.Error));
    }

    private static Task<FakeProvider> StartAsync(int status, string body, string type) => FakeProvider.StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (status == 302)
        {
            context.Response.Headers.Location = "https://user:pass@login.example/in?token=secret";
        }

        await context.Response.WriteAsync(body, TestContext.Current.CancellationToken);
    });
}
