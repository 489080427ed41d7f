using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class SuccessRateTests
{
    // Newcombe 1998 (single proportions), table I; the last four: anchors of perfect scores at small n.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(5, 5, 0.5655, 1)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(20, 20, 0.8389, 1)]
    [InlineData(17, 20, 0.6396, 0.9476)]
    public void Wilson_gives_the_published_intervals(int successes, int n, double low, double high)
    {
        var interval = Wilson.Of(successes, n)!.Value;

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Wilson_at_its_ends()
    {
        Assert.Null(Wilson.Of(0, 0));
        Assert.Equal(0, Wilson.Of(0, 1)!.Value.Low);
        Assert.Equal(0.7935, Wilson.Of(0, 1)!.Value.High, 4);
        Assert.Equal(1, Wilson.Of(2, 2)!.Value.High);
        Assert.Equal(0.3424, Wilson.Of(2, 2)!.Value.Low, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Of(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Of(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Of(1, 2, level: 95));
    }

    [Fact]
    public void A_higher_level_gives_a_wider_interval()
    {
        var (narrow, wide) = (Wilson.Of(17, 20, 0.9)!.Value, Wilson.Of(17, 20, 0.99)!.Value);

        Assert.True(wide.Low < narrow.Low && wide.High > narrow.High);
    }

    [Theory]
    [InlineData(10, 0.259)]
    [InlineData(20, 0.139)]
    [InlineData(60, 0.049)]
    [InlineData(300, 0.010)]
    public void Attempts_without_a_failure_bound_the_failure_rate(int n, double bound) => Assert.Equal(bound, ZeroFailures.UpperBound(n), 3);

    [Fact]
    public void The_bound_at_its_ends()
    {
        Assert.Equal(1, ZeroFailures.UpperBound(0));
        Assert.Equal(0.95, ZeroFailures.UpperBound(1), 12);
        Assert.Equal(0.7764, ZeroFailures.UpperBound(2), 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => ZeroFailures.UpperBound(-1));
    }

    [Theory]
    [InlineData(10, 0.60)]
    [InlineData(20, 0.36)]
    [InlineData(60, 0.046)]
    public void A_bad_provider_passes_a_short_series_by_chance(int n, double chance) => Assert.Equal(chance, ZeroFailures.ChanceToPass(0.05, n), 2);

    [Theory]
    [InlineData(0.9025, 2, 2, 0.81450625)]
    [InlineData(0.5, 2, 3, 0.375)]
    [InlineData(0.5, 3, 10, 0.5078125)]
    [InlineData(1, 2, 2, 1)]
    [InlineData(0, 1, 5, 0)]
    [InlineData(0.7, 1, 1, 0.7)]
    [InlineData(0.7, 3, 2, 0)]
    [InlineData(0.7, 1, 0, 0)]
    public void More_rounds_make_clean_ones_in_a_row_likelier(double clean, int required, int most, double chance) => Assert.Equal(chance, ZeroFailures.ChanceOfRun(clean, required, most), 9);

    [Fact]
    public void The_chance_of_a_run_is_that_of_all_its_outcomes_counted_one_by_one()
    {
        const double Clean = 0.8;
        var counted = 0.0;
        for (var outcome = 0; outcome < 1 << 7; outcome++)
        {
            var rounds = Enumerable.Range(0, 7).Select(round => (outcome >> round & 1) == 1).ToList();
            var hasRun = Enumerable.Range(0, 5).Any(from => rounds.Skip(from).Take(3).All(isClean => isClean));
            counted += hasRun ? rounds.Aggregate(1.0, (product, isClean) => product * (isClean ? Clean : 1 - Clean)) : 0;
        }

        Assert.Equal(counted, ZeroFailures.ChanceOfRun(Clean, 3, 7), 12);
    }

    // Recomputed with 40 digits.
    [Theory]
    [InlineData(2, 2, 2, 0.5271291954984121)]
    [InlineData(2, 2, 3, 0.593708447214144)]
    [InlineData(2, 2, 5, 0.6575599378357524)]
    [InlineData(6, 2, 5, 0.3003811175555348)]
    [InlineData(2, 30, 60, 0.07484617026050462)]
    public void Rounds_that_may_be_tried_again_prove_less(int jobs, int required, int most, double bound)
    {
        Assert.Equal(bound, ZeroFailures.UpperBoundOfRun(jobs, required, most), 9);
        Assert.InRange(ZeroFailures.ChanceOfRun(ZeroFailures.ChanceToPass(bound, jobs), required, most), 0.05 - 1e-9, 0.05 + 1e-9);
    }

    [Fact]
    public void The_bound_of_a_soak_at_its_ends()
    {
        Assert.Equal(1, ZeroFailures.UpperBoundOfRun(0, 2, 5));
        Assert.Equal(0.95, ZeroFailures.UpperBoundOfRun(1, 1, 1), 12);
        Assert.Equal(ZeroFailures.UpperBound(12), ZeroFailures.UpperBoundOfRun(6, 2, 2), 12);
        Assert.Equal(0.721, ZeroFailures.UpperBoundOfRun(2, 2, 10), 3);
        Assert.True(ZeroFailures.UpperBoundOfRun(1, 1, 1000) < 1);
    }

    // Recomputed with 40 digits: all trials, and the same rate with as many observations as prompts.
    [Theory]
    [InlineData(15, 15, 5, 0.7961166989641514, 1, 0.5655175352168251, 1)]
    [InlineData(10, 15, 5, 0.41713547738519774, 0.8482367556028527, 0.27519899421099175, 0.9133068508612833)]
    [InlineData(31, 40, 5, 0.6249690325768998, 0.8768390867645925, 0.35545234573036233, 0.9555822986388915)]
    public void Prompts_like_these_say_less_than_their_trials(int passed, int n, int prompts, double low, double high, double likeLow, double likeHigh)
    {
        var (these, like) = (Wilson.Of(passed, n)!.Value, Wilson.OfRate((double)passed / n, prompts)!.Value);

        Assert.Equal((low, high), (these.Low, these.High), Within);
        Assert.Equal((likeLow, likeHigh), (like.Low, like.High), Within);
        Assert.Null(Wilson.OfRate(0.5, 0));
    }

    [Theory]
    [InlineData(10, 3, 1, 0.3)]
    [InlineData(10, 3, 5, 0.916667)]
    [InlineData(5, 5, 3, 1)]
    [InlineData(5, 0, 3, 0)]
    [InlineData(5, 4, 2, 1)]
    [InlineData(200, 13, 10, 0.497551)]
    public void Pass_at_k_is_one_minus_the_chance_of_failures_only(int n, int c, int k, double expected) => Assert.Equal(expected, PassAtK.Any(n, c, k)!.Value, 6);

    [Theory]
    [InlineData(10, 3, 1, 0.3)]
    [InlineData(10, 3, 2, 0.066667)]
    [InlineData(8, 6, 4, 0.214286)]
    [InlineData(5, 5, 5, 1)]
    [InlineData(5, 2, 3, 0)]
    public void Pass_hat_k_is_the_chance_of_successes_only(int n, int c, int k, double expected) => Assert.Equal(expected, PassAtK.All(n, c, k)!.Value, 6);

    [Fact]
    public void Fewer_attempts_than_k_cannot_tell()
    {
        Assert.Null(PassAtK.Any(2, 1, 3));
        Assert.Null(PassAtK.All(0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PassAtK.Any(2, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PassAtK.Any(2, 1, 0));
    }

    private static bool Within((double, double) expected, (double, double) actual) =>
        Math.Abs(expected.Item1 - actual.Item1) < 1e-9 && Math.Abs(expected.Item2 - actual.Item2) < 1e-9;
}
