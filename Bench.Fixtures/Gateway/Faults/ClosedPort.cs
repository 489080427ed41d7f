using System.Net;
using System.Net.Sockets;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>A port of this machine that is taken and refuses every connection: bound, and not listened on, so that no other program gets it meanwhile.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes a free port.</summary>
    /// <exception cref="SocketException">There is none.</exception>
    public ClosedPort() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary><c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Address => new(FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/"));

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();
}
