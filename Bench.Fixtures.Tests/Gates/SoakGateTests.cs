using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Gates;

public sealed class SoakGateTests
{
    // C is a clean round, F one that is not.
    [Theory]
    [InlineData("", 2, 2, SoakDecision.GoOn)]
    [InlineData("C", 2, 2, SoakDecision.GoOn)]
    [InlineData("CC", 2, 2, SoakDecision.Passed)]
    [InlineData("F", 2, 2, SoakDecision.Failed)]
    [InlineData("CF", 2, 2, SoakDecision.Failed)]
    [InlineData("F", 2, 4, SoakDecision.GoOn)]
    [InlineData("FCC", 2, 4, SoakDecision.Passed)]
    [InlineData("CFC", 2, 4, SoakDecision.GoOn)]
    [InlineData("CFCF", 2, 4, SoakDecision.Failed)]
    [InlineData("CFF", 2, 4, SoakDecision.Failed)]
    [InlineData("FF", 2, 4, SoakDecision.GoOn)]
    [InlineData("FFF", 2, 4, SoakDecision.Failed)]
    [InlineData("C", 1, 1, SoakDecision.Passed)]
    [InlineData("CCF", 2, 3, SoakDecision.Passed)]
    public void Enough_rounds_in_a_row_pass_and_too_few_left_fail(string rounds, int required, int most, SoakDecision expected) =>
        Assert.Equal(expected, SoakGate.Decide([.. rounds.Select(round => round == 'C')], required, most));

    // The original's --rounds 0 passed, because nothing had failed.
    [Fact]
    public void No_rounds_at_all_cannot_be_asked_for() => Assert.Throws<ArgumentOutOfRangeException>(() => SoakGate.Decide([], 0, 0));
}
