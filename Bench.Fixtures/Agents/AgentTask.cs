using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents;

/// <summary>The folders of one attempt, all absolute, all existing, all its own.</summary>
/// <param name="Work">The empty git work tree that the agent works in.</param>
/// <param name="Home">HOME.</param>
/// <param name="Config">XDG_CONFIG_HOME.</param>
/// <param name="Data">XDG_DATA_HOME.</param>
/// <param name="Cache">XDG_CACHE_HOME.</param>
/// <param name="State">XDG_STATE_HOME.</param>
/// <param name="Temp">TMPDIR.</param>
public sealed record AgentDirectories(string Work, string Home, string Config, string Data, string Cache, string State, string Temp);

/// <summary>What an agent is asked to do, once.</summary>
public sealed record AgentTask
{
    /// <summary>The agent's binary.</summary>
    public required AgentBinary Binary { get; init; }

    /// <summary>The model, as the lane spells it.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt, sent verbatim on standard input.</summary>
    public required string Prompt { get; init; }

    /// <summary>A title for the agent's session: <c>run:workflow:prompt</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The attempt's folders.</summary>
    public required AgentDirectories Directories { get; init; }

    /// <summary>Base URL of the model API at the gateway, as this agent wants it.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The gateway's token, given to the agent as its API key.</summary>
    public required string Token { get; init; }

    /// <summary>Limit of the attempt; agents' own limits are set from it.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Variables that mark every process of the run and the job (for reaping); added to the environment.</summary>
    public required IReadOnlyDictionary<string, string> Marks { get; init; }
}

/// <summary>An agent that runs one process per attempt.</summary>
public interface IHeadlessAgent
{
    /// <summary>Writes the agent's configuration below the task's folders and says what to start. Log streams are the caller's to add.</summary>
    ProcessSpec Prepare(AgentTask task);

    /// <summary>A fresh reader of the process's output.</summary>
    IAgentReader CreateReader();

    /// <summary>
    /// What the process's end adds to its output: a terminal event on a lane that prints none, the meaning of an exit code.
    /// Default: nothing.
    /// </summary>
    AgentReading Conclude(AgentReading reading, ProcessExit exit) => reading;
}

/// <summary>Reads one agent's output as it comes.</summary>
public interface IAgentReader : IOutputObserver
{
    /// <summary>Completes when the agent has said its last word (its terminal event), or a sign that it never will (e.g. an <c>unknown</c> finish).</summary>
    Task Ended { get; }

    /// <summary>What was read; final once the process has ended.</summary>
    AgentReading Read();
}
