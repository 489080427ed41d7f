using Bench.Fixtures.Processes;
using Xunit.v3;

namespace Bench.Fixtures.Tests.Processes;

/// <summary>Counts what belongs to the whole test process, so nothing else may run beside it.</summary>
[TestClass(DisableParallelization = true)]
public sealed class LeakTests
{
    public LeakTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Two_hundred_agents_leave_no_descriptor_and_no_zombie()
    {
        await RunManyAsync(10, TestContext.Current.CancellationToken);
        var before = Descriptors();

        await RunManyAsync(200, TestContext.Current.CancellationToken);

        Assert.Empty(Descriptors().Except(before));
        Assert.DoesNotContain(ProcTable.ReadAll(), entry => entry.Parent == System.Environment.ProcessId && entry.IsDead);
    }

    [Fact]
    public void Failed_starts_leave_no_descriptor()
    {
        var spec = Commands.Shell("") with { FileName = "/nowhere/agent", StandardInput = new byte[1] };
        var before = Descriptors();

        for (var start = 0; start < 50; start++)
        {
            Assert.Throws<ProcessStartException>(() => AgentProcess.Start(spec, null, TimeProvider.System));
        }

        Assert.Empty(Descriptors().Except(before));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Blocked_pool_threads_hold_up_no_line_and_no_stop()
    {
        // More than the pool has threads, with those that it grows by meanwhile.
        const int Blockers = 200;
        using var release = new ManualResetEventSlim();
        using var released = new CountdownEvent(Blockers);
        for (var blocker = 0; blocker < Blockers; blocker++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                release.Wait();
                released.Signal();
            });
        }

        // On a thread of its own: the test's continuations would wait for the pool too.
        var ended = await Task.Factory.StartNew(
            () =>
            {
                var lines = new Lines();
                var agent = AgentProcess.Start(Commands.Shell("echo up; exec sleep 100"), lines, TimeProvider.System);
                var cameUp = SpinWait.SpinUntil(() => lines.First.IsCompleted, TimeSpan.FromSeconds(5));
                var stop = agent.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
                var wasStopped = SpinWait.SpinUntil(() => agent.Completion.IsCompleted, TimeSpan.FromSeconds(5));
                var wasBlocked = ThreadPool.PendingWorkItemCount > 0;
                release.Set();

                // One that comes later would find them disposed of.
                released.Wait();
                return (wasBlocked, cameUp, wasStopped, stop);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.Equal((true, true, true), (ended.wasBlocked, ended.cameUp, ended.wasStopped));
        Assert.Equal(15, (await ended.stop).Signal);
    }

    private static async Task RunManyAsync(int count, CancellationToken cancellationToken)
    {
        for (var run = 0; run < count; run++)
        {
            var spec = Commands.Shell("echo out; echo err >&2") with { StandardInput = new byte[10] };
            await using var agent = AgentProcess.Start(spec, null, TimeProvider.System);
            await (run % 4 == 0 ? agent.StopAsync(TimeSpan.Zero, cancellationToken) : agent.Completion.WaitAsync(cancellationToken));
        }
    }

    // Number and target of every pipe, eventfd and pidfd: what an agent takes. The runtime opens and closes files of its own.
    private static List<string> Descriptors() =>
        [.. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(path => $"{path} {new FileInfo(path).LinkTarget}")
            .Where(text => text.Contains("pipe", StringComparison.Ordinal) || text.Contains("eventfd", StringComparison.Ordinal) || text.Contains("pidfd", StringComparison.Ordinal))];
}
