using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents.ClaudeCode;

public sealed class ClaudeCodeAgentTests
{
    [Fact]
    public void The_command_is_the_documented_one_with_the_prompt_on_standard_input()
    {
        using var folder = new TestFolder();
        var task = AgentTasks.In(folder, AgentKind.ClaudeCode, "glm-5");

        var spec = new ClaudeCodeAgent().Prepare(task);

        Snapshot.Match(AgentTasks.Describe(spec, task, folder));
    }

    [Fact]
    public void A_short_limit_keeps_the_least_idle_limit_that_the_program_takes()
    {
        using var folder = new TestFolder();
        var task = AgentTasks.In(folder, AgentKind.ClaudeCode, "glm-5") with { Timeout = TimeSpan.FromSeconds(5) };

        var environment = new ClaudeCodeAgent(maxRetries: 0).Prepare(task).Environment;

        Assert.Equal(("5000", "10000", "0"), (environment["API_TIMEOUT_MS"], environment["CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS"], environment["CLAUDE_CODE_MAX_RETRIES"]));
    }
}
