using System.Net;
using System.Net.Sockets;
using System.Text;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class DoorTests
{
    private const string Path = "/v1/chat/completions";

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("Authorization", "Bearer {0}", HttpStatusCode.OK)]
    [InlineData("Authorization", "bearer {0}", HttpStatusCode.OK)]
    [InlineData("x-api-key", "{0}", HttpStatusCode.OK)]
    [InlineData("x-goog-api-key", "{0}", HttpStatusCode.OK)]
    [InlineData("Authorization", "Basic {0}", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "{0}", HttpStatusCode.Unauthorized)]
    [InlineData("x-api-key", "{0}x", HttpStatusCode.Unauthorized)]
    [InlineData("x-api-key", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("x-other", "{0}", HttpStatusCode.Unauthorized)]
    public async Task Only_the_token_in_one_of_three_headers_opens_the_door(string header, string format, HttpStatusCode expected)
    {
        await using var bed = await StartAsync();
        bed.Client.DefaultRequestHeaders.Authorization = null;

        using var response = await bed.PostToAsync(bed.Route.BaseUrl + Path, OpenAiBody(), (header, format.Replace("{0}", bed.Gateway.Token, StringComparison.Ordinal)));

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, bed.Route.Requests.Count);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("/v1/chat/completions", "code", "invalid_api_key")]
    [InlineData("/v1/messages", "type", "authentication_error")]
    [InlineData("/v1beta/models/m:generateContent", "status", "UNAUTHENTICATED")]
    public async Task A_wrong_token_is_refused_in_the_APIs_own_shape(string path, string member, string name)
    {
        await using var bed = await StartAsync();
        bed.Client.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");

        using var response = await bed.SendAsync(HttpMethod.Post, bed.Route.BaseUrl + path, "{}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(name, (string?)(await JsonOf(response))["error"]![member]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_random_token_has_32_bytes_and_is_new_each_time()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();

        Assert.Matches("^[A-Za-z0-9_-]{43}$", one.Gateway.Token);
        Assert.NotEqual(one.Gateway.Token, other.Gateway.Token);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("127.0.0.1:{0}", HttpStatusCode.OK)]
    [InlineData("LocalHost:{0}", HttpStatusCode.OK)]
    [InlineData("evil.example:{0}", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1:1", HttpStatusCode.Forbidden)]
    public async Task Only_the_gateways_own_address_is_a_host(string host, HttpStatusCode expected)
    {
        await using var bed = await StartAsync();
        var port = bed.Gateway.BaseAddress.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        using var response = await bed.PostToAsync(bed.Route.BaseUrl + Path, OpenAiBody(), ("Host", host.Replace("{0}", port, StringComparison.Ordinal)));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v1/chat/completions")]
    [InlineData("POST", "/v1/completions")]
    [InlineData("POST", "/v1beta/models/m:embedContent")]
    [InlineData("DELETE", "/v1/models/glm-5")]
    public async Task Unknown_paths_are_404_JSON(string method, string path)
    {
        await using var bed = await StartAsync();

        using var response = await bed.SendAsync(new HttpMethod(method), bed.Route.BaseUrl + path, method == "POST" ? "{}" : null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(path, (string?)(await JsonOf(response))["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_path_outside_jobs_and_shared_is_404()
    {
        await using var bed = await StartAsync();

        using var response = await bed.PostToAsync(bed.Gateway.BaseAddress + "v1/chat/completions", OpenAiBody());

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Answers_do_not_name_the_server()
    {
        await using var bed = await StartAsync();

        using var response = await bed.PostAsync(Path, OpenAiBody());

        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("/v1/messages", 100, HttpStatusCode.RequestEntityTooLarge, "request_too_large")]
    [InlineData("/v1/messages/count_tokens", 100, HttpStatusCode.RequestEntityTooLarge, "request_too_large")]
    [InlineData("/v1/messages", 100_000, HttpStatusCode.OK, null)]
    public async Task A_body_beyond_the_limit_is_refused_in_the_APIs_own_shape(string path, int limit, HttpStatusCode expected, string? name)
    {
        await using var bed = await StartAsync(options: Options with { MaxBodyBytes = limit });

        using var response = await bed.PostAsync(path, AnthropicBody());

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(name, (string?)(await JsonOf(response))["error"]?["type"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Requests_beyond_the_limit_are_refused_until_one_has_ended()
    {
        await using var bed = await StartAsync(options: Options with { MaxConcurrentRequests = 1, FirstTokenDelay = TimeSpan.FromHours(1) });
        using var drop = new CancellationTokenSource();
        var first = bed.PostUntilAsync(Path, OpenAiBody(), drop.Token);
        await bed.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);

        using var refused = await bed.PostAsync(Path, OpenAiBody());
        await drop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        var list = await AgainUntilAdmitted(bed);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        Assert.NotNull(list["data"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_taken_port_is_the_callers_mistake_with_port_and_cure()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var mistake = await Assert.ThrowsAsync<BenchUsageException>(() => ModelGateway.StartAsync(Options with { Port = port }, TestContext.Current.CancellationToken));

        Assert.Contains(FormattableString.Invariant($"'{port}'"), mistake.Message, StringComparison.Ordinal);
        Assert.Contains("BENCH__Gateway__Port", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_bad_options_are_named_at_once()
    {
        var bad = Options with { Port = 70000, Jitter = 2, TokensPerSecond = double.NaN, FirstTokenDelay = TimeSpan.FromSeconds(-1), Token = "a b", MaxBodyBytes = 0, MaxConcurrentRequests = 0 };

        var mistake = await Assert.ThrowsAsync<BenchUsageException>(() => ModelGateway.StartAsync(bad, TestContext.Current.CancellationToken));

        Assert.Equal(7, mistake.Problems.Count);
        Assert.DoesNotContain("a b", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_options_nor_targets_print_their_keys()
    {
        var options = (Options with { Token = "sesame" }).ToString();
        var spec = Spec(null, upstream: new UpstreamTarget("https://api.example/v1", "sesame")).ToString();

        Assert.DoesNotContain("sesame", options + spec, StringComparison.Ordinal);
        Assert.Contains("https://api.example/v1", spec, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Bytes_that_are_no_HTTP_do_no_harm()
    {
        await using var bed = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, bed.Gateway.BaseAddress.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes("\0\0garbage\r\n\r\n"), TestContext.Current.CancellationToken);

        var answer = await bed.JsonAsync(Path, OpenAiBody());

        Assert.NotNull(answer["choices"]);
    }

    // The slot is given back a moment after the route is idle.
    private static async Task<System.Text.Json.Nodes.JsonNode> AgainUntilAdmitted(GatewayBed bed)
    {
        while (true)
        {
            using var response = await bed.SendAsync(HttpMethod.Get, bed.Route.BaseUrl + "/v1/models");
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return await JsonOf(response);
            }
        }
    }
}
