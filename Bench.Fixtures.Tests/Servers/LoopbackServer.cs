using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bench.Fixtures.Tests.Servers;

/// <summary>An HTTP server on 127.0.0.1 that does what a test says; keeps the bodies of all requests.</summary>
internal sealed class LoopbackServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer server;
    private readonly Func<HttpContext, string, Task> answer;
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopbackServer(Func<HttpContext, string, Task> answer)
    {
        this.answer = answer;
        var options = new KestrelServerOptions();
        options.Listen(IPAddress.Loopback, 0);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    /// <summary><c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What was asked, as <c>METHOD path?query body</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Completes when the first request has come.</summary>
    public Task FirstRequest => first.Task;

    /// <summary>Starts a server whose every answer the function writes; it is handed the request's body.</summary>
    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, string, Task> answer)
    {
        var server = new LoopbackServer(answer);
        await server.server.StartAsync(server, CancellationToken.None);
        server.Address = new Uri(server.server.Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return server;
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
        first.TrySetResult();
        await answer(context, body);
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
}
