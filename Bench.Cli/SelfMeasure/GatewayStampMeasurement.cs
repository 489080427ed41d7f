using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bench.Fixtures.Gateway;

namespace Bench.Cli.SelfMeasure;

/// <summary>
/// Measures the error of the gateway's stamps: a client with blocking sockets on a thread of its own asks the scripted model, and its stamps of what it sends
/// and receives are compared with the gateway's of the same request.
/// </summary>
internal sealed class GatewayStampMeasurement(int samples = 400, int blockedThreads = 32)
{
    private const string Model = "stamps";
    private const string Prompt = "Say a few words.";
    private const int WarmUps = 20;

    private static readonly ScriptedAnswer Script = new() { PromptId = Model, Turns = [new ScriptedTurn { Text = "A few words." }] };
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    /// <summary>Measures; takes about 15 s with the default numbers. The whole process's thread pool is blocked for half of it.</summary>
    internal async Task<GatewayStampResult> RunAsync(CancellationToken cancellationToken)
    {
        var options = new GatewayOptions { Clock = TimeProvider.System, Models = [Model], FirstTokenDelay = TimeSpan.FromMilliseconds(20) };
        await using var gateway = await ModelGateway.StartAsync(options, cancellationToken);
        using var route = gateway.OpenRoute(new RouteSpec { JobId = Model, Attempt = 0, PromptId = Model, PromptText = Prompt, Model = Model, Script = Script });
        return await BlockedPool.OnOwnThread(() => Measure(gateway, route, cancellationToken));
    }

    private GatewayStampResult Measure(ModelGateway gateway, GatewayRoute route, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, gateway.BaseAddress.Port);
        var request = RequestTo(route, gateway.Token);
        _ = Sample(socket, route, request, WarmUps, cancellationToken);
        return new GatewayStampResult
        {
            Idle = Sample(socket, route, request, samples, cancellationToken),
            Blocked = BlockedPool.Run(blockedThreads, () => Sample(socket, route, request, samples, cancellationToken)),
            BlockedThreads = blockedThreads,
        };
    }

    private static GatewayStampErrors Sample(Socket socket, GatewayRoute route, byte[] request, int count, CancellationToken cancellationToken)
    {
        var (arrivals, firstTokens, modelTimes) = (new List<double>(count), new List<double>(count), new List<double>(count));
        for (var sample = 0; sample < count; sample++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (sent, first, last) = Ask(socket, request);
            route.WaitForIdleAsync(cancellationToken).Wait(cancellationToken);
            var seen = route.Requests[^1];
            if (seen is not { FirstTokenTimestamp: { } token, EndTimestamp: { } end })
            {
                throw new InvalidOperationException($"The gateway did not answer its own measurement: status '{seen.Status}', error '{seen.Error}' ({seen.ErrorDetail}).");
            }

            arrivals.Add(Milliseconds(sent, seen.StartTimestamp));
            firstTokens.Add(Milliseconds(token, first));
            modelTimes.Add(Milliseconds(last - sent, end - seen.StartTimestamp));
        }

        return new GatewayStampErrors(StampError.Of(arrivals), StampError.Of(firstTokens), StampError.Of(modelTimes));
    }

    private static (long Sent, long First, long Last) Ask(Socket socket, byte[] request)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        long? first = null;
        var sent = Stopwatch.GetTimestamp();
        socket.Send(request);
        while (true)
        {
            var count = socket.Receive(buffer.AsSpan(length));
            var now = Stopwatch.GetTimestamp();
            first ??= now;
            length += count;
            if (count == 0)
            {
                throw new InvalidOperationException("The gateway closed the connection of its own measurement.");
            }

            if (buffer.AsSpan(0, length).EndsWith(LastChunk))
            {
                return (sent, first.Value, now);
            }
        }
    }

    private static byte[] RequestTo(GatewayRoute route, string token)
    {
        var address = new Uri(route.BaseUrl + "/v1/chat/completions");
        var body = $$"""{"model":"{{Model}}","stream":true,"messages":[{"role":"user","content":"{{Prompt}}"}]}""";
        return Encoding.ASCII.GetBytes(
            $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static double Milliseconds(long from, long to) => Math.Abs(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);
}
