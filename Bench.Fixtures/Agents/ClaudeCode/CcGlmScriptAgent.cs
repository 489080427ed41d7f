using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.ClaudeCode;

/// <summary>
/// Runs a script with the contract of <c>cc-glm-headless.sh</c>: <c>--prompt-file F</c>, <c>CC_GLM_…</c> variables, plain text on standard output,
/// and no terminal event but its exit. See docs/lanes/claude-code.md.
/// </summary>
/// <param name="script">Absolute path of the script; it is started by its <c>#!</c> line.</param>
/// <param name="maxRetries">How often the program repeats a failed model request by itself. Default: 2.</param>
public sealed class CcGlmScriptAgent(string script, int maxRetries = ClaudeCodeAgent.DefaultMaxRetries) : IHeadlessAgent
{
    // The script's own codes: no token, and a token file that cannot be read.
    private const int NoToken = 10;
    private const int NoTokenFile = 11;

    /// <inheritdoc />
    public ProcessSpec Prepare(AgentTask task)
    {
        // Not in the work tree: the agent must find that empty.
        var promptFile = Path.Combine(task.Directories.Config, "cc-glm", "prompt.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(promptFile)!);
        File.WriteAllText(promptFile, task.Prompt);
        return new ProcessSpec
        {
            FileName = script,
            Arguments = ["--prompt-file", promptFile],
            WorkingDirectory = task.Directories.Work,
            Environment = EnvironmentOf(task),
        };
    }

    /// <inheritdoc />
    public IAgentReader CreateReader() => new CcGlmTextReader();

    /// <summary>Exit code 0 is the terminal event. With any other one there is none, and what was printed is the program's own words and no answer.</summary>
    public AgentReading Conclude(AgentReading reading, ProcessExit exit)
    {
        if (exit.WasStopped || exit.ExitCode is not { } code)
        {
            return reading;
        }

        return code == 0
            ? reading with { TerminalAt = exit.ExitTimestamp, TerminalIsSuccess = true }
            : reading with
            {
                Answer = "",
                OwnLines = [.. reading.Answer.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)).TakeLast(AgentReading.MaxOwnLines)],
                ErrorName = code is NoToken or NoTokenFile ? "authentication_error" : null,

                // The exit code says more than the length of what is no answer.
                ParserProblem = null,
            };
    }

    private Dictionary<string, string> EnvironmentOf(AgentTask task)
    {
        var environment = ClaudeCodeEnvironment.Of(task, maxRetries);
        return new Dictionary<string, string>(environment)
        {
            // The claude that Bench found, not another one that the script would find first.
            ["PATH"] = $"{Path.GetDirectoryName(task.Binary.Path)}{Path.PathSeparator}{environment["PATH"]}",
            ["CC_GLM_MODEL"] = task.Model,
            ["CC_GLM_BASE_URL"] = task.BaseUrl,
            ["CC_GLM_AUTH_TOKEN"] = task.Token,
            ["CC_GLM_TIMEOUT_MS"] = ClaudeCodeEnvironment.Whole(task.Timeout.TotalMilliseconds),
        };
    }
}
