using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class RunGuardTests
{
    public RunGuardTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task When_Bench_is_gone_every_process_of_the_run_is_killed()
    {
        var run = RunMark.New("test");
        var lines = new Lines();
        await using var agent = AgentProcess.Start(
            Commands.Marked(Commands.Shell("setsid sleep 100 & echo up; exec sleep 100"), run), lines, TimeProvider.System);
        await using var bystander = AgentProcess.Start(Commands.Marked(Commands.Shell("exec sleep 100"), RunMark.New("test")), null, TimeProvider.System);
        using var folder = new TestFolder();
        folder.Write("workspaces/1/work/file.txt", "");
        using var guard = RunGuard.Start(run, folder.At("workspaces"), TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        guard.Abandon();

        Assert.Equal(9, (await agent.Completion.WaitAsync(TestContext.Current.CancellationToken)).Signal);
        Assert.Equal(0, ProcessReaper.Count(run));
        Assert.True(Commands.IsAlive(bystander.Id));
        Assert.False(Directory.Exists(folder.At("workspaces")));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_dismissed_guard_kills_nothing()
    {
        var run = RunMark.New("test");
        await using var agent = AgentProcess.Start(Commands.Marked(Commands.Shell("exec sleep 100"), run), null, TimeProvider.System);
        var guard = RunGuard.Start(run, folder: null, TimeProvider.System);

        guard.Dispose();
        guard.Dispose();

        Assert.Equal(1, ProcessReaper.Count(run));
    }
}
