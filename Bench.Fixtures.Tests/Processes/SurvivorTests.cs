using System.Globalization;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class SurvivorTests
{
    private const int MoreThanAPipe = 1_000_000;
    private static readonly TimeSpan LongDrain = TimeSpan.FromSeconds(60);

    public SurvivorTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_pipe_held_by_a_daemon_is_read_for_the_drain_limit_only()
    {
        var spec = DummyAgent.Spec("daemon", "100000", "exit", "3") with { DrainLimit = TimeSpan.FromMilliseconds(100) };

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal(3, exit.ExitCode);
        Assert.True(exit.PipeHeldByDescendant);
        Assert.Equal(1, exit.DescendantsKilled);
        Assert.False(Commands.IsAlive(int.Parse(Assert.Single(lines.Stdout), CultureInfo.InvariantCulture)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_a_descendant_prints_within_the_drain_limit_is_kept()
    {
        // Whoever waits for the shell's exit closes its input then, and what comes later is seen later.
        const string Script = "exec 3<&0; (until grep -q '^State:.Z' /proc/$$/status; do sleep 0.02; done; cat <&3 >/dev/null; echo late) & exit 0";
        var spec = Commands.Shell(Script) with { StandardInput = new byte[MoreThanAPipe], DrainLimit = LongDrain };

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal(["late"], lines.Stdout);
        Assert.False(exit.PipeHeldByDescendant);
        Assert.True(exit.LastByteTimestamp > exit.ExitTimestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_background_child_of_the_group_does_not_survive()
    {
        var spec = Commands.Shell("sleep 100 >/dev/null 2>&1 & echo $!") with { DrainLimit = LongDrain };

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.False(Commands.IsAlive(int.Parse(Assert.Single(lines.Stdout), CultureInfo.InvariantCulture)));
        Assert.False(exit.PipeHeldByDescendant);
        Assert.Equal(1, exit.DescendantsKilled);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("")]
    [InlineData("sleep 1.1")]
    public async Task A_marked_daemon_that_holds_nothing_does_not_survive(string before)
    {
        // After a short life only the newest pids are looked at, after a longer one all.
        var spec = Commands.Marked(Commands.Shell(before + "\nsetsid sleep 100 </dev/null >/dev/null 2>&1 & echo $!"), RunMark.New("test"));

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.False(Commands.IsAlive(int.Parse(Assert.Single(lines.Stdout), CultureInfo.InvariantCulture)));
        Assert.Equal(1, exit.DescendantsKilled);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_family_below_a_survivor_dies_with_it()
    {
        using var folder = new TestFolder();
        var up = folder.At("up");
        var script = $"setsid sh -c 'env -i sh -c \"setsid sleep 100\" & echo $!; : > {up}; wait' </dev/null 2>/dev/null & {Commands.Await(up)}; exit 0";
        var spec = Commands.Marked(Commands.Shell(script), RunMark.New("test")) with { DrainLimit = TimeSpan.FromMilliseconds(100) };

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.False(Commands.IsAlive(int.Parse(Assert.Single(lines.Stdout), CultureInfo.InvariantCulture)));
        Assert.True(exit.DescendantsKilled >= 2);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_with_other_marks_is_left_alone()
    {
        var run = RunMark.New("test");
        var bystanderSpec = Commands.Shell("exec sleep 100");
        bystanderSpec = bystanderSpec with { Environment = new Dictionary<string, string>(ProcessMarks.Of(run, "lane__other", 0)) { ["PATH"] = "/usr/bin:/bin" } };
        await using var bystander = AgentProcess.Start(bystanderSpec, null, TimeProvider.System);
        await using var agent = AgentProcess.Start(Commands.Marked(Commands.Shell("exec sleep 100"), run), null, TimeProvider.System);

        await agent.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.True(Commands.IsAlive(bystander.Id));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Marked_processes_are_counted_and_killed_wherever_they_went()
    {
        var run = RunMark.New("test");
        var lines = new Lines();
        await using var agent = AgentProcess.Start(
            Commands.Marked(Commands.Shell("setsid sleep 100 & setsid sleep 100 & echo up; exec sleep 100"), run), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        // One look may miss a process that is in the middle of exec.
        int before;
        while ((before = ProcessReaper.Count(run)) < 3)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        var killed = ProcessReaper.Kill(run);

        Assert.Equal(3, before);
        // Whichever comes first, this or the agent's own clean-up, kills a child.
        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(9, exit.Signal);
        Assert.InRange(killed, 1, 3);
        Assert.InRange(killed + exit.DescendantsKilled, 3, 5);
        Assert.Equal(0, ProcessReaper.Count(run));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Processes_of_a_run_whose_owner_is_gone_are_reaped_and_those_of_a_living_one_are_not()
    {
        var (owner, lines) = await Commands.RunAsync(Commands.Shell("echo $$"), TestContext.Current.CancellationToken);
        var dead = new RunMark("test-dead", $"{lines.Stdout[0]}.1.1");
        await using var orphan = AgentProcess.Start(Commands.Marked(Commands.Shell("exec sleep 100"), dead), null, TimeProvider.System);
        await using var child = AgentProcess.Start(Commands.Marked(Commands.Shell("exec sleep 100"), RunMark.New("test-alive")), null, TimeProvider.System);

        // A run of another test may come first.
        var reaped = ProcessReaper.KillOrphans();

        Assert.Equal(0, owner.ExitCode);
        Assert.Equal(9, (await orphan.Completion.WaitAsync(TestContext.Current.CancellationToken)).Signal);
        Assert.DoesNotContain("test-alive", reaped);
        Assert.True(Commands.IsAlive(child.Id));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Processes_that_do_nothing_but_exec_are_all_killed()
    {
        // Between exec's two halves a process shows no environment, and these are mostly there.
        var run = RunMark.New("test");
        await using var agent = AgentProcess.Start(
            Commands.Marked(Commands.Shell("n=0; while [ $n -lt 8 ]; do setsid sh -c 'while :; do exec \"$0\" -c \"$1\" \"$0\" \"$1\"; done' /bin/sh 'exec \"$0\" -c \"$1\" \"$0\" \"$1\"' & n=$((n+1)); done; wait"), run),
            null, TimeProvider.System);
        while (ProcessReaper.Count(run) < 9)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        ProcessReaper.Kill(run);

        Assert.Equal(0, Enumerable.Range(0, 50).Max(_ => ProcessReaper.Count(run)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_mark_is_compared_as_a_whole()
    {
        var run = RunMark.New("test");
        await using var agent = AgentProcess.Start(Commands.Marked(Commands.Shell("exec sleep 100"), run with { Value = run.Value + "1" }), null, TimeProvider.System);

        var count = ProcessReaper.Count(run);

        Assert.Equal(0, count);
    }
}
