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
    /// <param name="prompts">Different prompts among these; null where there is no interval: for a mixture of lanes, and over jobs that say nothing about theirs.</param>
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

    /// <summary>The same without intervals: of several lanes together, which are a mixture and no sample of anything.</summary>
    public static LatencySummary OfMixture(LatencySummary latency) => latency with
    {
        P50 = latency.P50 with { LowMs = null, HighMs = null },
        P95 = latency.P95 with { LowMs = null, HighMs = null },
    };

    /// <summary>A latency with the limits of censored jobs.</summary>
    public static LatencySummary Latency(LatencySamples samples) => Latency(samples.Exact(), samples.AtLeast.Sorted());

    private static LatencySummary Latency(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast)
    {
        return new LatencySummary
        {
            N = exact.Length + atLeast.Length,
            Censored = atLeast.Length,
            MinMs = exact.IsEmpty || (!atLeast.IsEmpty && atLeast[0] < exact[0]) ? null : Milliseconds(exact[0]),
            MaxMs = Milliseconds(Greatest(exact, atLeast)),

            // Any of the censored ones may have taken longer than all others.
            MaxIsAtLeast = !atLeast.IsEmpty,
            P50 = Percentile(exact, atLeast, Median, isBareAllowed: true),
            P95 = Percentile(exact, atLeast, Tail, isBareAllowed: false),
        };
    }

    private static double? Greatest(ReadOnlySpan<double> exact, ReadOnlySpan<double> atLeast) =>
        exact.IsEmpty ? atLeast.IsEmpty ? null : atLeast[^1] : atLeast.IsEmpty ? exact[^1] : Math.Max(exact[^1], atLeast[^1]);

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
