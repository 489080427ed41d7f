using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class MeanTests
{
    // Student 1908: extra hours of sleep under two drugs; R's t.test(extra ~ group, paired = TRUE): -1.58, -2.4598858 to -0.7001142.
    private static readonly double[] First = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    private static readonly double[] Second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    [Fact]
    public void The_mean_of_paired_differences_is_Students()
    {
        var mean = StudentMean.Of([.. First.Zip(Second, (a, b) => a - b)])!.Value;

        Assert.Equal(-1.58, mean.Value, 10);
        Assert.Equal(-2.4598858, mean.Interval!.Value.Low, 6);
        Assert.Equal(-0.7001142, mean.Interval!.Value.High, 6);
        Assert.Equal(10, mean.N);
    }

    [Fact]
    public void A_mean_at_its_ends()
    {
        Assert.Null(StudentMean.Of([]));
        Assert.Equal(new Estimate(3, null, 1), StudentMean.Of([3]));
        Assert.Equal(new Estimate(3, new Interval(3, 3), 4), StudentMean.Of([3, 3, 3, 3]));

        // t(1) = 12.706: two values say little.
        var two = StudentMean.Of([0, 2])!.Value.Interval!.Value;
        Assert.Equal(1 - 12.7062, two.Low, 3);
    }

    [Fact]
    public void Great_numbers_lose_no_digits()
    {
        var mean = StudentMean.Of([1e15 + 1, 1e15 + 2, 1e15 + 3])!.Value;

        Assert.Equal(1e15 + 2, mean.Value);
        Assert.Equal(4.3027 / Math.Sqrt(3), (mean.Interval!.Value.High - mean.Value), 0);
    }

    [Fact]
    public void One_outlier_widens_the_interval()
    {
        var calm = StudentMean.Of([1, 2, 3, 4, 5])!.Value.Interval!.Value;
        var wild = StudentMean.Of([1, 2, 3, 4, 500])!.Value.Interval!.Value;

        Assert.True(wild.High - wild.Low > 50 * (calm.High - calm.Low));
    }

    [Fact]
    public void Log_ratios_are_Students_mean_of_logarithms()
    {
        double[] a = [.. First.Select(Math.Exp)];
        double[] b = [.. Second.Select(Math.Exp)];

        var ratio = LogRatio.Of(a, b)!.Value;

        Assert.Equal(Math.Exp(-1.58), ratio.Value, 10);
        Assert.Equal(Math.Exp(-2.4598858), ratio.Interval!.Value.Low, 6);
        Assert.Equal(Math.Exp(-0.7001142), ratio.Interval!.Value.High, 6);
    }

    [Fact]
    public void Log_ratios_at_their_ends()
    {
        Assert.Null(LogRatio.Of([], []));
        Assert.Equal(1.5, LogRatio.Of([3], [2])!.Value.Value, 12);
        Assert.Null(LogRatio.Of([3], [2])!.Value.Interval);
        Assert.Equal(2, LogRatio.Of([2, 4, 8], [1, 2, 4])!.Value.Interval!.Value.High, 12);
        Assert.Throws<ArgumentException>(() => LogRatio.Of([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => LogRatio.Of([0], [1]));
        Assert.Throws<ArgumentException>(() => LogRatio.Of([1], [double.PositiveInfinity]));
    }

    [Fact]
    public void One_score_per_cluster_is_Students_interval()
    {
        var differences = First.Zip(Second, (a, b) => a - b).ToArray();

        var clustered = ClusteredMean.Of([.. differences.Select((d, i) => (i, d))])!.Value;

        Assert.Equal(StudentMean.Of(differences)!.Value.Interval!.Value.Low, clustered.Interval!.Value.Low, 10);
        Assert.Equal(0.3889587, clustered.StandardError!.Value, 6);
    }

    [Fact]
    public void Repeating_every_score_changes_nothing()
    {
        var once = ClusteredMean.Of([("a", 1.0), ("b", 0.0), ("c", 1.0), ("d", 0.5)])!.Value;
        var thrice = ClusteredMean.Of([.. Enumerable.Range(0, 3).SelectMany(_ => new[] { ("a", 1.0), ("b", 0.0), ("c", 1.0), ("d", 0.5) })])!.Value;

        Assert.Equal(once.StandardError!.Value, thrice.StandardError!.Value, 12);
        Assert.Equal((12, 4), (thrice.N, thrice.Clusters));
    }

    [Fact]
    public void Unequal_clusters_follow_the_formula()
    {
        // Mean 0.6; residual sums: a: 0.4 + 0.4 - 0.6 = 0.2, b: 0.4 - 0.6 = -0.2; SE² = 2/1 · (0.04 + 0.04)/25.
        var clustered = ClusteredMean.Of([("a", 1.0), ("b", 1.0), ("a", 1.0), ("b", 0.0), ("a", 0.0)])!.Value;

        Assert.Equal(0.6, clustered.Value, 12);
        Assert.Equal(0.08, clustered.StandardError!.Value, 12);
        Assert.Equal(0.6 - 12.7062 * 0.08, clustered.Interval!.Value.Low, 4);
    }

    [Fact]
    public void Clusters_at_their_ends()
    {
        Assert.Null(ClusteredMean.Of(Array.Empty<(string, double)>()));
        Assert.Equal(new ClusteredEstimate(0.5, null, null, 2, 1), ClusteredMean.Of([("a", 1.0), ("a", 0.0)]));
    }
}
