using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Tests.Processes;

public sealed class TreeLedgerTests
{
    private const int Bench = 10;
    private const int Root = 100;
    private readonly TreeLedger ledger = new(Root);

    [Fact]
    public void Before_any_look_nothing_is_known_to_be_used()
    {
        Assert.Equal((TimeSpan.Zero, 0), (ledger.CpuTime, ledger.ResidentBytes));
    }

    [Fact]
    public void A_look_adds_up_all_members()
    {
        ledger.Take([Of(Root, Bench, 500, 30), Of(101, Root, 300, 20), Of(102, 101, 200, 10)]);

        Assert.Equal((Milliseconds(1000), 60), (ledger.CpuTime, ledger.ResidentBytes));
    }

    [Fact]
    public void A_child_that_was_waited_for_is_counted_once()
    {
        ledger.Take([Of(Root, Bench, 500), Of(101, Root, 300)]);
        ledger.Take([Of(Root, Bench, 900)]);

        Assert.Equal(Milliseconds(900), ledger.CpuTime);
    }

    [Fact]
    public void What_nobody_of_the_tree_waited_for_is_kept_as_it_was_seen_last()
    {
        ledger.Take([Of(Root, Bench, 500), Of(101, parent: 1, 300)]);
        ledger.Take([Of(Root, Bench, 600)]);
        ledger.Take([Of(Root, Bench, 700)]);

        Assert.Equal(Milliseconds(1000), ledger.CpuTime);
    }

    [Fact]
    public void A_child_whose_parent_goes_first_stays_counted()
    {
        ledger.Take([Of(Root, Bench, 500), Of(101, Root, 100), Of(102, 101, 300)]);
        ledger.Take([Of(Root, Bench, 600), Of(102, parent: 1, 350)]);

        Assert.Equal(Milliseconds(950), ledger.CpuTime);
    }

    [Fact]
    public void A_pid_that_comes_again_is_another_process()
    {
        ledger.Take([Of(Root, Bench, 500), Of(101, parent: 1, 300)]);
        ledger.Take([Of(Root, Bench, 500), Of(101, parent: 1, 20) with { Entry = Entry(101, 1, start: 7) }]);

        Assert.Equal(Milliseconds(820), ledger.CpuTime);
    }

    [Fact]
    public void At_its_end_the_systems_word_on_the_root_counts_and_orphans_are_added()
    {
        ledger.Take([Of(Root, Bench, 500), Of(101, Root, 300), Of(102, parent: 1, 200)]);

        ledger.TakeEnd(Milliseconds(950));

        Assert.Equal(Milliseconds(1150), ledger.CpuTime);
    }

    [Fact]
    public void Children_that_were_killed_with_their_parent_stay_counted()
    {
        ledger.Take([Of(Root, Bench, 500), Of(101, Root, 300)]);

        ledger.TakeEnd(Milliseconds(510));

        Assert.Equal(Milliseconds(800), ledger.CpuTime);
    }

    [Fact]
    public void An_agent_that_ended_before_the_first_look_has_the_systems_figure()
    {
        ledger.TakeEnd(Milliseconds(12));

        Assert.Equal(Milliseconds(12), ledger.CpuTime);
    }

    private static ProcUsage Of(int pid, int parent, double milliseconds, long bytes = 0) => new(Entry(pid, parent), Milliseconds(milliseconds), bytes);

    private static ProcEntry Entry(int pid, int parent, long start = 5) => new(pid, parent, pid, pid, start, IsDead: false);

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);
}
