using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Tests.Processes;

public sealed class SharedUsageTests
{
    private TimeSpan used;
    private readonly SharedUsage shared;

    public SharedUsageTests() => shared = new SharedUsage(() => used);

    [Fact]
    public void Alone_an_attempt_has_all_that_was_used_while_it_was_there()
    {
        used = Seconds(5);
        var share = shared.Join();
        used = Seconds(7);
        share.Dispose();
        used = Seconds(100);

        Assert.Equal((Seconds(2), false), (share.CpuTime, share.IsShared));
    }

    [Fact]
    public void Together_they_divide_it_evenly_and_say_so()
    {
        var first = shared.Join();
        used = Seconds(1);
        var second = shared.Join();
        used = Seconds(3);
        first.Dispose();
        used = Seconds(7);
        second.Dispose();

        Assert.Equal((Seconds(2), true), (first.CpuTime, first.IsShared));
        Assert.Equal((Seconds(5), true), (second.CpuTime, second.IsShared));
    }

    [Fact]
    public void Who_leaves_twice_takes_nothing_twice()
    {
        var share = shared.Join();
        used = Seconds(1);
        share.Dispose();
        used = Seconds(2);
        share.Dispose();

        Assert.Equal(Seconds(1), share.CpuTime);
    }

    private static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);
}
