using System.Globalization;
using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Summaries;

/// <summary>Spells the numbers of a summary for people; no more digits than the numbers support.</summary>
internal static class SummaryNumbers
{
    /// <summary>Stands for a number that does not exist.</summary>
    public const string None = "-";

    /// <summary>Stands for a number that nobody measured. Never 0.</summary>
    public const string Unknown = "unknown";

    /// <summary>Whole milliseconds, as the original's tables print them.</summary>
    public static string Milliseconds(double? value) => value is { } number ? Rounding.To(number, 0).ToString("F0", CultureInfo.InvariantCulture) : None;

    /// <summary>Milliseconds of a lane; with one decimal below 10, where whole ones would hide most of the number.</summary>
    public static string LaneMilliseconds(double? value) => value is { } number
        ? Rounding.To(number, Math.Abs(number) < 10 ? 1 : 0).ToString("0.#", CultureInfo.InvariantCulture)
        : None;

    /// <summary>A share as a percentage with one decimal, more where that would make 0 or 100 of something else.</summary>
    public static string Percent(double? share) => share is { } number ? Percentage.Of(number, 1, isPadded: true) + "%" : None;

    /// <summary>A count.</summary>
    public static string Count(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>e.g. <c>85.0% [64.0%, 94.8%] 17/20</c>, the interval on these prompts; without it for several lanes together; <c>unknown</c> of 0.</summary>
    public static string Rate(RateEstimate rate) => rate.Value is null
        ? Unknown
        : string.Create(CultureInfo.InvariantCulture, $"{Percent(rate.Value)}{(rate.Low is null ? "" : $" [{Percent(rate.Low)}, {Percent(rate.High)}]")} {rate.Count}/{rate.N}");

    /// <summary>e.g. <c>[37.6%, 96.4%] n=5</c>: the interval on prompts like these, with the number of prompts.</summary>
    public static string LikeThese(RateEstimate rate) => rate.LowLikeThese is null
        ? None
        : string.Create(CultureInfo.InvariantCulture, $"[{Percent(rate.LowLikeThese)}, {Percent(rate.HighLikeThese)}] n={rate.Prompts}");

    /// <summary>e.g. <c>21384 [10238, 42854]</c> or <c>21384 (n too small)</c>, where n stands in a column of its own.</summary>
    public static string Median(LatencySummary latency) => latency.P50.ValueMs is null
        ? None
        : Value(latency.P50) + (IsTooSmall(latency.P50, latency.N) ? " (n too small)" : Interval(latency.P50));

    /// <summary>e.g. <c>21384 [10238, 42854] n=20</c> or <c>21384 (n=5 &lt; 6)</c>.</summary>
    public static string MedianWithN(LatencySummary latency) => latency.P50.ValueMs is not null && IsTooSmall(latency.P50, latency.N)
        ? string.Create(CultureInfo.InvariantCulture, $"{Value(latency.P50)} (n={latency.N} < {latency.P50.NeededN})")
        : Median(latency) + N(latency.P50, latency.N);

    /// <summary>A median of the original's, e.g. <c>1204 (n=20)</c> or <c>1204 (n=5 &lt; 6)</c>.</summary>
    public static string Median(double? milliseconds, int n) => milliseconds is null
        ? None
        : string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(milliseconds)} (n={n}{(n < QuantileInterval.LeastN(0.5) ? $" < {QuantileInterval.LeastN(0.5)}" : "")})");

    /// <summary>A mean of the original's, e.g. <c>140 (n=20)</c>.</summary>
    public static string Mean(double? milliseconds, int n) => milliseconds is null ? None : string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(milliseconds)} (n={n})");

    /// <summary>e.g. <c>40112 [38002, 47033]</c> or <c>max 47033 (n=20 &lt; 72)</c>.</summary>
    public static string Tail(LatencySummary latency) => latency.MaxMs is null
        ? None
        : IsTooSmall(latency.P95, latency.N)
            ? string.Create(CultureInfo.InvariantCulture, $"max {AtLeast(latency.MaxIsAtLeast)}{LaneMilliseconds(latency.MaxMs)} (n={latency.N} < {latency.P95.NeededN})")
            : Value(latency.P95) + Interval(latency.P95);

    /// <summary>e.g. <c>40112 [38002, 47033] n=90</c> or <c>max 47033 (n=20 &lt; 72)</c>.</summary>
    public static string TailWithN(LatencySummary latency) => Tail(latency) + N(latency.P95, latency.N);

    /// <summary>e.g. <c>12000</c>, <c>≥ 12000 (3 of 20 jobs unknown)</c>, <c>≥ 12000 (2 of 20 jobs partly unknown)</c>, <c>unknown</c>.</summary>
    public static string Total(TotalSummary total)
    {
        if (total.Sum is not { } sum)
        {
            return total.Jobs == 0 ? None : Unknown;
        }

        string[] why =
        [
            .. total.UnknownJobs == 0 ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{total.UnknownJobs} of {total.Jobs} jobs unknown") },
            .. total.AtLeastJobs == 0 ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{total.AtLeastJobs} of {total.Jobs} jobs partly unknown") },
        ];
        return (total.IsAtLeast ? "≥ " : "") + sum.ToString(CultureInfo.InvariantCulture) + (why.Length == 0 ? "" : $" ({string.Join(", ", why)})");
    }

    private static string N(PercentileEstimate estimate, int n) => IsTooSmall(estimate, n) ? "" : string.Create(CultureInfo.InvariantCulture, $" n={n}");

    private static bool IsTooSmall(PercentileEstimate estimate, int n) => n < estimate.NeededN;

    private static string AtLeast(bool isAtLeast) => isAtLeast ? "≥ " : "";

    private static string Value(PercentileEstimate estimate) => AtLeast(estimate.IsAtLeast) + LaneMilliseconds(estimate.ValueMs);

    // Several lanes together have none.
    private static string Interval(PercentileEstimate estimate) => estimate.LowMs is null
        ? ""
        : $" [{LaneMilliseconds(estimate.LowMs)}, {(estimate.HighMs is null ? "∞" : LaneMilliseconds(estimate.HighMs))}]";
}
