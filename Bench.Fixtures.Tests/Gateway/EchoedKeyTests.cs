using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Redaction;
using Microsoft.AspNetCore.Http;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>A provider that echoes the key that it was sent does not hand it to the agent.</summary>
public sealed class EchoedKeyTests
{
    private const string Key = "the-real-key-0123";
    private const string OtherSecret = "another-secret-4567";
    private const string Path = "/v1/chat/completions";
    private const string Body = $$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}, or {{{OtherSecret}}}.","type":"invalid_request_error","code":"{{{Key}}}"}}""";

    private static readonly string Masked = Body.Replace(Key, new string('*', Key.Length), StringComparison.Ordinal).Replace(OtherSecret, new string('*', OtherSecret.Length), StringComparison.Ordinal);

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task In_an_errors_body_and_headers()
    {
        using var folder = new TestFolder();
        await using var provider = await FakeProvider.StartAsync(401, Body, ("x-echo", "Bearer " + Key), ("Content-Length", Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await using var bed = await BedAsync(provider, Options with { UsagePath = folder.At("usage.jsonl"), Redactor = new Redactor([new KnownSecret("OTHER", OtherSecret)]) });

        using var response = await bed.PostAsync(Path, OpenAiBody());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(Masked, await TextOf(response));
        Assert.Equal(Body.Length, response.Content.Headers.ContentLength);
        Assert.Equal("Bearer " + new string('*', Key.Length), Assert.Single(response.Headers.GetValues("x-echo")));
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((401, "http_401"), (request.Status, request.Error));
        Assert.DoesNotContain(Key, request.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, await File.ReadAllTextAsync(folder.At("usage.jsonl"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task In_a_stream_that_cuts_it_in_two()
    {
        await using var provider = await FakeProvider.StartStreamAsync(
            "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n", $"data: {{\"error\":\"{Key[..5]}", $"{Key[5..]}\"}}\n\n", "data: [DONE]\n\n");
        await using var bed = await BedAsync(provider);

        using var response = await bed.PostAsync(Path, OpenAiBody(stream: true));

        Assert.Equal(
            $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"Hi\"}}}}]}}\n\ndata: {{\"error\":\"{new string('*', Key.Length)}\"}}\n\ndata: [DONE]\n\n", await TextOf(response));
    }

    public static TheoryData<string> Kinds => [.. StreamedPieces.Kinds];

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [MemberData(nameof(Kinds))]
    public async Task In_a_stream_that_spreads_it_over_events(string kind)
    {
        string[] pieces = ["It is ", Key[..5], Key[5..^3], Key[^3..] + " indeed."];
        await using var provider = await FakeProvider.StartStreamAsync([.. pieces.Select(p => StreamedPieces.Event(kind, p)), "data: [DONE]\n\n"]);
        var model = kind.StartsWith("gemini", StringComparison.Ordinal) ? "gemini-3-flash-preview" : "glm-5";
        await using var bed = await StartAsync(model: model, upstream: new UpstreamTarget(provider.BaseUrl, Key));

        var text = await bed.TextAsync(StreamedPieces.PathOf(kind), StreamedPieces.RequestOf(kind));

        Assert.Equal($"It is {new string('*', Key.Length)} indeed.", StreamedPieces.Joined(text));
        Assert.Equal(pieces.Length, text.Split("data: {").Length - 1);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task In_an_answer_that_is_compressed_although_nobody_asked(string coding)
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = coding;
            var bytes = Compressed(coding);
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, TestContext.Current.CancellationToken);
        });
        await using var bed = await BedAsync(provider);

        using var response = await bed.PostAsync(Path, OpenAiBody());

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.DoesNotContain(Key, await TextOf(response), StringComparison.Ordinal);
        Assert.Contains("Incorrect API key provided: *****************, or another-secret-4567.", await TextOf(response), StringComparison.Ordinal);
        Assert.Equal("upstream_no_answer", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task In_an_answer_that_nobody_can_read()
    {
        await using var provider = await FakeProvider.StartAsync(200, Body, ("Content-Encoding", "zstd"));
        await using var bed = await BedAsync(provider);

        using var response = await bed.PostAsync(Path, OpenAiBody());

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.DoesNotContain(Key, await TextOf(response), StringComparison.Ordinal);
        Assert.Equal("upstream_disconnected", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task In_a_list_of_models()
    {
        await using var provider = await FakeProvider.StartAsync(200, Body);
        await using var bed = await BedAsync(provider);

        using var response = await bed.SendAsync(HttpMethod.Get, bed.Route.BaseUrl + "/v1/models");

        Assert.DoesNotContain(Key, await TextOf(response), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Headers_with_other_letters_than_ASCII_go_through_both_ways()
    {
        await using var provider = await FakeProvider.StartAsync(context =>
        {
            context.Response.Headers["x-region"] = context.Request.Headers["x-place"];
            return Task.CompletedTask;
        });
        await using var bed = await BedAsync(provider);

        var answer = await ExchangeAsync(
            bed.Gateway.BaseAddress.Port,
            $"POST {new Uri(bed.Route.BaseUrl).AbsolutePath}{Path} HTTP/1.1\r\nHost: 127.0.0.1:{bed.Gateway.BaseAddress.Port}\r\nAuthorization: Bearer {bed.Gateway.Token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\nx-place: K\u00F6ln\r\n\r\n{{}}");

        Assert.Contains("x-region: K\u00F6ln\r\n", answer, StringComparison.OrdinalIgnoreCase);
    }

    // As Latin-1: one character per byte.
    private static async Task<string> ExchangeAsync(int port, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static Task<GatewayBed> BedAsync(FakeProvider provider, GatewayOptions? options = null) =>
        StartAsync(options: options, upstream: new UpstreamTarget(provider.BaseUrl, Key));

    private static Task<string> TextOf(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static byte[] Compressed(string coding)
    {
        using var target = new MemoryStream();
        using (Stream stream = coding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest),
            "br" => new BrotliStream(target, CompressionLevel.Fastest),
            _ => new ZLibStream(target, CompressionLevel.Fastest),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(Body));
        }

        return target.ToArray();
    }
}
