using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary><c>opencode run</c>: one process per attempt, with folders of its own, since two processes on one data folder fail.</summary>
public sealed class OpenCodeAgent(OpenCodeOptions options) : IHeadlessAgent
{
    /// <inheritdoc />
    public ProcessSpec Prepare(AgentTask task)
    {
        OpenCodeConfiguration.Write(task.Directories, options, task.Model, $"{task.BaseUrl}/v1", task.Timeout);
        return new ProcessSpec
        {
            FileName = task.Binary.Path,
            Arguments = [.. task.Binary.LeadingArguments, .. Arguments(task.Model, task.Title)],
            WorkingDirectory = task.Directories.Work,
            Environment = OpenCodeEnvironment.Of(task.Directories, task.Token, task.Marks),
            StandardInput = StandardInput(task.Prompt),
        };
    }

    /// <inheritdoc />
    public IAgentReader CreateReader() => new OpenCodeStreamReader(options.AgentRetries);

    /// <summary>
    /// The arguments of a run. <c>--thinking</c> prints reasoning too and changes no request; the log, silent in a clean run, tells the cause of
    /// "Unexpected server error"; a title saves the model request that would make one.
    /// </summary>
    internal static IReadOnlyList<string> Arguments(string model, string title) =>
        ["run", "--format", "json", "--thinking", "--model", model, "--title", title, "--print-logs", "--log-level", "WARN"];

    /// <summary>On the command line OpenCode would quote a prompt with spaces; what comes on standard input is sent as it is.</summary>
    internal static ReadOnlyMemory<byte> StandardInput(string prompt) => Encoding.UTF8.GetBytes(prompt);
}
