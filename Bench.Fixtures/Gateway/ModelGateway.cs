using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Gateway.Forwarding;
using Bench.Fixtures.Gateway.Serving;
using Bench.Fixtures.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bench.Fixtures.Gateway;

/// <summary>The loopback model endpoint of Bench: answers from scripts or forwards to real providers, and keeps book of every model request.</summary>
public sealed class ModelGateway : IAsyncDisposable
{
    private const int TokenBytes = 32;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3);

    private readonly GatewayOptions options;
    private readonly CancellationTokenSource stopping = new();
    private readonly RouteTable routes;
    private readonly UsageLog usage;
    private readonly Forwarder forwarder;
    private readonly FailureLog failures;
    private readonly FaultSelector faults;
    private readonly Lazy<ClosedPort> closedPort = new();
    private readonly KestrelServer server;
    private CassetteRecorder? recorder;
    private int disposed;

    private ModelGateway(GatewayOptions options)
    {
        this.options = options;
        Token = options.Token ?? NewToken();
        routes = new RouteTable(options.Clock);
        usage = new UsageLog(options.UsagePath, options.Clock);
        forwarder = new Forwarder(Token, options.Redactor.KnownValues, options.Clock);
        failures = new FailureLog(options.FailuresPath, options.Redactor, options.Clock);
        faults = new FaultSelector(options.Faults, options.Seed);
        server = NewServer(options);
        BaseAddress = new Uri("http://127.0.0.1/");
    }

    /// <summary><c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri BaseAddress { get; private set; }

    /// <summary>The key that agents must send, as <c>Authorization: Bearer</c>, <c>x-api-key</c> or <c>x-goog-api-key</c>.</summary>
    public string Token { get; }

    /// <summary>Base URL for an agent server that several jobs share: requests are attributed by their <c>x-session-id</c> or <c>x-session-affinity</c> header.</summary>
    public string SharedBaseUrl => BaseAddress + "shared";

    /// <summary>Why lines of <c>usage.jsonl</c> or of the cassette could not be written; null when all could.</summary>
    public string? WriteProblem => usage.Problem ?? recorder?.Problem;

    /// <summary>Starts a gateway on 127.0.0.1.</summary>
    /// <exception cref="BenchUsageException">The port is taken or forbidden, a cassette cannot be written, or options are out of range.</exception>
    public static async Task<ModelGateway> StartAsync(GatewayOptions options, CancellationToken cancellationToken)
    {
        GatewayChecks.Check(options);
        PoolThreads.Raise();
        if (options.WarmUp)
        {
            await Serving.WarmUp.RunAsync(options.Clock, StartAsync, cancellationToken);
        }

        var gateway = new ModelGateway(options);
        try
        {
            await gateway.ListenAsync(cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the route of one attempt. Dispose it when the attempt has ended.</summary>
    /// <exception cref="ArgumentException">The spec has no script and no upstream, or both, or a job id or base URL that no URL can hold.</exception>
    /// <exception cref="InvalidOperationException">The attempt's route is open already.</exception>
    public GatewayRoute OpenRoute(RouteSpec spec)
    {
        GatewayChecks.Check(spec);
        var path = RouteTable.KeyOf(spec.JobId, spec.Attempt.ToString(CultureInfo.InvariantCulture));
        var address = faults.CertainFaultOf(spec) == FaultCatalog.ConnectionRefused ? closedPort.Value.Address : BaseAddress;
        var route = new GatewayRoute(spec, address + "jobs/" + path, options.Clock, routes.Remove);
        routes.Add(route);
        return route;
    }

    /// <summary>Model requests at <see cref="SharedBaseUrl"/> that named no session of an open attempt, up to now.</summary>
    public int UnattributedRequests => routes.Unattributed;

    /// <summary>Attributes the requests of an agent session at <see cref="SharedBaseUrl"/>, those that wait for it included.</summary>
    public void BindSession(string sessionId, GatewayRoute route) => routes.Bind(sessionId, route);

    /// <summary>Aborts open requests and stops listening; takes a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await stopping.CancelAsync();

        // Wall time on purpose: a test's clock may never move.
        using (var limit = new CancellationTokenSource(StopLimit))
        {
            try
            {
                await server.StopAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                // Connections that outlived the limit were cut.
            }
        }

        server.Dispose();
        forwarder.Dispose();
        usage.Dispose();
        recorder?.Dispose();
        if (closedPort.IsValueCreated)
        {
            closedPort.Value.Dispose();
        }

        stopping.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        recorder = options.Recording is null ? null : CassetteRecorder.Create(options.Recording, Token, options.Clock);
        try
        {
            var books = new GatewayBooks(usage, recorder);
            await server.StartAsync(new GatewayApplication(options, new Doorkeeper(Token), routes, books, forwarder, faults, failures, stopping.Token), cancellationToken);
            BaseAddress = new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single() + "/");
        }
        catch (Exception exception) when (exception is IOException { InnerException: AddressInUseException } or AddressInUseException)
        {
            throw new BenchUsageException($"Gateway:Port '{options.Port}' on 127.0.0.1 is in use by another program. Choose another port with BENCH__Gateway__Port or Gateway:Port in bench.json, or 0 for a free one.");
        }
        catch (SocketException exception)
        {
            throw new BenchUsageException($"Gateway:Port '{options.Port}' on 127.0.0.1 cannot be listened on: {exception.Message}. Choose a port above 1023 with BENCH__Gateway__Port or Gateway:Port in bench.json, or 0 for a free one.");
        }
    }

    // Kestrel alone, without a host: a host would take the process's signals and write to its console.
    private static KestrelServer NewServer(GatewayOptions options)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false, AllowResponseHeaderCompression = false };
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = Math.Max(64, options.MaxConcurrentRequests * 4L);

        // A slow agent is data, not an attack.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;

        // Bytes beyond ASCII go through as they are; left alone, they would be an error.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new KestrelServer(Options.Create(kestrel), transport, NullLoggerFactory.Instance);
    }

    private static string NewToken() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
