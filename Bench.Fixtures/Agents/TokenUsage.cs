namespace Bench.Fixtures.Agents;

/// <summary>Tokens of an attempt. Each number is null when nobody reported it.</summary>
public sealed record TokenUsage
{
    /// <summary>Input tokens, cached ones included.</summary>
    public long? Input { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    public long? Output { get; init; }

    /// <summary>Input tokens read from the provider's cache; part of <see cref="Input"/>.</summary>
    public long? Cached { get; init; }

    /// <summary>Output tokens spent on reasoning; part of <see cref="Output"/>.</summary>
    public long? Reasoning { get; init; }

    /// <summary>Null-aware sum: null only where both are null.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => Add(left, right);

    /// <summary>Null-aware sum: null only where both are null.</summary>
    public static TokenUsage Add(TokenUsage left, TokenUsage right) => new()
    {
        Input = Sum(left.Input, right.Input),
        Output = Sum(left.Output, right.Output),
        Cached = Sum(left.Cached, right.Cached),
        Reasoning = Sum(left.Reasoning, right.Reasoning),
    };

    private static long? Sum(long? left, long? right) => left is null && right is null ? null : (left ?? 0) + (right ?? 0);
}
