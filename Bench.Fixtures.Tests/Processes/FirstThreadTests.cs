using System.Runtime.Versioning;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

/// <summary>A process whose first thread has ended shows as a zombie, and lives as long as any other thread of it: it still holds its files and their locks.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FirstThreadTests : IDisposable
{
    private readonly TestFolder folder = new();

    public FirstThreadTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Such_a_process_is_alive_until_its_last_thread_is_gone()
    {
        var process = DetachedProcess.Start(DummyAgent.Spec("leave-first-thread"), folder.At("log"));
        try
        {
            await UntilFirstThreadEndedAsync(process.Pid);

            Assert.True(process.IsAlive);
            Assert.NotNull(process.Age);
            Assert.False(ProcTable.IsGone(process.Pid, process.StartTicks));
            Assert.True(ProcTable.IsAlive(ProcTable.Read(process.Pid)!.Value));
            Assert.False(Assert.Single(ProcTable.ReadUsage(), used => used.Entry.Pid == process.Pid).Entry.IsDead);
        }
        finally
        {
            process.Kill();
        }

        Assert.True(await process.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Such_a_process_is_found_by_its_mark_and_killed()
    {
        var run = RunMark.New("test");
        var process = DetachedProcess.Start(Commands.Marked(DummyAgent.Spec("leave-first-thread"), run), folder.At("log"));
        await UntilFirstThreadEndedAsync(process.Pid);

        var found = ProcessReaper.Count(run);
        var killed = ProcessReaper.Kill(run);

        Assert.Equal((1, 1), (found, killed));
        Assert.True(await process.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(0, ProcessReaper.Count(run));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Such_a_process_is_no_orphans_owner()
    {
        var process = DetachedProcess.Start(DummyAgent.Spec("leave-first-thread"), folder.At("log"));
        var mark = FormattableString.Invariant($"{process.Pid}.{process.StartTicks}.1");
        try
        {
            await UntilFirstThreadEndedAsync(process.Pid);

            Assert.False(RunMark.IsOrphaned(mark));
        }
        finally
        {
            process.Kill();
        }

        await process.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(RunMark.IsOrphaned(mark));
    }

    private static async Task UntilFirstThreadEndedAsync(int pid)
    {
        while (!File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
