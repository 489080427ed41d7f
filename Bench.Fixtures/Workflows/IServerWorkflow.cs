namespace Bench.Fixtures.Workflows;

/// <summary>A workflow whose attempts share an agent server.</summary>
public interface IServerWorkflow : IWorkflow
{
    /// <summary>The server's bootstrap, from its spawn to its first real work: <c>workflow_startup_latency_ms</c>. Null while no job has needed the server, and when it never got ready.</summary>
    TimeSpan? StartupLatency { get; }
}
