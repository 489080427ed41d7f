using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class ComparisonTests
{
    // Fagerland, Lydersen, Laake 2013, table 1 (Bentur et al.): 1 against 7.
    [Fact]
    public void McNemar_gives_the_published_values_of_the_airway_study()
    {
        Assert.Equal(0.0391, McNemar.MidP(1, 7), 4);
        Assert.Equal(0.0703, McNemar.ExactP(1, 7), 4);
        Assert.Equal(McNemar.MidP(1, 7), McNemar.MidP(7, 1));
    }

    [Theory]
    [InlineData(6, 0, 0.031, 0.016)]
    [InlineData(5, 0, 0.0625, 0.031)]
    [InlineData(8, 1, 0.039, 0.021)]
    [InlineData(9, 2, 0.065, 0.039)]
    public void The_least_decisive_results_are_the_known_ones(int first, int second, double exact, double midP)
    {
        Assert.Equal(exact, McNemar.ExactP(first, second), 3);
        Assert.Equal(midP, McNemar.MidP(first, second), 3);
    }

    [Fact]
    public void Equal_lanes_are_not_told_apart()
    {
        Assert.Equal(1, McNemar.MidP(0, 0));
        Assert.Equal(0.5, McNemar.MidP(0, 1), 12);
        Assert.Equal(0.75, McNemar.MidP(1, 1), 12);
        Assert.Equal(1, McNemar.ExactP(1, 1), 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemar.MidP(-1, 2));
    }

    // Newcombe 1998 (paired proportions), table III, method 10; the last: the airway study, Fagerland et al.
    [Theory]
    [InlineData(36, 12, 2, 0, 0.0569, 0.3404)]
    [InlineData(18, 12, 2, 18, 0.0562, 0.3290)]
    [InlineData(53, 0, 0, 1, -0.0729, 0.0729)]
    [InlineData(0, 30, 0, 0, 0.8395, 1)]
    [InlineData(1, 1, 7, 12, -0.5069, -0.0256)]
    public void Newcombe_gives_the_published_intervals(int both, int onlyFirst, int onlySecond, int neither, double low, double high)
    {
        var counts = new PairedCounts(both, onlyFirst, onlySecond, neither);

        var estimate = PairedDifference.Of(counts)!.Value;

        Assert.Equal((double)(onlyFirst - onlySecond) / counts.N, estimate.Value, 12);
        Assert.Equal(low, estimate.Interval!.Value.Low, 4);
        Assert.Equal(high, estimate.Interval!.Value.High, 4);
    }

    [Fact]
    public void Newcombe_at_its_ends()
    {
        Assert.Null(PairedDifference.Of(default));
        Assert.Equal(0, PairedDifference.Of(new PairedCounts(1, 0, 0, 0))!.Value.Value);
        Assert.Equal(1, PairedDifference.Of(new PairedCounts(0, 2, 0, 0))!.Value.Interval!.Value.High);
        Assert.True(PairedDifference.Of(new PairedCounts(2, 0, 0, 0))!.Value.Interval!.Value.Contains(0));
    }

    [Fact]
    public void Newcombe_is_a_mirror_image_when_the_lanes_are_exchanged()
    {
        var there = PairedDifference.Of(new PairedCounts(11, 7, 2, 5))!.Value;
        var back = PairedDifference.Of(new PairedCounts(11, 2, 7, 5))!.Value;

        Assert.Equal(-there.Value, back.Value, 12);
        Assert.Equal(-there.Interval!.Value.High, back.Interval!.Value.Low, 12);
        Assert.Equal(-there.Interval!.Value.Low, back.Interval!.Value.High, 12);
    }

    [Fact]
    public void Holm_adjusts_like_its_published_example()
    {
        // Wikipedia's and R's example: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Adjust(0.01, 0.04, 0.03, 0.005), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([1, 1], Holm.Adjust(0.9, 0.8));
        Assert.Equal([0.04], Holm.Adjust(0.04));
        Assert.Empty(Holm.Adjust());
        Assert.Throws<ArgumentOutOfRangeException>(() => Holm.Adjust(0.5, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Holm.Adjust(double.NaN));
    }

    [Theory]
    [InlineData(0.20, 83, 42)]
    [InlineData(0.10, 330, 165)]
    [InlineData(0.05, 1319, 660)]
    [InlineData(0.03, 3663, 1832)]
    public void The_number_that_settles_a_gap_is_the_published_one(double gap, int separate, int paired)
    {
        Assert.Equal(separate, SampleSize.ToSettle(SampleSize.Variance(0.7, 0.7), gap));
        Assert.Equal(paired, SampleSize.ToSettle(SampleSize.Variance(0.7, 0.7, correlation: 0.5), -gap));
    }

    [Fact]
    public void Twenty_runs_per_lane_find_great_gaps_only()
    {
        Assert.Equal(0.41, SampleSize.LeastGap(SampleSize.Variance(0.7, 0.7), 20)!.Value, 2);
        Assert.Equal(0.29, SampleSize.LeastGap(SampleSize.Variance(0.7, 0.7, 0.5), 20)!.Value, 2);
    }

    [Fact]
    public void Sample_size_at_its_ends()
    {
        Assert.Null(SampleSize.ToSettle(0.4, 0));
        Assert.Null(SampleSize.LeastGap(0.4, 0));
        Assert.Equal(1, SampleSize.ToSettle(0, 0.1));
        Assert.Equal(int.MaxValue, SampleSize.ToSettle(1, 1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.ToSettle(1, 1, power: 80));
    }

    [Fact]
    public void The_variance_of_paired_outcomes_is_that_of_their_differences()
    {
        var counts = new PairedCounts(Both: 10, OnlyFirst: 6, OnlySecond: 2, Neither: 2);
        double[] differences = [.. Enumerable.Repeat(1.0, 6), .. Enumerable.Repeat(-1.0, 2), .. Enumerable.Repeat(0.0, 12)];
        var mean = differences.Average();

        Assert.Equal(differences.Average(d => (d - mean) * (d - mean)), counts.VarianceOfDifference!.Value, 12);
        Assert.Equal(mean, counts.Difference!.Value, 12);
        Assert.Null(default(PairedCounts).VarianceOfDifference);
    }
}
