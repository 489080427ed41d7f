using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.Gemini;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents.Gemini;

public sealed class GeminiAgentTests
{
    private static readonly ProcessExit Exit = new()
    {
        ExitCode = 1, Signal = null, StartTimestamp = 1, ExitTimestamp = 9, FirstByteTimestamp = 2, LastByteTimestamp = 3,
        StdoutBytes = 4, StderrBytes = 0, WasStopped = false, PipeHeldByDescendant = false, DescendantsKilled = 0,
    };

    [Fact]
    public void The_command_and_its_settings_are_the_documented_ones_with_the_prompt_on_standard_input()
    {
        using var folder = new TestFolder();
        var task = AgentTasks.In(folder, AgentKind.Gemini, "gemini-3-flash-preview");

        var spec = new GeminiAgent().Prepare(task);

        Snapshot.Match(AgentTasks.Describe(spec, task, folder) + "\n\n" + File.ReadAllText(folder.At("home", ".gemini", "settings.json")));
    }

    [Theory]
    [InlineData("error", 173, "error", 429)]
    [InlineData("error", 247, "error", 503)]
    [InlineData("UNAUTHENTICATED", 145, "UNAUTHENTICATED", 401)]
    [InlineData(null, 41, "FatalAuthenticationError", null)]
    [InlineData("error", 53, "FatalTurnLimitedError", null)]
    [InlineData(null, 55, "FatalUntrustedWorkspaceError", null)]
    [InlineData("APIError", 1, "APIError", null)]
    [InlineData("error", 0, "error", null)]
    public void An_exit_code_says_what_the_output_does_not(string? named, int exitCode, string name, int? status)
    {
        var reading = new GeminiAgent().Conclude(new AgentReading { ErrorName = named }, Exit with { ExitCode = exitCode });

        Assert.Equal((name, status), (reading.ErrorName, reading.HttpStatus));
    }

    [Fact]
    public void An_exit_code_after_a_success_or_a_stop_says_nothing()
    {
        var success = new AgentReading { TerminalIsSuccess = true };
        var stopped = new AgentReading();

        var agent = new GeminiAgent();

        Assert.Equal(success, agent.Conclude(success, Exit with { ExitCode = 173 }));
        Assert.Equal(stopped, agent.Conclude(stopped, Exit with { ExitCode = 173, WasStopped = true }));
    }
}
