using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>A provider on loopback that answers as the test says and keeps what it was asked.</summary>
internal sealed class FakeProvider : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly Func<HttpContext, Task> answer;
    private readonly KestrelServer server;

    private FakeProvider(Func<HttpContext, Task> answer)
    {
        this.answer = answer;
        var options = new KestrelServerOptions();
        options.RequestHeaderEncodingSelector = options.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        options.Listen(IPAddress.Loopback, 0);
        server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    public string BaseUrl { get; private set; } = "";

    public ConcurrentQueue<Asked> Requests { get; } = [];

    public static async Task<FakeProvider> StartAsync(Func<HttpContext, Task> answer)
    {
        var provider = new FakeProvider(answer);
        await provider.server.StartAsync(provider, TestContext.Current.CancellationToken);
        provider.BaseUrl = provider.server.Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return provider;
    }

    /// <summary>A provider that gives one JSON answer.</summary>
    public static Task<FakeProvider> StartAsync(int status, string json, params (string Name, string Value)[] headers) => StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(json, TestContext.Current.CancellationToken);
    });

    /// <summary>A provider that streams these pieces, each flushed by itself.</summary>
    public static Task<FakeProvider> StartStreamAsync(params string[] pieces) => StartAsync(async context =>
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        foreach (var piece in pieces)
        {
            await SendAsync(context, piece);
        }
    });

    public static async Task SendAsync(HttpContext context, string piece)
    {
        await context.Response.WriteAsync(piece, TestContext.Current.CancellationToken);
        await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, TestContext.Current.CancellationToken);
        Requests.Enqueue(new Asked(context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        await answer(context);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await server.StopAsync(now.Token);
        server.Dispose();
    }

    /// <summary>A request as it arrived.</summary>
    internal sealed record Asked(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
    {
        public string Body => Encoding.UTF8.GetString(Bytes);
    }
}
