using Bench.Fixtures.Gateway.Serving;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Listens to one answer on its way to the agent.</summary>
internal sealed class ExchangeTape
{
    private readonly Lock gate = new();
    private readonly List<(double AtMs, byte[] Bytes)> pieces = [];
    private readonly TimeProvider clock;
    private readonly long start;

    public ExchangeTape(Exchange exchange, RequestKey key, int repeat, TimeProvider clock)
    {
        Key = key;
        Repeat = repeat;
        this.clock = clock;
        start = exchange.StartTimestamp;
        exchange.Context.Response.Body = new TapedStream(exchange.Context.Response.Body, this);
    }

    public RequestKey Key { get; }

    public int Repeat { get; }

    /// <summary>What was sent up to now, in milliseconds since the request's arrival.</summary>
    public IReadOnlyList<(double AtMs, byte[] Bytes)> Pieces()
    {
        lock (gate)
        {
            return [.. pieces];
        }
    }

    private void Hear(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            lock (gate)
            {
                pieces.Add((Math.Round(clock.GetElapsedTime(start).TotalMilliseconds, 3), bytes.ToArray()));
            }
        }
    }

    /// <summary>The way out, with an ear on it.</summary>
    private sealed class TapedStream(Stream inner, ExchangeTape tape) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            tape.Hear(buffer.Span);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            tape.Hear(buffer);
            inner.Write(buffer);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();
    }
}
