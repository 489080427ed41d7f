namespace Bench.Fixtures.Gateway;

/// <summary>What stands behind the model for one attempt of a job. Exactly one of <see cref="Script"/> and <see cref="Upstream"/> is set.</summary>
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

    /// <summary>The scripted answer; null forwards to <see cref="Upstream"/>.</summary>
    public ScriptedAnswer? Script { get; init; }

    /// <summary>The real provider; null answers from <see cref="Script"/>.</summary>
    public UpstreamTarget? Upstream { get; init; }
}
