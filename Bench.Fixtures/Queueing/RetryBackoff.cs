namespace Bench.Fixtures.Queueing;

/// <summary>How long to wait before a further attempt: 1 s, 2 s, 4 s, … up to 30 s, times 0.5 to 1.5 drawn from the run's seed, job and attempt; a Retry-After up to <see cref="LongestAsked"/> is a lower bound.</summary>
public static class RetryBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The longest Retry-After that is waited for: a run must not stand still because a provider says "come back tomorrow": its jobs end.</summary>
    public static TimeSpan LongestAsked { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The wait before attempt <paramref name="nextAttempt"/>.</summary>
    /// <param name="nextAttempt">The attempt to come; 1 is the first retry.</param>
    /// <param name="jobId">The job; with the seed it fixes the jitter.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="retryAfter">What the provider asked for; null when it did not.</param>
    public static TimeSpan Before(int nextAttempt, string jobId, int seed, TimeSpan? retryAfter)
    {
        var doubled = First * Math.Pow(2, Math.Min(nextAttempt - 1, 10));
        var wait = (doubled < Longest ? doubled : Longest) * (0.5 + Fraction(jobId, nextAttempt, seed));
        return retryAfter is { } asked && asked > wait && asked <= LongestAsked ? asked : wait;
    }

    // FNV-1a: the same on every machine and version, unlike string.GetHashCode.
    private static double Fraction(string jobId, int attempt, int seed)
    {
        var hash = 14695981039346656037UL;
        foreach (var part in string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{seed}:{jobId}:{attempt}"))
        {
            hash = (hash ^ part) * 1099511628211UL;
        }

        return (hash >> 11) / (double)(1UL << 53);
    }
}
