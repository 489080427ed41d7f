namespace Bench.Fixtures.Gateway;

/// <summary>The book entry of one model request while it is open; closed once, unchanged from then on.</summary>
internal sealed class RequestEntry(GatewayRequest request, DateTimeOffset startedAt)
{
    private readonly Lock gate = new();
    private GatewayRequest current = request;

    /// <summary>Wall clock of the arrival, for people.</summary>
    public DateTimeOffset StartedAt { get; } = startedAt;

    public GatewayRequest Snapshot
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    public void Change(Func<GatewayRequest, GatewayRequest> change)
    {
        lock (gate)
        {
            if (current.EndTimestamp is null)
            {
                current = change(current);
            }
        }
    }

    /// <summary>Ends it; an error that is known already stays.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool Close(long timestamp, string? error)
    {
        lock (gate)
        {
            if (current.EndTimestamp is not null)
            {
                return false;
            }

            current = current with { EndTimestamp = timestamp, Error = current.Error ?? error };
            return true;
        }
    }
}
