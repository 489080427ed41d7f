using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class EdgesTests
{
    public static TheoryData<double> NoNumbers => [double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    [Theory]
    [MemberData(nameof(NoNumbers))]
    public void What_is_no_number_gets_no_result(double value)
    {
        Action[] calls =
        [
            () => StudentMean.Of([1, value, 2]),
            () => ClusteredMean.Of([("a", 1.0), ("b", value)]),
            () => LogRatio.Of([1, Math.Abs(value)], [1, 2]),
            () => RatioOfSums.Of([1, value], [1, 2]),
            () => RatioOfSums.Of([1, 2], [1, value]),
            () => RatioOfSums.Difference([1, 2], [1, 2], [1, value], [1, 2]),
            () => Percentiles.Interpolate([value], 0.5),
            () => Percentiles.Interpolate([1, value], 0),
            () => CensoredPercentile.Of([1], [value], 0.5),
            () => CensoredPercentile.Of([value], [2], 0.5),
            () => CensoredPercentile.IntervalOf([1, 2, 3, 4, 5, value], [], 0.5),
            () => QuantileInterval.Of([value, 1, 2, 3, 4, 5], 0.5),
            () => SampleSize.ToSettle(value, 0.1),
            () => SampleSize.ToSettle(0.2, value),
            () => SampleSize.LeastGap(value, 5),
            () => SampleSize.Variance(value, 0.5),
            () => SampleSize.Variance(0.5, value),
            () => SampleSize.Variance(0.5, 0.5, value),
            () => Holm.Adjust(0.1, value),
            () => Wilson.OfRate(value, 5),
            () => ZeroFailures.ChanceToPass(value, 5),
            () => ZeroFailures.ChanceOfRun(value, 1, 2),
            () => TrialDrift.Of([("a", 1, 1.0), ("a", 2, value), ("b", 1, 1.0), ("b", 2, 1.0)]),
            () => Wilson.Of(1, 2, value),
            () => QuantileInterval.LeastN(value),
            () => QuantileInterval.LeastNOneSided(value),
            () => Percentiles.Interpolate([1], value),
            () => Confidence.Normal(value),
            () => Confidence.Student(value, 3),
        ];

        Assert.All(calls, call => Assert.ThrowsAny<ArgumentException>(call));
    }

    [Fact]
    public void A_number_whose_square_is_none_gets_no_result_either()
    {
        Assert.Throws<ArgumentException>(() => StudentMean.Of([double.MaxValue, 1]));
        Assert.Throws<ArgumentException>(() => Percentiles.Interpolate([double.MinValue, double.MaxValue], 0.5));
    }

    [Fact]
    public void Counts_below_nothing_are_refused()
    {
        Action[] calls =
        [
            () => _ = new PairedCounts(-1, 0, 0, 0),
            () => _ = new PairedCounts(0, -1, 0, 0),
            () => _ = new PairedCounts(0, 0, -1, 0),
            () => _ = new PairedCounts(1, 1, 1, 1) with { Neither = -1 },
            () => _ = new PairedCounts(int.MaxValue, 1, 0, 0),
            () => McNemar.MidP(-1, 3),
            () => McNemar.MidP(int.MaxValue, 3),
            () => McNemar.ExactP(3, -1),
            () => Wilson.Of(-1, 2),
            () => Wilson.Of(0, -2),
            () => Wilson.OfRate(0.5, -1),
            () => QuantileInterval.Ranks(-1, 0.5),
            () => SampleSize.LeastGap(1, -1),
            () => ZeroFailures.UpperBound(-1),
            () => ZeroFailures.ChanceToPass(0.1, -1),
            () => ZeroFailures.ChanceOfRun(0.5, 1, -1),
            () => ZeroFailures.UpperBoundOfRun(-1, 2, 2),
            () => ZeroFailures.UpperBoundOfRun(1, 0, 2),
            () => ZeroFailures.UpperBoundOfRun(1, 3, 2),
            () => RatioOfSums.Of([1, 2], [3, -1]),
            () => PassAtK.Any(-1, 0, 1),
            () => PassAtK.All(2, -1, 1),
            () => Confidence.Student(0.95, 0),
        ];

        Assert.All(calls, call => Assert.ThrowsAny<ArgumentException>(call));
    }

    [Fact]
    public void Values_out_of_order_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Percentiles.Interpolate([2, 1], 0.5));
        Assert.Throws<ArgumentException>(() => CensoredPercentile.Of([1, 2], [4, 3], 0.5));
        Assert.Throws<ArgumentException>(() => QuantileInterval.Of([1, 2, 3, 4, 5, 6, 5], 0.5));
    }

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(4, 0.875)]
    [InlineData(11, 0.9990234375)]
    [InlineData(20, 0.99999809265136719)]
    public void The_median_of_as_many_values_as_a_level_needs_lies_between_the_least_and_the_greatest(int n, double level)
    {
        double[] values = [.. Enumerable.Range(1, n).Select(i => (double)i)];

        Assert.Equal((1, n), QuantileInterval.Ranks(n, 0.5, level));
        Assert.Equal(new Interval(1, n), QuantileInterval.Of(values, 0.5, level));
        Assert.Null(QuantileInterval.Ranks(QuantileInterval.LeastN(0.5, level) - 1, 0.5, level));
    }

    [Fact]
    public void Ranks_always_stand_on_a_value()
    {
        double[] levels = [1e-9, 0.01, 0.25, 0.5, 0.75, 0.875, 0.9, 0.9375, 0.95, 0.99, 0.999, 0.999999];
        double[] quantiles = [0.001, 0.05, 0.125, 0.25, 1 / 3.0, 0.5, 0.75, 0.9, 0.95, 0.999];
        foreach (var (level, q) in levels.SelectMany(level => quantiles.Select(q => (level, q))))
        {
            var least = QuantileInterval.LeastN(q, level);
            for (var n = 0; n <= 60; n++)
            {
                var ranks = QuantileInterval.Ranks(n, q, level);

                Assert.Equal(n >= least, ranks is not null);
                Assert.True(ranks is not var (lower, upper) || (lower >= 1 && lower <= upper && upper <= n), $"n {n}, q {q}, level {level}: {ranks}");
            }
        }
    }

    [Fact]
    public void A_gap_as_small_as_numbers_get_is_never_settled() => Assert.Equal(int.MaxValue, SampleSize.ToSettle(0.25, double.Epsilon));
}
