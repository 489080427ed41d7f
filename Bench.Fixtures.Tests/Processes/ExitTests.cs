using System.Runtime.Versioning;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class ExitTests
{
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(137)]
    [InlineData(255)]
    public async Task An_exit_code_is_reported_as_such(int code)
    {
        var (exit, _) = await Commands.RunAsync(Commands.Shell($"exit {code}"), TestContext.Current.CancellationToken);

        Assert.Equal(code, exit.ExitCode);
        Assert.Null(exit.Signal);
        Assert.False(exit.WasStopped);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(13)]
    public async Task A_signal_is_told_apart_from_an_exit_code(int signal)
    {
        var (exit, _) = await Commands.RunAsync(Commands.Shell($"kill -{signal} $$"), TestContext.Current.CancellationToken);

        Assert.Null(exit.ExitCode);
        Assert.Equal(signal, exit.Signal);
        Assert.False(exit.WasStopped);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_prints_nothing_has_no_byte_stamps()
    {
        var (exit, lines) = await Commands.RunAsync(DummyAgent.Spec(), TestContext.Current.CancellationToken);

        Assert.Equal(0, exit.ExitCode);
        Assert.Null(exit.FirstByteTimestamp);
        Assert.Null(exit.LastByteTimestamp);
        Assert.Equal(0, exit.StdoutBytes + exit.StderrBytes);
        Assert.Empty(lines.All);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Stamps_are_in_the_order_of_events()
    {
        using var folder = new TestFolder();
        var lines = new Lines();
        await using var agent = AgentProcess.Start(Commands.Shell($"echo a; {Commands.Await(folder.At("seen"))}; echo b"), lines, TimeProvider.System);
        await lines.First.WaitAsync(TestContext.Current.CancellationToken);
        folder.Write("seen", "");

        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.True(exit.StartTimestamp < exit.FirstByteTimestamp);
        Assert.True(exit.FirstByteTimestamp < exit.LastByteTimestamp);
        Assert.True(exit.LastByteTimestamp <= exit.ExitTimestamp);
    }

    [Fact]
    public void A_missing_executable_is_named_with_the_cure()
    {
        var spec = Commands.Shell("") with { FileName = "/nowhere/opencode" };

        var problem = Assert.Throws<ProcessStartException>(() => AgentProcess.Start(spec, null, TimeProvider.System));

        Assert.Equal(
            $"Could not start '/nowhere/opencode' in '{Path.GetTempPath()}': No such file or directory (errno 2, posix_spawn). The file does not exist. Install the agent, or correct its path.",
            problem.Message);
        Assert.True(problem.IsFileMissing);
        Assert.Equal(2, problem.ErrorNumber);
    }

    [Fact]
    public void A_missing_folder_is_not_blamed_on_the_executable()
    {
        var spec = Commands.Shell("") with { WorkingDirectory = "/nowhere" };

        var problem = Assert.Throws<ProcessStartException>(() => AgentProcess.Start(spec, null, TimeProvider.System));

        Assert.Contains("The working directory does not exist", problem.Message, StringComparison.Ordinal);
        Assert.False(problem.IsFileMissing);
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData("echo no shebang\n", UnixFileMode.UserRead | UnixFileMode.UserExecute, "'#!' line")]
    [InlineData("#!/nowhere/interpreter\n", UnixFileMode.UserRead | UnixFileMode.UserExecute, "interpreter")]
    [InlineData("#!/bin/sh\n", UnixFileMode.UserRead, "chmod +x")]
    public void A_file_that_cannot_run_says_why(string text, UnixFileMode mode, string cure)
    {
        using var folder = new TestFolder();
        var file = TestFolder.WriteProgram(folder.At("agent"), text);
        File.SetUnixFileMode(file, mode);

        var problem = Assert.Throws<ProcessStartException>(() => AgentProcess.Start(Commands.Shell("") with { FileName = file }, null, TimeProvider.System));

        Assert.Contains(cure, problem.Message, StringComparison.Ordinal);
        Assert.False(problem.IsFileMissing);
    }

    [Theory]
    [InlineData("relative/agent", "absolute")]
    [InlineData("/bin/sh\0x", "NUL")]
    public void A_path_that_no_system_could_take_is_refused(string file, string why)
    {
        var problem = Assert.Throws<ProcessStartException>(() => AgentProcess.Start(Commands.Shell("") with { FileName = file }, null, TimeProvider.System));

        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        Assert.Null(problem.ErrorNumber);
    }

    [Fact]
    public void An_argument_that_is_too_long_sends_the_prompt_to_standard_input()
    {
        var spec = Commands.Shell("") with { Arguments = [new string('x', 4_000_000)] };

        var problem = Assert.Throws<ProcessStartException>(() => AgentProcess.Start(spec, null, TimeProvider.System));

        Assert.Contains("Pass a long prompt on standard input", problem.Message, StringComparison.Ordinal);
    }
}
