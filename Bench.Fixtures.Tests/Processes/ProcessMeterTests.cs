using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Tests.Processes;

public sealed class ProcessMeterTests : IDisposable
{
    // Works until it has used 300 ms of CPU time itself, whatever else the machine does, and prints one line then.
    private const string Work =
        "while read -r a b c d e f g h i j k l m user system rest < /proc/self/stat && test $((user + system)) -lt 30; do :; done; echo done";

    private static readonly TimeSpan Worked = TimeSpan.FromMilliseconds(300);
    private readonly ProcessMeter meter = new();

    public ProcessMeterTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    public void Dispose() => meter.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_the_children_worked_that_an_agent_waited_for_is_its_own_also_when_nobody_looked()
    {
        var (exit, _) = await Commands.RunAsync(Commands.Shell($"sh -c '{Work}'; exit 0"), TestContext.Current.CancellationToken);

        Assert.True(exit.CpuTime >= Worked, $"{exit.CpuTime}");
        Assert.Null(exit.PeakMemoryBytes);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("")]
    [InlineData("setsid ")]
    public async Task What_outlived_its_parent_is_counted_as_a_look_saw_it(string prefix)
    {
        // The one in the middle goes at once; with setsid neither session nor group nor parent lead to the one that works.
        var spec = Commands.Marked(Commands.Shell($"sh -c \"{prefix}sh -c '{Work.Replace("$", "\\$", StringComparison.Ordinal)}; exec sleep 1000' &\"; exec sleep 1000"), RunMark.New("test"));
        var lines = new Lines();
        await using var agent = AgentProcess.Start(spec with { Meter = meter }, lines, TimeProvider.System);

        await lines.First.WaitAsync(TestContext.Current.CancellationToken);
        var exit = await agent.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.True(exit.CpuTime >= Worked, $"{exit.CpuTime}");
        Assert.True(exit.PeakMemoryBytes > 0);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Work_is_a_sign_of_life_and_waiting_is_none()
    {
        await using var idle = AgentProcess.Start(Commands.Shell("exec sleep 1000") with { Meter = meter }, null, TimeProvider.System);
        var lines = new Lines();
        await using var working = AgentProcess.Start(Commands.Shell($"{Work}; exec sleep 1000") with { Meter = meter }, lines, TimeProvider.System);

        await lines.First.WaitAsync(TestContext.Current.CancellationToken);
        var (worked, waited) = (working.Usage!.LookAtCpuTime(), idle.Usage!.LookAtCpuTime());

        Assert.True(worked >= Worked, $"{worked}");
        Assert.True(waited < Worked, $"{waited}");
        Assert.NotNull(working.LastWorkTimestamp);
        Assert.Null(idle.LastWorkTimestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Looks_come_by_themselves()
    {
        await using var agent = AgentProcess.Start(Commands.Shell("exec sleep 1000") with { Meter = meter }, null, TimeProvider.System);

        while (agent.Usage!.Lifetime.MostBytes is null)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        var exit = await agent.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.True(exit.PeakMemoryBytes > 0);
    }
}
