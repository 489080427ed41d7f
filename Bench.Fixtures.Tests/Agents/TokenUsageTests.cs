using Bench.Fixtures.Agents;

namespace Bench.Fixtures.Tests.Agents;

public sealed class TokenUsageTests
{
    private static readonly TokenUsage Known = new() { Input = 34, Output = 3, Cached = 1, Reasoning = 2 };

    [Fact]
    public void A_sum_of_known_numbers_is_known() =>
        Assert.Equal(new TokenUsage { Input = 68, Output = 6, Cached = 2, Reasoning = 4 }, TokenUsage.SumOf([Known, Known]));

    [Fact]
    public void A_sum_of_nothing_and_one_of_unknown_numbers_is_unknown()
    {
        Assert.Equal(new TokenUsage(), TokenUsage.SumOf([]));
        Assert.Equal(new TokenUsage(), TokenUsage.SumOf([new TokenUsage(), new TokenUsage()]));
    }

    [Fact]
    public void A_sum_with_an_unknown_part_is_a_lower_bound_number_by_number()
    {
        var sum = TokenUsage.SumOf([Known, new TokenUsage { Input = 6, Cached = 0 }]);

        Assert.Equal(new TokenUsage { Input = 40, Output = 3, Cached = 1, Reasoning = 2, AtLeast = TokenCounts.Output | TokenCounts.Reasoning }, sum);
    }

    [Fact]
    public void A_sum_with_a_lower_bound_is_one_and_stays_one()
    {
        var sum = TokenUsage.SumOf([TokenUsage.SumOf([Known, new TokenUsage()]), Known]);

        Assert.Equal((68, TokenCounts.Input | TokenCounts.Output | TokenCounts.Cached | TokenCounts.Reasoning), (sum.Input, sum.AtLeast));
    }

    [Fact]
    public void Another_report_fills_in_what_is_unknown_with_its_own_bounds()
    {
        var gateway = new TokenUsage { Input = 12, AtLeast = TokenCounts.Input | TokenCounts.Output };
        var lane = new TokenUsage { Input = 1, Output = 2, Reasoning = 4, AtLeast = TokenCounts.Input | TokenCounts.Reasoning };

        Assert.Equal(new TokenUsage { Input = 12, Output = 2, Reasoning = 4, AtLeast = TokenCounts.Input | TokenCounts.Reasoning }, gateway.Or(lane));
    }
}
