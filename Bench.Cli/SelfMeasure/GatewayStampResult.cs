namespace Bench.Cli.SelfMeasure;

/// <summary>How far the gateway's stamps of a model request lie from those that its client takes of the same bytes, on a thread of its own.</summary>
internal sealed record GatewayStampResult
{
    /// <summary>With an idle thread pool.</summary>
    public required GatewayStampErrors Idle { get; init; }

    /// <summary>With <see cref="BlockedThreads"/> blocking work items in the thread pool.</summary>
    public required GatewayStampErrors Blocked { get; init; }

    /// <summary>Work items that blocked the pool.</summary>
    public required int BlockedThreads { get; init; }
}

/// <summary>The errors' distributions, regardless of sign. The way of the bytes over loopback is in them. The targets are p50 ≤ 0.5 and p99 ≤ 5 ms.</summary>
/// <param name="Arrival">Of the request's arrival, against the moment before the client sent it.</param>
/// <param name="FirstToken">Of the first token, against the moment at which the client had it.</param>
/// <param name="ModelTime">Of the time inside the request, against the client's from sending to the last byte.</param>
internal sealed record GatewayStampErrors(StampError Arrival, StampError FirstToken, StampError ModelTime);
