using System.Buffers;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Protocols;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>One authorised model request on its way: the connection, the route it belongs to and its entry in the books.</summary>
internal sealed class Exchange
{
    private const int LongestModelName = 200;

    public required HttpContext Context { get; init; }

    public required RequestTarget Target { get; init; }

    /// <summary>Null when the request could not be attributed.</summary>
    public required GatewayRoute? Route { get; init; }

    public required RequestEntry Entry { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Listens for a cassette; null where none is recorded.</summary>
    public ExchangeTape? Tape { get; set; }

    public IModelProtocol Protocol => ModelProtocols.Of(Target.Api);

    public long StartTimestamp => Entry.Snapshot.StartTimestamp;

    public void Touch() => Route?.Touch();

    /// <summary>Books the model, whether the turn is the prompt's own, and whether a text of the request was no Unicode.</summary>
    public void Describe(string model, bool hidden, bool mended) => Entry.Change(r => r with
    {
        ModelAsked = model.Length <= LongestModelName ? model : model[..LongestModelName],
        Hidden = hidden,
        WasMended = mended,
    });

    /// <summary>Books the first token; later calls change nothing.</summary>
    public void MarkFirstToken(long timestamp) => Entry.Change(r => r.FirstTokenTimestamp is null ? r with { FirstTokenTimestamp = timestamp } : r);

    /// <summary>Answers with an error of Bench's own and books it: neither a model nor a script was asked.</summary>
    public Task RefuseAsync(ApiError error, CancellationToken cancellationToken)
    {
        Entry.Change(r => r with { WasRefused = true });
        return FailAsync(error, cancellationToken);
    }

    /// <summary>Answers with an error and books it.</summary>
    public async Task FailAsync(ApiError error, CancellationToken cancellationToken)
    {
        // Booked before the last byte leaves: whoever has the answer can read the books.
        var name = Protocol.Error(error).Name;
        Entry.Change(r => r with { Status = error.Status, Error = error.Code, ErrorName = name, ErrorDetail = error.Message });
        await Reply.ErrorAsync(Context, Target.Api, error, cancellationToken);
        Touch();
    }

    /// <summary>The whole body; null when it is too large, which is then answered.</summary>
    public async Task<byte[]?> ReadBodyAsync(long limit, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAllAsync(cancellationToken);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await RefuseAsync(Refusals.TooLarge(limit), cancellationToken);
            return null;
        }
    }

    private async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        var reader = Context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            Touch();
            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
