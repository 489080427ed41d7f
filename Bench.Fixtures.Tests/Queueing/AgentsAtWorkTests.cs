using Bench.Fixtures.Queueing;

namespace Bench.Fixtures.Tests.Queueing;

/// <summary>Agents at work do not measure each other: another one starts while they wait for their models.</summary>
public sealed class AgentsAtWorkTests
{
    private static readonly TimeSpan Moment = SlotScheduler.LongWait - TimeSpan.FromMilliseconds(1);
    private readonly HandMovedClock clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_starts_when_the_one_before_it_has_waited_long_for_its_model_or_has_ended()
    {
        var scheduler = SchedulerOf(parallel: 3, agentsAtWork: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);
        var second = scheduler.AcquireAsync(1, "b", Token);
        var third = scheduler.AcquireAsync(2, "c", Token);

        first.SetWaiting(true);
        clock.Advance(Moment);
        var atMoment = second.IsCompleted;
        clock.Advance(SlotScheduler.LongWait);
        var held = await second;
        var whileFirstWaits = third.IsCompleted;
        held.Dispose();
        using var last = await third;

        Assert.Equal((false, false), (atMoment, whileFirstWaits));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_at_once_lets_no_other_start()
    {
        var scheduler = SchedulerOf(parallel: 2, agentsAtWork: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);
        var second = scheduler.AcquireAsync(1, "b", Token);

        for (var request = 0; request < 3; request++)
        {
            first.SetWaiting(true);
            clock.Advance(Moment);
            first.SetWaiting(false);
        }

        clock.Advance(SlotScheduler.LongWait);
        Assert.False(second.IsCompleted);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_got_its_answer_is_at_work_again()
    {
        var scheduler = SchedulerOf(parallel: 4, agentsAtWork: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);
        Wait(first);
        using var second = await scheduler.AcquireAsync(1, "b", Token);
        first.SetWaiting(false);
        Wait(second);
        var third = scheduler.AcquireAsync(2, "c", Token);
        var whileFirstWorks = third.IsCompleted;

        Wait(first);
        await third;

        Assert.False(whileFirstWorks);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_slot_is_counted_once_however_often_a_word_is_said_and_after_its_end_not_at_all()
    {
        var scheduler = SchedulerOf(parallel: 4, agentsAtWork: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);

        Wait(first);
        Wait(first);
        first.Dispose();
        Wait(first);
        first.SetWaiting(false);
        first.Dispose();
        using var second = await scheduler.AcquireAsync(1, "a", Token);

        Assert.False(scheduler.AcquireAsync(2, "a", Token).IsCompleted);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Agents_that_wait_are_bounded_by_the_slots()
    {
        var scheduler = SchedulerOf(parallel: 2, agentsAtWork: 1);
        using var first = await scheduler.AcquireAsync(0, "a", Token);
        Wait(first);
        using var second = await scheduler.AcquireAsync(1, "a", Token);
        Wait(second);

        Assert.False(scheduler.AcquireAsync(2, "a", Token).IsCompleted);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_a_limit_of_its_own_every_slot_may_be_at_work()
    {
        var scheduler = SchedulerOf(parallel: 2, agentsAtWork: null);

        using var first = await scheduler.AcquireAsync(0, "a", Token);
        using var second = await scheduler.AcquireAsync(1, "a", Token);

        Assert.False(scheduler.AcquireAsync(2, "a", Token).IsCompleted);
    }

    private void Wait(ISlot slot)
    {
        slot.SetWaiting(true);
        clock.Advance(SlotScheduler.LongWait);
    }

    private SlotScheduler SchedulerOf(int parallel, int? agentsAtWork) => new(parallel, new Dictionary<string, int>(), clock, agentsAtWork);
}
