using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Servers;

/// <summary>
/// The one event connection (<c>GET /global/event</c>) to an OpenCode server, for all jobs: polling per job would starve the server.
/// A dedicated thread reads it with blocking calls, so that no stamp waits for a thread pool. When it breaks it is made again while the
/// stream lives, and every observer is told that there may be a gap.
/// </summary>
internal sealed class OpenCodeEventStream : IAsyncDisposable, IOutputObserver
{
    private const int MaxEventBytes = 16 * 1024 * 1024;

    /// <summary>The server sends a sign of life every 10 s.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(200);

    private readonly Uri address;
    private readonly string password;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, IOpenCodeSessionObserver> observers = new();
    private readonly ConcurrentDictionary<string, string> rootOfChild = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private Socket? socket;
    private int connections;
    private int disposed;

    private OpenCodeEventStream(Uri address, string password, TimeProvider clock)
    {
        this.address = address;
        this.password = password;
        this.clock = clock;
    }

    /// <summary>Completes when the server has said that the stream is connected.</summary>
    public Task Connected => connected.Task;

    /// <summary>Connections made up to now; more than one means that the stream broke.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Starts the reading thread.</summary>
    public static OpenCodeEventStream Start(Uri address, string password, TimeProvider clock)
    {
        var stream = new OpenCodeEventStream(address, password, clock);
        new Thread(stream.Run) { IsBackground = true, Name = "opencode events" }.Start();
        return stream;
    }

    /// <summary>Hands the events of a session, and of the sub-agents' sessions below it, to the observer until the subscription is disposed.</summary>
    public IDisposable Subscribe(string sessionId, IOpenCodeSessionObserver observer)
    {
        observers[sessionId] = observer;
        return new Subscription(this, sessionId);
    }

    /// <inheritdoc />
    public void OnLine(in OutputLine line)
    {
        if (line.IsTruncated || !line.Bytes.Span.StartsWith("data:"u8))
        {
            return;
        }

        try
        {
            using var document = OutsideJson.Parse(line.Bytes[5..], out var wasMended);
            OnEvent(document.RootElement, line.Timestamp, wasMended);
        }
        catch (JsonException)
        {
            // Half a line, where the connection broke: the gap is announced when it is back.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            await stopping.CancelAsync();
            lock (gate)
            {
                socket?.Dispose();
            }

            await finished.Task;
            stopping.Dispose();
        }
    }

    private void OnEvent(JsonElement line, long timestamp, bool wasMended)
    {
        if (line.Text("payload", "type") == "server.connected")
        {
            OnConnected();
            return;
        }

        if (OpenCodeEvent.Of(line, timestamp, wasMended) is not { } entry)
        {
            return;
        }

        if (entry.ParentOfCreated is { } parent)
        {
            // A child's child belongs to the same root.
            rootOfChild[entry.SessionId] = rootOfChild.GetValueOrDefault(parent, parent);
        }

        if (observers.TryGetValue(entry.SessionId, out var own))
        {
            own.OnEvent(entry);
        }
        else if (rootOfChild.TryGetValue(entry.SessionId, out var root) && observers.TryGetValue(root, out var above))
        {
            above.OnChildEvent(entry);
        }
    }

    private void OnConnected()
    {
        if (Interlocked.Increment(ref connections) == 1)
        {
            connected.TrySetResult();
            return;
        }

        foreach (var observer in observers.Values)
        {
            observer.OnGap();
        }
    }

    private void Run()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                ReadConnection();
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Broken, silent or stopped: the loop says what follows.
            }

            stopping.Token.WaitHandle.WaitOne(ReconnectPause);
        }

        finished.TrySetResult();
    }

    private void ReadConnection()
    {
        using var handler = Handler();
        using var http = new HttpClient(handler, disposeHandler: false) { Timeout = SilenceLimit };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "global/event"));
        request.Headers.Authorization = OpenCodeClient.Authorization(password);
        using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead, stopping.Token);
        response.EnsureSuccessStatusCode();
        using var stream = response.Content.ReadAsStream(stopping.Token);
        var splitter = new LineSplitter(OutputChannel.Stdout, MaxEventBytes, this);
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = stream.Read(buffer, 0, buffer.Length)) > 0)
        {
            splitter.Add(buffer.AsMemory(0, count), clock.GetTimestamp());
        }
    }

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(Connect(), ownsSocket: true)),
    };

    private Socket Connect()
    {
        var made = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)SilenceLimit.TotalMilliseconds,
        };
        lock (gate)
        {
            socket = made;
            stopping.Token.ThrowIfCancellationRequested();
        }

        made.Connect(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        return made;
    }

    private void Unsubscribe(string sessionId)
    {
        observers.TryRemove(sessionId, out _);
        foreach (var child in rootOfChild.Where(pair => pair.Value == sessionId))
        {
            rootOfChild.TryRemove(child);
        }
    }

    private sealed class Subscription(OpenCodeEventStream stream, string sessionId) : IDisposable
    {
        public void Dispose() => stream.Unsubscribe(sessionId);
    }
}
