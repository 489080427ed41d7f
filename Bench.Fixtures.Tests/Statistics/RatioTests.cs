using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class RatioTests
{
    [Fact]
    public void With_equal_spending_the_ratio_is_a_mean()
    {
        double[] achieved = [1, 0, 1, 1, 0, 1, 0];
        double[] spent = [4, 4, 4, 4, 4, 4, 4];

        var ratio = RatioOfSums.Of(achieved, spent)!.Value;

        var mean = StudentMean.Of([.. achieved.Select(a => a / 4)])!.Value;
        Assert.Equal(mean.Value, ratio.Value, 12);
        Assert.Equal(mean.Interval!.Value.Low, ratio.Interval!.Value.Low, 12);
        Assert.Equal(mean.Interval!.Value.High, ratio.Interval!.Value.High, 12);
    }

    [Fact]
    public void The_ratio_follows_the_formula()
    {
        // R = 6/12; e = (0, 0.5, -0.5); s(e) = 0.5; SE = 0.5/(√3·4); t(2) = 4.302653.
        var ratio = RatioOfSums.Of([2, 3, 1], [4, 5, 3])!.Value;

        Assert.Equal(0.5, ratio.Value, 12);
        Assert.Equal(0.5 - 4.302653 * 0.5 / (Math.Sqrt(3) * 4), ratio.Interval!.Value.Low, 6);
        Assert.Equal(0.5 + 4.302653 * 0.5 / (Math.Sqrt(3) * 4), ratio.Interval!.Value.High, 6);
    }

    [Theory]
    [InlineData(5, 0.942)]
    [InlineData(10, 0.936)]
    [InlineData(20, 0.944)]
    public void It_covers_the_true_ratio_as_often_as_published(int n, double published)
    {
        // Achieved: 0 or 1 with chance 0.7; spent: log-normal with sigma 0.8. 4000 rounds: ±0.8 percentage points.
        var random = new Random(11);
        var truth = 0.7 / Math.Exp(0.8 * 0.8 / 2);
        var covered = 0;
        const int rounds = 4000;
        for (var i = 0; i < rounds; i++)
        {
            double[] achieved = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() < 0.7 ? 1.0 : 0.0)];
            double[] spent = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(0.8 * Normal(random)))];
            covered += RatioOfSums.Of(achieved, spent)!.Value.Interval!.Value.Contains(truth) ? 1 : 0;
        }

        Assert.InRange((double)covered / rounds, published - 0.02, published + 0.02);
    }

    [Fact]
    public void The_difference_of_a_lane_to_itself_is_exactly_nothing()
    {
        double[] achieved = [1, 0, 1, 1];
        double[] spent = [3, 8, 2, 5];

        Assert.Equal(new Estimate(0, new Interval(0, 0), 4), RatioOfSums.Difference(achieved, spent, achieved, spent));
    }

    [Fact]
    public void Pairing_takes_out_what_the_tasks_have_in_common()
    {
        // The second lane spends a tenth more on each task, hard or easy.
        double[] achieved = [1, 1, 0, 1, 1, 0, 1, 1];
        double[] spent = [1, 9, 4, 2, 16, 7, 3, 5];
        double[] more = [.. spent.Select(s => s * 1.1)];

        var paired = RatioOfSums.Difference(achieved, spent, achieved, more)!.Value;

        var alone = RatioOfSums.Of(achieved, spent)!.Value;
        Assert.Equal(alone.Value - alone.Value / 1.1, paired.Value, 12);
        Assert.True(Width(paired) < Width(alone) / 5);
    }

    [Fact]
    public void A_ratio_at_its_ends()
    {
        Assert.Null(RatioOfSums.Of([], []));
        Assert.Null(RatioOfSums.Of([1, 2], [0, 0]));
        Assert.Equal(new Estimate(0.5, null, 1), RatioOfSums.Of([1], [2]));
        Assert.Equal(2, RatioOfSums.Of([1, 2], [2, 4])!.Value.N);
        Assert.Throws<ArgumentException>(() => RatioOfSums.Of([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => RatioOfSums.Difference([1], [1], [1, 2], [1, 2]));
        Assert.Null(RatioOfSums.Difference([1], [1], [1], [0]));
    }

    private static double Width(Estimate estimate) => estimate.Interval!.Value.High - estimate.Interval.Value.Low;

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
