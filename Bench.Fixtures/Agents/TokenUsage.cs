namespace Bench.Fixtures.Agents;

/// <summary>The numbers of a <see cref="TokenUsage"/>.</summary>
[Flags]
public enum TokenCounts
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><see cref="TokenUsage.Input"/>.</summary>
    Input = 1,

    /// <summary><see cref="TokenUsage.Output"/>.</summary>
    Output = 2,

    /// <summary><see cref="TokenUsage.Cached"/>.</summary>
    Cached = 4,

    /// <summary><see cref="TokenUsage.Reasoning"/>.</summary>
    Reasoning = 8,
}

/// <summary>Tokens of an attempt. Each number is null when nobody reported it; a negative one, which cannot be, is none.</summary>
public sealed record TokenUsage
{
    /// <summary>Nothing was used, and that is known.</summary>
    public static readonly TokenUsage None = new() { Input = 0, Output = 0, Cached = 0, Reasoning = 0 };

    /// <summary>Input tokens, cached ones included.</summary>
    public long? Input
    {
        get;
        init => field = Known(value);
    }

    /// <summary>Output tokens, reasoning included.</summary>
    public long? Output
    {
        get;
        init => field = Known(value);
    }

    /// <summary>Input tokens read from the provider's cache; part of <see cref="Input"/>.</summary>
    public long? Cached
    {
        get;
        init => field = Known(value);
    }

    /// <summary>Output tokens spent on reasoning; part of <see cref="Output"/>.</summary>
    public long? Reasoning
    {
        get;
        init => field = Known(value);
    }

    /// <summary>The numbers that are lower bounds, since a part of them is unknown.</summary>
    public TokenCounts AtLeast { get; init; }

    /// <summary>Sum, number by number: null where all parts are unknown, or there are none; a lower bound where some are, or one is.</summary>
    public static TokenUsage SumOf(IEnumerable<TokenUsage> parts)
    {
        TokenUsage[] all = [.. parts];
        var (input, output) = (Sum(all, TokenCounts.Input, p => p.Input), Sum(all, TokenCounts.Output, p => p.Output));
        var (cached, reasoning) = (Sum(all, TokenCounts.Cached, p => p.Cached), Sum(all, TokenCounts.Reasoning, p => p.Reasoning));
        return new TokenUsage
        {
            Input = input.Sum,
            Output = output.Sum,
            Cached = cached.Sum,
            Reasoning = reasoning.Sum,
            AtLeast = input.AtLeast | output.AtLeast | cached.AtLeast | reasoning.AtLeast,
        };
    }

    /// <summary>This, with the numbers that are unknown here from another report of the same tokens.</summary>
    public TokenUsage Or(TokenUsage other)
    {
        var known = (Input is null ? 0 : TokenCounts.Input) | (Output is null ? 0 : TokenCounts.Output)
            | (Cached is null ? 0 : TokenCounts.Cached) | (Reasoning is null ? 0 : TokenCounts.Reasoning);
        return new TokenUsage
        {
            Input = Input ?? other.Input,
            Output = Output ?? other.Output,
            Cached = Cached ?? other.Cached,
            Reasoning = Reasoning ?? other.Reasoning,
            AtLeast = (AtLeast & known) | (other.AtLeast & ~known),
        };
    }

    /// <summary>The number; null when it is negative.</summary>
    internal static long? Known(long? number) => number < 0 ? null : number;

    private static (long? Sum, TokenCounts AtLeast) Sum(TokenUsage[] parts, TokenCounts which, Func<TokenUsage, long?> number)
    {
        if (!Array.Exists(parts, p => number(p) is not null))
        {
            return (null, TokenCounts.None);
        }

        var isAtLeast = Array.Exists(parts, p => number(p) is null || p.AtLeast.HasFlag(which));
        return (parts.Sum(p => number(p) ?? 0), isAtLeast ? which : TokenCounts.None);
    }
}
