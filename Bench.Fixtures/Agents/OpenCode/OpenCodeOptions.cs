namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>What all OpenCode lanes of a run share.</summary>
public sealed record OpenCodeOptions
{
    /// <summary>Failed model requests that <c>opencode run</c> may repeat by itself before it is ended; null for no limit. The program knows none of its own below five.</summary>
    public int? AgentRetries { get; init; }

    /// <summary>
    /// The models that OpenCode is told of, as <c>provider/model</c>: those that stand behind the gateway.
    /// With any other one OpenCode itself reports that the model is not found.
    /// </summary>
    public required IReadOnlyList<string> KnownModels { get; init; }

    /// <summary>
    /// Absolute path of <c>rg</c>, which OpenCode's search tools need and would download; null when there is none, and those tools then fail.
    /// See <see cref="AgentLocator.FindRipgrep"/>.
    /// </summary>
    public string? RipgrepPath { get; init; }
}
