using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>What is kept of every model request: a line of usage, and its place on the cassette when one is recorded.</summary>
/// <param name="usage">Takes a line per request.</param>
/// <param name="recorder">Takes requests with their answers; null when nothing is recorded.</param>
internal sealed class GatewayBooks(UsageLog usage, CassetteRecorder? recorder)
{
    /// <summary>A request that could be read is about to be answered.</summary>
    public void Begin(Exchange exchange, ModelCall call) => recorder?.Begin(exchange, call);

    /// <summary>A request that no route took.</summary>
    public void Write(RequestEntry entry) => usage.Write(entry);

    /// <summary>The request is over.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="error">Why it was broken off; null when it was not.</param>
    /// <param name="at">Now.</param>
    public void End(Exchange exchange, string? error, long at)
    {
        exchange.Entry.Close(at, error);
        usage.Write(exchange.Entry);

        // What a stopping gateway broke off, or failed on, says nothing about the model.
        if (error is null or "client_disconnected" or "route_closed")
        {
            recorder?.End(exchange, isOpen: error is not null);
        }
    }
}
