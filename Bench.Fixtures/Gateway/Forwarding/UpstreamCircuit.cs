using System.Net;
using System.Threading.Channels;
using Bench.Fixtures.Gateway.Protocols;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>
/// Between a lane and its provider. Until the provider has given its first good answer, only two requests are open at once; after a refusal that
/// every other request would get too (HTTP 401, a wrong base URL), it is not asked again. Safe for use by many threads.
/// </summary>
internal sealed class UpstreamCircuit
{
    // An agent that asks for a title beside its first turn must not wait for itself.
    private const int MostUnproven = 2;

    private readonly Channel<bool> seats = Channel.CreateBounded<bool>(MostUnproven);
    private readonly TaskCompletionSource proven = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ApiError? refusal;

    public UpstreamCircuit()
    {
        for (var seat = 0; seat < MostUnproven; seat++)
        {
            seats.Writer.TryWrite(true);
        }
    }

    /// <summary>Completes with the provider's first good answer.</summary>
    public Task Proven => proven.Task;

    /// <summary>What every further request gets; null as long as the provider is asked.</summary>
    public ApiError? Refusal => Volatile.Read(ref refusal);

    /// <summary>Waits for the right to ask; dispose what it gives when the answer's beginning is there.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (proven.Task.IsCompleted || Refusal is not null)
        {
            return new Seat(null);
        }

        await seats.Reader.ReadAsync(cancellationToken);
        return new Seat(seats.Writer);
    }

    /// <summary>Takes note of an answer's status.</summary>
    public void Note(HttpStatusCode status, string baseUrl)
    {
        if (status == HttpStatusCode.Unauthorized)
        {
            RefuseAll(new ApiError(StatusCodes.Status401Unauthorized, "upstream_unauthorized", $"The provider at '{baseUrl}' has refused the key (HTTP 401) and is not asked again in this run."));
        }
        else if ((int)status is >= 200 and < 300)
        {
            proven.TrySetResult();
        }
    }

    /// <summary>Ends the asking at an address that has never given a good answer; after one it was the right address.</summary>
    public void Refuse(ApiError wrongAddress)
    {
        if (!proven.Task.IsCompleted)
        {
            RefuseAll(wrongAddress);
        }
    }

    // The first refusal stays.
    private void RefuseAll(ApiError error) => Interlocked.CompareExchange(ref refusal, error, null);

    private sealed class Seat(ChannelWriter<bool>? seats) : IDisposable
    {
        private ChannelWriter<bool>? held = seats;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.TryWrite(true);
    }
}
