using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class QuantileIntervalTests
{
    [Theory]
    [InlineData(0.5, 6, 5)]
    [InlineData(0.9, 36, 29)]
    [InlineData(0.95, 72, 59)]
    [InlineData(0.99, 368, 299)]
    public void The_least_number_of_values_is_the_published_one(double q, int twoSided, int oneSided)
    {
        Assert.Equal(twoSided, QuantileInterval.LeastN(q));
        Assert.Equal(oneSided, QuantileInterval.LeastNOneSided(q));
        Assert.Null(QuantileInterval.Ranks(twoSided - 1, q));
        Assert.NotNull(QuantileInterval.Ranks(twoSided, q));
    }

    [Fact]
    public void A_low_quantile_needs_as_many_values_as_its_mirror_image() => Assert.Equal(72, QuantileInterval.LeastN(0.05));

    [Theory]
    [InlineData(20, 0.5, 6, 15)]
    [InlineData(100, 0.95, 90, 100)]
    [InlineData(6, 0.5, 1, 6)]
    [InlineData(72, 0.95, 64, 72)]
    public void Ranks_are_the_published_ones(int n, double q, int lower, int upper) => Assert.Equal((lower, upper), QuantileInterval.Ranks(n, q));

    [Fact]
    public void The_interval_stands_on_the_values_at_the_ranks()
    {
        double[] values = [.. Enumerable.Range(1, 20).Select(i => i * 10.0)];

        Assert.Equal(new Interval(60, 150), QuantileInterval.Of(values, 0.5));
        Assert.Null(QuantileInterval.Of(values, 0.95));
        Assert.Null(QuantileInterval.Of([], 0.5));
    }

    [Fact]
    public void A_million_values_have_ranks_near_those_of_the_normal_distribution()
    {
        // n·q ± 1.96·√(n·q·(1 − q))
        var (lower, upper) = QuantileInterval.Ranks(1_000_000, 0.95)!.Value;

        Assert.InRange(lower, 949_570, 949_576);
        Assert.InRange(upper, 950_425, 950_431);
    }

    [Theory]
    [InlineData(10, 0.5)]
    [InlineData(80, 0.95)]
    [InlineData(1000, 0.9)]
    public void The_interval_covers_the_true_quantile_as_often_as_it_says(int n, double q)
    {
        var random = new Random(3);
        var covered = 0;
        const int rounds = 2000;
        for (var i = 0; i < rounds; i++)
        {
            var sample = Enumerable.Range(0, n).Select(_ => random.NextDouble()).Order().ToArray();
            covered += QuantileInterval.Of(sample, q)!.Value.Contains(q) ? 1 : 0;
        }

        Assert.InRange((double)covered / rounds, 0.94, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_least_and_the_greatest_value_have_no_interval(double q) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantileInterval.LeastN(q));
}
