using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Workflows;

/// <summary>A way to run a prompt through an agent. One instance per run; called for many jobs at once.</summary>
public interface IWorkflow
{
    /// <summary>Runs one attempt to its end. Never throws for what the agent, model or environment did: that is the outcome.</summary>
    Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken);
}

/// <summary>One attempt to run.</summary>
public sealed record AttemptRequest
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The job.</summary>
    public required Job Job { get; init; }

    /// <summary>Number of the try, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>The prompt.</summary>
    public required Prompt Prompt { get; init; }

    /// <summary>Limit of the attempt.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Longest silence.</summary>
    public required TimeSpan StallThreshold { get; init; }

    /// <summary>Failed model requests that the agent may repeat by itself, where the agent itself has no such limit; null for no limit.</summary>
    public int? AgentRetries { get; init; }

    /// <summary>Is called when the agent begins to wait for its model (true) and when it does so no more (false); while it waits, another agent may start.</summary>
    public Action<bool>? SetWaiting { get; init; }

    /// <summary>How long Bench has stood still since the attempt began; null where nobody watches that.</summary>
    public Func<TimeSpan>? StoodStill { get; init; }

    /// <summary>Absolute path of the attempt's standard-output log.</summary>
    public required string StdoutLogPath { get; init; }

    /// <summary>Absolute path of the attempt's standard-error log.</summary>
    public required string StderrLogPath { get; init; }

    /// <summary>Absolute path of the attempt's event log (server lanes).</summary>
    public required string EventsLogPath { get; init; }
}
