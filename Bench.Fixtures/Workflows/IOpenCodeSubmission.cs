using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows;

/// <summary>How a prompt got into a session of an OpenCode server, and what came of that.</summary>
internal interface IOpenCodeSubmission : IAsyncDisposable
{
    /// <summary>When the lane's own work began.</summary>
    long SpawnedAt { get; }

    /// <summary>First sign of being ready to work; null leaves it to the first model request.</summary>
    long? ReadyAt { get; }

    /// <summary>When the prompt was handed over: zero of the attempt's limit.</summary>
    long SubmittedAt { get; }

    /// <summary>When the client last gave a sign of life; null when there is none.</summary>
    long? LastSignAt { get; }

    /// <summary>When the client was last seen to have worked on a core; null when there is none, or nobody looks.</summary>
    long? LastWorkAt { get; }

    /// <summary>Completes when the client has gone; never without one.</summary>
    Task ClientGone { get; }

    /// <summary>Ends what is left of the client. The session has ended, or will not.</summary>
    /// <param name="isSuccess">The session has ended well.</param>
    /// <param name="stopNow">The client is not waited for.</param>
    Task EndAsync(bool isSuccess, bool stopNow);

    /// <summary>How the client process ended; null without one.</summary>
    ProcessExit? Exit { get; }

    /// <summary>The client's last lines of standard error.</summary>
    IReadOnlyList<string> StderrTail { get; }

    /// <summary>The session's reading, with what only the client knows.</summary>
    AgentReading Complete(AgentReading reading);

    /// <summary>What was odd about the client.</summary>
    IReadOnlyList<Incident> IncidentsFor(OpenCodeSession session);
}

/// <summary>A prompt handed over by HTTP: no client is left.</summary>
internal sealed class OpenCodeHttpSubmission(long spawnedAt, long readyAt, long submittedAt) : IOpenCodeSubmission
{
    public long SpawnedAt => spawnedAt;

    public long? ReadyAt => readyAt;

    public long SubmittedAt => submittedAt;

    public long? LastSignAt => null;

    public long? LastWorkAt => null;

    public Task ClientGone { get; } = new TaskCompletionSource().Task;

    public ProcessExit? Exit => null;

    public IReadOnlyList<string> StderrTail => [];

    public Task EndAsync(bool isSuccess, bool stopNow) => Task.CompletedTask;

    public AgentReading Complete(AgentReading reading) => reading;

    public IReadOnlyList<Incident> IncidentsFor(OpenCodeSession session) => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
