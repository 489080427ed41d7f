using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.ClaudeCode;

/// <summary>
/// Runs <c>claude -p</c> on another model than Anthropic's: the cc-glm lane. The prompt goes on standard input, which reaches the model byte for byte.
/// Every variable and flag is explained in docs/lanes/claude-code.md.
/// </summary>
/// <param name="maxRetries">How often the program repeats a failed model request by itself; its own default of 10 hides minutes of failing. Default: 2.</param>
public sealed class ClaudeCodeAgent(int maxRetries = ClaudeCodeAgent.DefaultMaxRetries) : IHeadlessAgent
{
    internal const int DefaultMaxRetries = 2;

    /// <inheritdoc />
    public ProcessSpec Prepare(AgentTask task) => new()
    {
        FileName = task.Binary.Path,
        Arguments =
        [
            .. task.Binary.LeadingArguments,
            "-p",
            "--model", task.Model,
            "--output-format", "stream-json",
            "--verbose",
            "--include-partial-messages",
            "--dangerously-skip-permissions",

            // Without these two, CLAUDE.md's neighbours in the folders above the work tree (.claude, .mcp.json) are read, and their commands run.
            "--setting-sources", "user",
            "--strict-mcp-config",
        ],
        WorkingDirectory = task.Directories.Work,
        Environment = EnvironmentOf(task),
        StandardInput = Encoding.UTF8.GetBytes(task.Prompt),
    };

    /// <inheritdoc />
    public IAgentReader CreateReader() => new ClaudeStreamReader();

    private Dictionary<string, string> EnvironmentOf(AgentTask task) => new(ClaudeCodeEnvironment.Of(task, maxRetries))
    {
        ["ANTHROPIC_BASE_URL"] = task.BaseUrl,
        ["ANTHROPIC_AUTH_TOKEN"] = task.Token,
        ["ANTHROPIC_MODEL"] = task.Model,
        ["ANTHROPIC_DEFAULT_OPUS_MODEL"] = task.Model,
        ["ANTHROPIC_DEFAULT_SONNET_MODEL"] = task.Model,
        ["ANTHROPIC_DEFAULT_HAIKU_MODEL"] = task.Model,
    };
}
