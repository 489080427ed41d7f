namespace Bench.Fixtures.Tests.Runs;

public sealed class AttemptsInFlightTests
{
    [Fact]
    public void Each_attempt_knows_the_most_that_were_in_flight_while_it_was()
    {
        var all = new AttemptsInFlight();

        var first = all.Begin();
        var second = all.Begin();
        second.Dispose();
        var third = all.Begin();
        first.Dispose();
        third.Dispose();
        using var alone = all.Begin();

        Assert.Equal((2, 2, 2, 1), (first.Most, second.Most, third.Most, alone.Most));
    }
}
