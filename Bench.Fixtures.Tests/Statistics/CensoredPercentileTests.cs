using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class CensoredPercentileTests
{
    [Fact]
    public void Without_limits_it_is_the_plain_percentile()
    {
        double[] values = [1, 2, 3, 4, 5];

        Assert.Equal(new CensoredValue(4.8, IsAtLeast: false), Round(CensoredPercentile.Of(values, [], 0.95)));
        Assert.Equal(QuantileInterval.Of(Ten, 0.5)!.Value.High, CensoredPercentile.IntervalOf(Ten, [], 0.5)!.Value.High);
    }

    [Fact]
    public void A_percentile_below_all_limits_is_a_number()
    {
        // Eight jobs of ten ended within the limit of 300: the median lies among them, whatever the other two would have taken.
        double[] exact = [10, 20, 30, 40, 50, 60, 70, 80];

        Assert.Equal(new CensoredValue(55, IsAtLeast: false), CensoredPercentile.Of(exact, [300, 300], 0.5));
    }

    [Fact]
    public void A_percentile_among_the_limits_is_a_lower_bound()
    {
        double[] exact = [10, 20, 30, 40, 50, 60, 70, 80];

        Assert.Equal(new CensoredValue(300, IsAtLeast: true), CensoredPercentile.Of(exact, [300, 300], 0.95));
        Assert.Equal(new CensoredValue(300, IsAtLeast: true), CensoredPercentile.Of([], [300], 0.5));
    }

    [Fact]
    public void A_percentile_between_a_number_and_a_limit_is_a_lower_bound()
    {
        Assert.Equal(new CensoredValue(200, IsAtLeast: true), CensoredPercentile.Of([100], [300], 0.5));
        Assert.Equal(new CensoredValue(100, IsAtLeast: false), CensoredPercentile.Of([100], [300], 0));
    }

    [Fact]
    public void A_low_limit_makes_everything_above_it_a_lower_bound()
    {
        // A job was stopped after 15: it may have been the slowest of all.
        Assert.Equal(new CensoredValue(20, IsAtLeast: true), CensoredPercentile.Of([10, 20, 30, 40], [15], 0.5));
        Assert.Equal(new CensoredValue(10, IsAtLeast: false), CensoredPercentile.Of([10, 20, 30, 40], [15], 0));
    }

    [Fact]
    public void A_value_equal_to_a_limit_goes_before_it() =>
        Assert.Equal(new CensoredValue(300, IsAtLeast: false), CensoredPercentile.Of([100, 300], [300], 0.5));

    [Fact]
    public void No_values_have_no_percentile()
    {
        Assert.Null(CensoredPercentile.Of([], [], 0.5));
        Assert.Null(CensoredPercentile.IntervalOf([1, 2, 3], [4, 5], 0.5));
    }

    [Fact]
    public void An_interval_that_reaches_the_limits_has_no_upper_end()
    {
        Assert.Equal(new CensoredInterval(20, 90), CensoredPercentile.IntervalOf(Ten, [], 0.5));
        Assert.Equal(new CensoredInterval(20, null), CensoredPercentile.IntervalOf(Ten.AsSpan(0, 7), [300, 300, 300], 0.5));
        Assert.Equal(new CensoredInterval(20, 90), CensoredPercentile.IntervalOf(Ten.AsSpan(0, 9), [300], 0.5));
    }

    [Fact]
    public void It_is_never_above_the_truth_and_equal_to_it_where_it_claims_to_be()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var jobs = Enumerable.Range(0, random.Next(1, 30)).Select(_ => (Truth: (double)random.Next(1, 40), Limit: (double)random.Next(5, 60))).ToArray();
            double[] truth = [.. jobs.Select(j => j.Truth).Order()];
            double[] exact = [.. jobs.Where(j => j.Truth <= j.Limit).Select(j => j.Truth).Order()];
            double[] atLeast = [.. jobs.Where(j => j.Truth > j.Limit).Select(j => j.Limit).Order()];
            foreach (var p in new[] { 0, 0.1, 0.5, 0.9, 0.95, 1 })
            {
                var expected = Percentiles.Interpolate(truth, p)!.Value;

                var actual = CensoredPercentile.Of(exact, atLeast, p)!.Value;

                Assert.True(actual.Value <= expected + 1e-9, $"seed {seed}, p {p}");
                Assert.True(actual.IsAtLeast || Math.Abs(actual.Value - expected) < 1e-9, $"seed {seed}, p {p}");
            }
        }
    }

    private static readonly double[] Ten = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

    private static CensoredValue? Round(CensoredValue? value) => value is { } v ? v with { Value = Math.Round(v.Value, 9) } : null;
}
