using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Summaries;

/// <summary>Turns counts and samples into the numbers of a summary.</summary>
internal static class Estimates
{
    private const double Median = 0.5;
    private const double Tail = 0.95;

    /// <summary>Milliseconds with three decimals.</summary>
    public static double? Milliseconds(double? value) => value is { } number ? Rounding.Milliseconds(number) : null;

    /// <summary>A share with its intervals.</summary>
    /// <param name="count">What was counted.</param>
    /// <param name="n">Out of how many.</param>
    /// <param name="prompts">Different prompts among these; null for a mixture of lanes, which has no interval.</param>
    public static RateEstimate Rate(int count, int n, int? prompts)
    {
        var value = n == 0 ? (double?)null : (double)count / n;
        var these = prompts is null ? null : Wilson.Of(count, n);
        var like = prompts is { } many && value is { } rate ? Wilson.OfRate(rate, many) : null;
        return new RateEstimate
        {
            Value = value,
            Low = these?.Low,
            High = these?.High,
            LowLikeThese = like?.Low,
            HighLikeThese = like?.High,
            Count = count,
            N = n,
            Prompts = prompts,
        };
    }

    /// <summary>A sum with what is unknown of it.</summary>
    public static TotalSummary Total(in Total total) => new()
    {
        Sum = total.Sum,
        KnownJobs = total.Known,
        AtLeastJobs = total.AtLeast,
        UnknownJobs = total.Unknown,
    };

    /// <summary>A latency without censored jobs.</summary>
    public static LatencySummary Latency(Samples samples) => Latency(samples.Sorted(), []);

    /// <summary>A latency with the limits of censored jobs.</summary>
    public static LatencySummary Latency(LatencySamples samples) => Latency(samples.Exact(), samples.AtLeast.Sorted());

    private static LatencySummary Latency(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast)
    {
        var maxIsAtLeast = !atLeast.IsEmpty && (exact.IsEmpty || atLeast[^1] >= exact[^1]);
        return new LatencySummary
        {
            N = exact.Length + atLeast.Length,
            Censored = atLeast.Length,
            MinMs = exact.IsEmpty ? null : Milliseconds(exact[0]),
            MaxMs = maxIsAtLeast ? Milliseconds(atLeast[^1]) : exact.IsEmpty ? null : Milliseconds(exact[^1]),
            MaxIsAtLeast = maxIsAtLeast,
            P50 = Percentile(exact, atLeast, Median, isBareAllowed: true),
            P95 = Percentile(exact, atLeast, Tail, isBareAllowed: false),
        };
    }

    private static PercentileEstimate Percentile(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast, double q, bool isBareAllowed)
    {
        var interval = CensoredPercentile.IntervalOf(exact, atLeast, q);
        var value = interval is null && !isBareAllowed ? null : CensoredPercentile.Of(exact, atLeast, q);
        return new PercentileEstimate
        {
            ValueMs = Milliseconds(value?.Value),
            IsAtLeast = value is { IsAtLeast: true },
            LowMs = Milliseconds(interval?.Low),
            HighMs = Milliseconds(interval?.High),
            NeededN = QuantileInterval.LeastN(q),
        };
    }
}
