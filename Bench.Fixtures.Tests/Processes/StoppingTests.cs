using System.Globalization;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class StoppingTests
{
    private static readonly TimeSpan LongGrace = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan ShortGrace = TimeSpan.FromMilliseconds(150);

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_obeys_ends_within_its_grace()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(Commands.Shell("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.02; done"), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        var exit = await agent.StopAsync(LongGrace, TestContext.Current.CancellationToken);

        Assert.Equal(7, exit.ExitCode);
        Assert.True(exit.WasStopped);
        Assert.Equal(["up", "bye"], lines.Stdout);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_ignores_TERM_is_killed_after_the_grace()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(DummyAgent.Spec("ignore-term", "line", "up", "hang"), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);
        var asked = TimeProvider.System.GetTimestamp();

        var exit = await agent.StopAsync(ShortGrace, TestContext.Current.CancellationToken);

        Assert.Equal(9, exit.Signal);
        Assert.True(TimeProvider.System.GetElapsedTime(asked, exit.ExitTimestamp) >= ShortGrace);
        Assert.False(Commands.IsAlive(agent.Id));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_grace_kills_at_once()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(Commands.Shell("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.02; done"), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        var exit = await agent.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal(9, exit.Signal);
        Assert.Equal(["up"], lines.Stdout);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Stopping_twice_gives_the_same_end_and_the_shorter_grace()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(DummyAgent.Spec("ignore-term", "line", "up", "hang"), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);
        var patient = agent.StopAsync(TimeSpan.MaxValue, TestContext.Current.CancellationToken);

        var impatient = await agent.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Same(impatient, await patient);
        Assert.Same(impatient, await agent.StopAsync(LongGrace, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Stopping_an_agent_that_has_gone_changes_nothing()
    {
        await using var agent = AgentProcess.Start(Commands.Shell("exit 3"), null, TimeProvider.System);
        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        var again = await agent.StopAsync(LongGrace, TestContext.Current.CancellationToken);

        Assert.Same(exit, again);
        Assert.False(again.WasStopped);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Disposing_kills()
    {
        var agent = AgentProcess.Start(Commands.Shell("exec sleep 100"), null, TimeProvider.System);

        await agent.DisposeAsync();

        Assert.Equal(9, (await agent.Completion).Signal);
        Assert.False(Commands.IsAlive(agent.Id));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_cancelled_wait_leaves_the_stop_going_on()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(DummyAgent.Spec("ignore-term", "line", "up", "hang"), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agent.StopAsync(ShortGrace, new CancellationToken(canceled: true)));

        Assert.Equal(9, (await agent.Completion.WaitAsync(TestContext.Current.CancellationToken)).Signal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task TERM_reaches_tool_children_that_have_a_session_of_their_own()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var folder = new TestFolder();
        var script = $"setsid sh -c 'trap \"echo tool > {folder.Path}/told; exit\" TERM; echo up; while :; do sleep 0.02; done'; echo unreachable; sleep 100";
        var spec = Commands.Shell(script) with { DrainLimit = LongGrace };
        var lines = new Lines();
        await using var agent = AgentProcess.Start(spec, lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        await agent.StopAsync(LongGrace, TestContext.Current.CancellationToken);

        Assert.Equal("tool\n", await File.ReadAllTextAsync(folder.At("told"), TestContext.Current.CancellationToken));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Tool_children_with_a_session_of_their_own_are_killed_with_the_agent(int graceMilliseconds)
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

        // No marks: the tree alone must find it, also when the agent dies of TERM before its child does.
        var spec = Commands.Shell("setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.02; done' & wait");
        var lines = new Lines();
        await using var agent = AgentProcess.Start(spec, lines, TimeProvider.System);
        var tool = int.Parse(await lines.First.WaitAsync(TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);

        var exit = await agent.StopAsync(TimeSpan.FromMilliseconds(graceMilliseconds), TestContext.Current.CancellationToken);

        Assert.False(Commands.IsAlive(tool));
        Assert.True(exit.DescendantsKilled >= 1);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_daemon_that_left_the_tree_is_killed_by_its_marks()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

        // Double fork: a new session, its parent gone, every pipe let go.
        var spec = Commands.Marked(Commands.Shell("sh -c 'setsid sleep 100 </dev/null >/dev/null 2>&1 & echo $!'; exec sleep 100"), RunMark.New("test"));
        var lines = new Lines();
        await using var agent = AgentProcess.Start(spec, lines, TimeProvider.System);
        var daemon = int.Parse(await lines.First.WaitAsync(TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        Assert.True(Commands.IsAlive(daemon));

        await agent.StopAsync(LongGrace, TestContext.Current.CancellationToken);

        Assert.False(Commands.IsAlive(daemon));
    }
}
