using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents.ClaudeCode;

public sealed class CcGlmScriptAgentTests
{
    private static readonly ProcessExit Exit = new()
    {
        ExitCode = 0, Signal = null, StartTimestamp = 1, ExitTimestamp = 9, FirstByteTimestamp = 2, LastByteTimestamp = 3,
        StdoutBytes = 4, StderrBytes = 0, WasStopped = false, PipeHeldByDescendant = false, DescendantsKilled = 0,
    };

    private static readonly AgentReading Reading = new() { Answer = "PONG" };

    [Fact]
    public void The_script_gets_the_prompt_in_a_file_outside_the_work_tree_and_its_variables()
    {
        using var folder = new TestFolder();
        var task = AgentTasks.In(folder, AgentKind.ClaudeCode, "glm-5");

        var spec = new CcGlmScriptAgent("/opt/cc-glm-headless.sh").Prepare(task);

        Snapshot.Match(AgentTasks.Describe(spec, task, folder));
        Assert.Equal(AgentTasks.Prompt, File.ReadAllText(spec.Arguments[1]));
        Assert.Empty(Directory.GetFileSystemEntries(task.Directories.Work));
        Assert.StartsWith("/opt/agent/bin:", spec.Environment["PATH"], StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_code_0_is_the_terminal_event()
    {
        var reading = new CcGlmScriptAgent("/s").Conclude(Reading, Exit);

        Assert.Equal((9, true, "PONG", null), (reading.TerminalAt, reading.TerminalIsSuccess, reading.Answer, reading.ErrorName));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(10, "authentication_error")]
    [InlineData(11, "authentication_error")]
    public void With_another_exit_code_there_is_no_terminal_event_and_what_is_printed_is_the_programs_own_words(int exitCode, string? name)
    {
        var reading = new CcGlmScriptAgent("/s").Conclude(Reading, Exit with { ExitCode = exitCode });

        Assert.Equal((null, false, "", name), (reading.TerminalAt, reading.TerminalIsSuccess, reading.Answer, reading.ErrorName));
        Assert.Equal(["PONG"], reading.OwnLines);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(null, false)]
    public void A_script_that_was_stopped_or_killed_has_no_terminal_event(int? exitCode, bool wasStopped)
    {
        var reading = new CcGlmScriptAgent("/s").Conclude(Reading, Exit with { ExitCode = exitCode, WasStopped = wasStopped });

        Assert.Equal(Reading, reading);
    }
}
