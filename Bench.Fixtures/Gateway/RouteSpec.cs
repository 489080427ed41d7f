using Bench.Fixtures.Gateway.Cassettes;

namespace Bench.Fixtures.Gateway;

/// <summary>What stands behind the model for one attempt of a job. Exactly one of <see cref="Script"/>, <see cref="Upstream"/> and <see cref="Cassette"/> is set.</summary>
public sealed record RouteSpec
{
    /// <summary>Id of the job; letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, since it stands in a URL.</summary>
    public required string JobId { get; init; }

    /// <summary>Number of the try, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>Id of the prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>The prompt as it is sent to the agent; finds the prompt's own turns among the agent's requests.</summary>
    public required string PromptText { get; init; }

    /// <summary>The bare model name asked for, without provider prefix.</summary>
    public required string Model { get; init; }

    /// <summary>The attempt's own folder, absolute: its path differs from run to run, so a cassette does without it. Null when unknown.</summary>
    public string? Folder { get; init; }

    /// <summary>How every request of the job fails, an id of the fault catalog; null as a rule: by the gateway's plan, or not at all.</summary>
    public string? Fault { get; init; }

    /// <summary>Failed requests in a row that the agent may repeat by itself; null leaves it to the agent.</summary>
    public int? MaxRepeats { get; init; }

    /// <summary>An agent that is asked to wait longer can come to no end any more; null leaves it to the agent.</summary>
    public TimeSpan? LongestWait { get; init; }

    /// <summary>
    /// Is called with true when a model request opens and no other is open, with false when the last open one has ended, in this order; must not throw, block or
    /// call the route.
    /// </summary>
    public Action<bool>? OnAsking { get; init; }

    /// <summary>The scripted answer.</summary>
    public ScriptedAnswer? Script { get; init; }

    /// <summary>The real provider that requests are forwarded to.</summary>
    public UpstreamTarget? Upstream { get; init; }

    /// <summary>The recording that answers.</summary>
    public Cassette? Cassette { get; init; }
}
