using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

/// <summary>The way for machines without Linux's process interface; it works on Linux too, so it is tested there.</summary>
public sealed class PortableProcessTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Input_output_folder_environment_and_exit_code_work()
    {
        using var log = new MemoryStream();
        var lines = new Lines();
        // One thread stamps the last byte, another the end.
        var spec = DummyAgent.Spec("stdin", "error", "err", "sleep", "2000", "exit", "5") with { StandardInput = "one\ntwo\n"u8.ToArray(), StdoutLog = log };
        await using var agent = AgentProcess.Start(spec, lines, TimeProvider.System, isLinux: false);

        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5, exit.ExitCode);
        Assert.Equal(["one", "two"], lines.Stdout);
        Assert.Equal(["err"], lines.Stderr);
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(log.ToArray()));
        Assert.True(exit.StartTimestamp < exit.FirstByteTimestamp && exit.LastByteTimestamp <= exit.ExitTimestamp);
        Assert.Null(exit.ReadProblem);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_stop_kills_the_tree_after_the_grace()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(DummyAgent.Spec("ignore-term", "line", "up", "hang"), lines, TimeProvider.System, isLinux: false);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        var exit = await agent.StopAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);

        Assert.True(exit.WasStopped);
        Assert.False(OperatingSystem.IsLinux() && exit.Signal != 9);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_held_pipe_is_bounded()
    {
        var run = RunMark.New("test");
        var spec = Commands.Marked(DummyAgent.Spec("daemon", "600000", "exit", "3"), run) with { DrainLimit = TimeSpan.FromMilliseconds(50) };
        try
        {
            await using var agent = AgentProcess.Start(spec, null, TimeProvider.System, isLinux: false);

            var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(3, exit.ExitCode);
            Assert.True(exit.PipeHeldByDescendant);
        }
        finally
        {
            ProcessReaper.Kill(run);
        }
    }

    [Fact]
    public void A_missing_executable_is_named_with_the_cure()
    {
        var spec = DummyAgent.Spec() with { FileName = Path.Combine(Path.GetTempPath(), "no-such-agent") };

        var problem = Assert.Throws<ProcessStartException>(() => AgentProcess.Start(spec, null, TimeProvider.System, isLinux: false));

        Assert.True(problem.IsFileMissing);
        Assert.Contains("The file does not exist", problem.Message, StringComparison.Ordinal);
    }
}
