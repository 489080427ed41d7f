using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class GateChanceTests
{
    [Theory]
    [InlineData(0.7, 5, 0.9, 0.16807)]
    [InlineData(0.95, 5, 0.9, 0.7737809375)]
    [InlineData(0.9, 15, 0.9, 0.549043)]
    [InlineData(0.7, 15, 0.9, 0.035268)]
    [InlineData(1, 15, 1, 1)]
    [InlineData(0, 15, 0.01, 0)]
    [InlineData(0.5, 0, 0.9, 0)]
    public void A_gate_on_few_jobs_lets_bad_lanes_through_and_turns_good_ones_away(double rate, int n, double minRate, double chance) =>
        Assert.Equal(chance, GateChance.ToPass(rate, n, minRate), 6);

    [Fact]
    public void The_least_count_is_the_first_whose_share_reaches_the_rate()
    {
        foreach (var (n, minRate) in Enumerable.Range(1, 60).SelectMany(n => new[] { 0.001, 0.1, 1 / 3.0, 0.7, 0.9, 0.95, 1 }.Select(rate => (n, rate))))
        {
            Assert.Equal(Enumerable.Range(1, n).First(passed => (double)passed / n >= minRate), GateChance.LeastPassed(n, minRate));
        }
    }

    [Fact]
    public void The_chance_is_that_of_all_counts_that_are_enough()
    {
        // C(6, k) · 0.8^k · 0.2^(6 − k) for k = 5, 6.
        Assert.Equal(6 * Math.Pow(0.8, 5) * 0.2 + Math.Pow(0.8, 6), GateChance.ToPass(0.8, 6, 0.75), 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => GateChance.ToPass(0.8, -1, 0.75));
        Assert.Throws<ArgumentOutOfRangeException>(() => GateChance.ToPass(double.NaN, 1, 0.75));
        Assert.Throws<ArgumentOutOfRangeException>(() => GateChance.LeastPassed(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GateChance.LeastPassed(1, double.NaN));
    }
}
