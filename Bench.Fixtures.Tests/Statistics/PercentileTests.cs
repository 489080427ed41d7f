using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class PercentileTests
{
    [Theory]
    [InlineData(0.5, 15)]
    [InlineData(0.95, 19.5)]
    [InlineData(0, 10)]
    [InlineData(1, 20)]
    public void Two_values_are_joined_by_a_line(double p, double expected) => Assert.Equal(expected, Percentiles.Interpolate([10, 20], p)!.Value, 12);

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.95, 4.8)]
    public void Five_values_give_the_seeds_numbers(double p, double expected) => Assert.Equal(expected, Percentiles.Interpolate([1, 2, 3, 4, 5], p)!.Value, 12);

    [Fact]
    public void The_quartiles_of_the_first_ten_numbers_are_those_of_R_and_numpy()
    {
        double[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

        Assert.Equal(3.25, Percentiles.Interpolate(values, 0.25)!.Value, 12);
        Assert.Equal(7.75, Percentiles.Interpolate(values, 0.75)!.Value, 12);
    }

    [Fact]
    public void No_value_has_no_percentile_and_one_value_is_every_percentile()
    {
        Assert.Null(Percentiles.Interpolate([], 0.5));
        Assert.Equal(7, Percentiles.Interpolate([7], 0));
        Assert.Equal(7, Percentiles.Interpolate([7], 0.95));
        Assert.Equal(7, Percentiles.Interpolate([7], 1));
    }

    [Fact]
    public void Equal_values_give_that_value_exactly() => Assert.Equal(0.1 + 0.2, Percentiles.Interpolate([0.1 + 0.2, 0.1 + 0.2, 0.1 + 0.2], 0.37));

    [Fact]
    public void One_outlier_moves_the_median_not_at_all() => Assert.Equal(3, Percentiles.Interpolate([1, 2, 3, 4, 1e9], 0.5));

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(95)]
    [InlineData(double.NaN)]
    public void A_percentile_outside_0_to_1_is_an_error(double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Interpolate([], p));
}
