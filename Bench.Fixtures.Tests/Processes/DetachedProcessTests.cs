using System.Runtime.Versioning;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

[UnsupportedOSPlatform("windows")]
public sealed class DetachedProcessTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task It_leads_a_session_of_its_own_reads_nothing_and_appends_both_outputs_to_a_file()
    {
        var log = folder.Write("log", "before\n");

        var process = DetachedProcess.Start(DummyAgent.Spec("inspect", "error", "on standard error", "stdin", "line", "end"), log);
        var table = ProcTable.Read(process.Pid);
        Assert.True(await process.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

        var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        Assert.Equal(("before", "on standard error", "end"), (lines[0], lines[2], lines[3]));
        Assert.Contains("\"0\":\"/dev/null\"", lines[1], StringComparison.Ordinal);
        Assert.True(table is null || (table.Value.Session, table.Value.Group) == (process.Pid, process.Pid));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_ended_one_is_waited_for_and_leaves_no_zombie()
    {
        var process = DetachedProcess.Start(DummyAgent.Spec("exit", "3"), folder.At("log"));

        await process.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        while (ProcTable.Read(process.Pid) is { } entry && entry.StartTicks == process.StartTicks)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.False(process.IsAlive);
        Assert.Null(process.Age);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task It_is_known_by_its_start_and_ended_by_a_signal()
    {
        var process = DetachedProcess.Start(DummyAgent.Spec("hang"), folder.At("log"));
        var other = process with { StartTicks = process.StartTicks - 1 };

        try
        {
            other.Kill();
            Assert.Equal((true, false), (process.IsAlive, other.IsAlive));
            Assert.InRange(process.Age!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(10));
            Assert.False(await process.AwaitEndAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
        }
        finally
        {
            process.Kill();
        }

        Assert.True(await process.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_command_that_cannot_be_started_says_why()
    {
        var problem = Assert.Throws<ProcessStartException>(() => DetachedProcess.Start(DummyAgent.Spec() with { FileName = "/no/such/program" }, folder.At("log")));

        Assert.True(problem.IsFileMissing);
    }
}
