using System.Globalization;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class IsolationTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_environment_is_exactly_the_one_given()
    {
        var spec = Commands.Shell("") with
        {
            FileName = "/usr/bin/env",
            Arguments = [],
            Environment = new Dictionary<string, string> { ["A"] = "1", ["EMPTY"] = "", ["ÜMLAUT"] = "größe = 1" },
        };

        var (_, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal(["A=1", "EMPTY=", "ÜMLAUT=größe = 1"], lines.Stdout.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] arguments = ["", "two words", "\"quoted\" 'both'", "$HOME *", "line\nbreak", "größe 😀"];

        var (_, lines) = await Commands.RunAsync(DummyAgent.Spec(["args", .. arguments]), TestContext.Current.CancellationToken);

        Assert.Equal(arguments, JsonSerializer.Deserialize<string[]>(Assert.Single(lines.Stdout)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_working_directory_is_the_agents_own()
    {
        using var folder = new TestFolder();
        var work = Directory.CreateDirectory(folder.At("a folder ü")).FullName;

        var (_, lines) = await Commands.RunAsync(Commands.Shell("pwd -P") with { WorkingDirectory = work }, TestContext.Current.CancellationToken);

        Assert.Equal(work, Assert.Single(lines.Stdout));
        Assert.NotEqual(work, System.Environment.CurrentDirectory);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_agent_leads_a_session_and_a_group_of_its_own()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        await using var agent = AgentProcess.Start(Commands.Shell("sleep 100"), null, TimeProvider.System);

        var entry = ProcTable.Read(agent.Id)!.Value;

        Assert.Equal((agent.Id, agent.Id), (entry.Group, entry.Session));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Every_signal_is_at_its_default_and_unblocked()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

        // .NET itself ignores SIGPIPE: bit 12 would be set if the child inherited it.
        var (_, lines) = await Commands.RunAsync(Commands.Shell("exec grep -E '^Sig(Ign|Blk)' /proc/self/status"), TestContext.Current.CancellationToken);

        Assert.Equal(["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"], lines.Stdout);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_writer_dies_of_a_closed_pipe()
    {
        // With SIGPIPE ignored, yes would end with exit code 1 and a message.
        var (_, lines) = await Commands.RunAsync(Commands.Shell("(yes; echo \"code $?\" >&2) | head -n 1"), TestContext.Current.CancellationToken);

        Assert.Equal(["code 141"], lines.Stderr);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_descriptor_beyond_the_three_reaches_the_agent()
    {
        Assert.SkipUnless(LinuxSupport.CanCloseInheritedDescriptors, "Needs glibc 2.34.");
        const int DuplicateWithoutCloseOnExec = 0;
        var inherited = LibC.Fcntl(1, DuplicateWithoutCloseOnExec, 100);
        try
        {
            var (_, lines) = await Commands.RunAsync(Commands.Shell("exec ls /proc/self/fd"), TestContext.Current.CancellationToken);

            // 3 is the folder that ls itself reads.
            Assert.True(inherited >= 100);
            Assert.Equal(["0", "1", "2", "3"], lines.Stdout);
        }
        finally
        {
            LibC.Close(ref inherited);
        }
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Input_is_read_to_its_end()
    {
        var input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300_000).Select(n => string.Create(CultureInfo.InvariantCulture, $"prompt {n}\n"))));
        using var log = new MemoryStream();
        var spec = Commands.Shell("exec cat") with { StandardInput = input, StdoutLog = log };

        var (exit, _) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(input, log.ToArray());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_input_is_the_null_device()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

        var (_, lines) = await Commands.RunAsync(Commands.Shell("readlink /proc/self/fd/0; cat; echo end"), TestContext.Current.CancellationToken);

        Assert.Equal(["/dev/null", "end"], lines.Stdout);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("exec 0<&-; echo closed; exit 4")]
    [InlineData("echo unread; exit 4")]
    public async Task Input_that_the_agent_does_not_want_is_no_failure(string script)
    {
        var spec = Commands.Shell(script) with { StandardInput = new byte[1_000_000] };

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal(4, exit.ExitCode);
        Assert.Single(lines.Stdout);
        Assert.Null(exit.ReadProblem);
    }
}
