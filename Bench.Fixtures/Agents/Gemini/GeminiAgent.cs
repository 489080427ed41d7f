using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.Gemini;

/// <summary>
/// Runs <c>gemini</c> without <c>-p</c>: with a prompt on standard input it is headless, and the text reaches the model byte for byte.
/// Every variable, flag and setting is explained in docs/lanes/gemini.md.
/// </summary>
public sealed class GeminiAgent : IHeadlessAgent
{
    /// <inheritdoc />
    public ProcessSpec Prepare(AgentTask task)
    {
        GeminiSettings.Write(task.Directories.Home, task.Model);
        return new ProcessSpec
        {
            FileName = task.Binary.Path,
            Arguments = [.. task.Binary.LeadingArguments, "-m", task.Model, "--output-format", "stream-json", "--approval-mode", "yolo"],
            WorkingDirectory = task.Directories.Work,
            Environment = new Dictionary<string, string>(AgentEnvironment.Of(task))
            {
                ["COLORTERM"] = "truecolor",
                ["GEMINI_CLI_HOME"] = task.Directories.Home,
                ["GOOGLE_GEMINI_BASE_URL"] = task.BaseUrl,
                ["GEMINI_API_KEY"] = task.Token,
                ["GEMINI_CLI_TRUST_WORKSPACE"] = "true",
                ["GEMINI_CLI_NO_RELAUNCH"] = "true",
            },
            StandardInput = Encoding.UTF8.GetBytes(task.Prompt),
        };
    }

    /// <inheritdoc />
    public IAgentReader CreateReader() => new GeminiStreamReader();

    /// <summary>Exit codes name the HTTP status, or the program's own class of error, where the output does not.</summary>
    public AgentReading Conclude(AgentReading reading, ProcessExit exit)
    {
        if (reading.TerminalIsSuccess || exit.WasStopped || exit.ExitCode is not { } code || GeminiError.OfExitCode(code) is not { } error)
        {
            return reading;
        }

        return reading with
        {
            HttpStatus = reading.HttpStatus ?? error.HttpStatus,
            ErrorName = reading.ErrorName is { } name and not ("error" or "APIError") ? name : error.Name ?? reading.ErrorName,
        };
    }
}
