using Bench.Fixtures.Queueing;

namespace Bench.Fixtures.Tests.Queueing;

/// <summary>Agents that come up do not measure each other.</summary>
public sealed class ComingUpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_starts_when_the_one_before_it_has_come_up_or_ended()
    {
        var scheduler = SchedulerOf(parallel: 3, startsAtOnce: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);
        var second = scheduler.AcquireAsync(1, "b", Token);
        var third = scheduler.AcquireAsync(2, "c", Token);
        var atFirst = (second.IsCompleted, third.IsCompleted);

        first.CameUp();
        var held = await second;
        var afterFirst = third.IsCompleted;
        held.Dispose();
        using var last = await third;

        Assert.Equal((false, false), atFirst);
        Assert.False(afterFirst);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_start_is_given_back_once_however_often_it_is_said()
    {
        var scheduler = SchedulerOf(parallel: 4, startsAtOnce: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);

        first.CameUp();
        first.CameUp();
        first.Dispose();
        first.CameUp();
        using var second = await scheduler.AcquireAsync(1, "a", Token);

        Assert.False(scheduler.AcquireAsync(2, "a", Token).IsCompleted);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Agents_that_have_come_up_are_bounded_by_the_slots()
    {
        var scheduler = SchedulerOf(parallel: 2, startsAtOnce: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);
        first.CameUp();
        using var second = await scheduler.AcquireAsync(1, "a", Token);
        second.CameUp();

        Assert.False(scheduler.AcquireAsync(2, "a", Token).IsCompleted);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_a_limit_of_its_own_every_slot_may_come_up_at_once()
    {
        var scheduler = SchedulerOf(parallel: 2, startsAtOnce: null);

        using var first = await scheduler.AcquireAsync(0, "a", Token);
        using var second = await scheduler.AcquireAsync(1, "a", Token);

        Assert.False(scheduler.AcquireAsync(2, "a", Token).IsCompleted);
    }

    private static SlotScheduler SchedulerOf(int parallel, int? startsAtOnce) => new(parallel, new Dictionary<string, int>(), TimeProvider.System, startsAtOnce);
}
