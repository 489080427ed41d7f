using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Bench.Fixtures.Gateway;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>The gateway as a border, byte by byte on the wire: no client tidies up what is sent.</summary>
public sealed class BorderTests
{
    private const string OpenAi = "/v1/chat/completions";

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("evil.example", 403)]
    [InlineData("evil.example:{0}", 403)]
    [InlineData("127.0.0.1.evil.example:{0}", 403)]
    [InlineData("localhost.evil.example:{0}", 403)]
    [InlineData("evil.example#127.0.0.1:{0}", 400)]
    [InlineData("user@127.0.0.1:{0}", 400)]
    [InlineData("127.0.0.1:{0}:80", 400)]
    [InlineData("127.1:{0}", 403)]
    [InlineData("2130706433:{0}", 403)]
    [InlineData("0.0.0.0:{0}", 403)]
    [InlineData("[::1]:{0}", 403)]
    [InlineData("[::ffff:127.0.0.1]:{0}", 403)]
    [InlineData("localhost", 403)]
    [InlineData("localhost.:{0}", 403)]
    [InlineData("", 403)]
    [InlineData("127.0.0.1:{0}", 200)]
    [InlineData("LOCALHOST:{0}", 200)]
    public async Task Only_the_gateways_own_name_and_port_are_a_host(string host, int status)
    {
        await using var bed = await StartAsync();
        var named = host.Replace("{0}", bed.Gateway.BaseAddress.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        var answer = await SendAsync(bed, $"POST {PathOf(bed)} HTTP/1.1\r\nHost: {named}\r\nAuthorization: Bearer {bed.Gateway.Token}\r\n{BodyWithLength(OpenAiBody().ToJsonString())}");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 1 : 0, bed.Route.Requests.Count);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_request_without_a_host_or_with_two_is_refused()
    {
        await using var bed = await StartAsync();
        var host = $"Host: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\n";
        var rest = $"Authorization: Bearer {bed.Gateway.Token}\r\n{BodyWithLength("{}")}";

        var none = await SendAsync(bed, $"POST {PathOf(bed)} HTTP/1.1\r\n{rest}");
        var two = await SendAsync(bed, $"POST {PathOf(bed)} HTTP/1.1\r\n{host}Host: evil.example\r\n{rest}");
        var absolute = await SendAsync(bed, $"POST http://evil.example{PathOf(bed)} HTTP/1.1\r\n{host}{rest}");

        Assert.Equal((400, 400, 400), (none.Status, two.Status, absolute.Status));
        Assert.Empty(bed.Route.Requests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task It_listens_on_the_loopback_address_alone()
    {
        await using var bed = await StartAsync();
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);
        var others = own.Where(address => !IPAddress.IsLoopback(address)).Append(IPAddress.IPv6Loopback)
            .Where(address => Socket.OSSupportsIPv6 || address.AddressFamily == AddressFamily.InterNetwork);

        Assert.Equal("127.0.0.1", bed.Gateway.BaseAddress.Host);
        foreach (var other in others)
        {
            await Assert.ThrowsAnyAsync<SocketException>(async () =>
            {
                using var socket = new TcpClient(other.AddressFamily);
                await socket.ConnectAsync(other, bed.Gateway.BaseAddress.Port, TestContext.Current.CancellationToken);
            });
        }
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("{0}/../../..{0}", 404)]
    [InlineData("/jobs/../jobs/wf__p1/0/v1/../../../etc/passwd", 404)]
    [InlineData("/jobs/%2e%2e/%2e%2e/v1/chat/completions", 404)]
    [InlineData("/jobs/wf__p1%2f0/0/v1/chat/completions", 410)]
    [InlineData("/jobs/wf__p1/00/v1/chat/completions", 410)]
    [InlineData("/jobs/wf__p1/1/v1/chat/completions", 410)]
    [InlineData("/JOBS/wf__p1/0/v1/chat/completions", 404)]
    [InlineData("//jobs/wf__p1/0/v1/chat/completions", 404)]
    [InlineData("/jobs/wf__p1/0/v1/chat/completions/", 404)]
    [InlineData("/jobs/wf__p1/0", 404)]
    [InlineData("/", 404)]
    [InlineData("*", 405)]
    public async Task A_path_that_is_none_of_its_own_leads_nowhere(string path, int status)
    {
        await using var bed = await StartAsync();

        var answer = await PostAsync(bed, path.Replace("{0}", PathOf(bed), StringComparison.Ordinal), BodyWithLength(OpenAiBody().ToJsonString()));

        Assert.Equal(status, answer.Status);
        Assert.Empty(bed.Route.Requests);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("GET", 404)]
    [InlineData("PUT", 404)]
    [InlineData("DELETE", 404)]
    [InlineData("OPTIONS", 404)]
    [InlineData("TRACE", 404)]
    [InlineData("CONNECT", 404)]
    [InlineData("BREW", 404)]
    public async Task Any_other_method_is_refused_and_no_web_page_is_let_in(string method, int status)
    {
        await using var bed = await StartAsync();

        var answer = await SendAsync(bed, $"{method} {PathOf(bed)} HTTP/1.1\r\nHost: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\nOrigin: https://evil.example\r\nAuthorization: Bearer {bed.Gateway.Token}\r\nConnection: close\r\n\r\n");

        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("access-control", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(bed.Route.Requests);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("Content-Type: text/plain\r\n", 415)]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n", 415)]
    [InlineData("Content-Type: multipart/form-data; boundary=x\r\n", 415)]
    [InlineData("Content-Type: nonsense\r\n", 415)]
    [InlineData("Content-Encoding: gzip\r\nContent-Type: application/json\r\n", 415)]
    [InlineData("Content-Type: application/json; charset=utf-8\r\n", 200)]
    [InlineData("", 200)]
    public async Task A_body_that_says_it_is_no_JSON_is_refused(string header, int status)
    {
        await using var bed = await StartAsync();

        var answer = await PostAsync(bed, PathOf(bed), header + BodyWithLength(OpenAiBody().ToJsonString()));

        Assert.Equal(status, answer.Status);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_body_beyond_the_limit_is_refused_with_and_without_its_length()
    {
        await using var bed = await StartAsync(options: Options with { MaxBodyBytes = 100 });
        var big = new string('x', 5000);

        var told = await PostAsync(bed, PathOf(bed), "Content-Length: 99999999999\r\nConnection: close\r\n\r\n");
        var sent = await PostAsync(bed, PathOf(bed), BodyWithLength(big));
        var chunked = await PostAsync(bed, PathOf(bed), $"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1388\r\n{big}\r\n0\r\n\r\n");

        Assert.Equal((413, 413, 413), (told.Status, sent.Status, chunked.Status));
        Assert.All(bed.Route.Requests, r => Assert.Equal("body_too_large", r.Error));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Headers_without_end_are_cut_off()
    {
        await using var bed = await StartAsync();

        var large = await PostAsync(bed, PathOf(bed), $"X-Large: {new string('x', 40_000)}\r\nConnection: close\r\n\r\n");

        Assert.Equal(431, large.Status);
        Assert.Empty(bed.Route.Requests);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(OpenAi, "Authorization", "Bearer ", "invalid_api_key")]
    [InlineData("/v1/messages", "x-api-key", "", "authentication_error")]
    [InlineData("/v1/messages", "Authorization", "Bearer ", "authentication_error")]
    [InlineData("/v1beta/models/glm-5:generateContent", "x-goog-api-key", "", "UNAUTHENTICATED")]
    public async Task No_key_and_near_keys_are_refused_in_each_APIs_header(string path, string header, string prefix, string name)
    {
        await using var bed = await StartAsync();
        var token = bed.Gateway.Token;
        string?[] wrong = [null, "", token[..^1], token + "x", token[1..], token.ToUpperInvariant() + "_", "null", $"{token},{token}"];

        foreach (var key in wrong)
        {
            var answer = await SendAsync(bed, $"POST {new Uri(bed.Route.BaseUrl).AbsolutePath}{path} HTTP/1.1\r\nHost: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\n{(key is null ? "" : $"{header}: {prefix}{key}\r\n")}{BodyWithLength("{}")}");

            Assert.Equal(401, answer.Status);
            Assert.Contains(name, answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(token, answer.Text, StringComparison.Ordinal);
        }

        Assert.Empty(bed.Route.Requests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_key_in_the_query_opens_nothing()
    {
        await using var bed = await StartAsync();

        var answer = await SendAsync(bed, $"POST {PathOf(bed)}?key={bed.Gateway.Token} HTTP/1.1\r\nHost: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\n{BodyWithLength("{}")}");

        Assert.Equal(401, answer.Status);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_request_too_many_stands_in_the_books_of_its_attempt_and_a_stranger_learns_nothing_of_it()
    {
        await using var bed = await StartAsync(options: Options with { MaxConcurrentRequests = 1, FirstTokenDelay = TimeSpan.FromHours(1) });
        using var hangUp = new CancellationTokenSource();
        var first = bed.PostUntilAsync(OpenAi, OpenAiBody(), hangUp.Token);
        await bed.Route.WaitForFirstRequestAsync(TestContext.Current.CancellationToken);

        var busy = await PostAsync(bed, PathOf(bed), BodyWithLength(OpenAiBody().ToJsonString()));
        var stranger = await SendAsync(bed, $"POST {PathOf(bed)} HTTP/1.1\r\nHost: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\n{BodyWithLength("{}")}");

        Assert.Equal((503, 401), (busy.Status, stranger.Status));
        var refused = Assert.Single(bed.Route.Requests, r => r.Status == 503);
        Assert.Equal("too_many_requests", refused.Error);
        Assert.Contains("its limit", refused.ErrorDetail, StringComparison.Ordinal);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    private static string PathOf(GatewayBed bed) => new Uri(bed.Route.BaseUrl).AbsolutePath + OpenAi;

    private static string BodyWithLength(string body) => $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    private static Task<Answer> PostAsync(GatewayBed bed, string target, string headersAndBody) =>
        SendAsync(bed, $"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\nAuthorization: Bearer {bed.Gateway.Token}\r\n{headersAndBody}");

    private static async Task<Answer> SendAsync(GatewayBed bed, string bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, bed.Gateway.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(bytes), TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException) when (text.Length > 0)
        {
            // Refused in the middle of a body: the rest of it was not wanted.
        }

        var answer = text.ToString();
        return new Answer(answer.Length < 12 ? 0 : int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture), answer);
    }

    private sealed record Answer(int Status, string Text);
}
