using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Workflows;

/// <summary>What stands behind the model of one lane: scripted answers by prompt id, a real provider, or a recording. Exactly one is set.</summary>
public sealed record ModelSource
{
    /// <summary>The scripted answers, by prompt id.</summary>
    public IReadOnlyDictionary<string, ScriptedAnswer>? Scripts { get; init; }

    /// <summary>The real provider.</summary>
    public UpstreamTarget? Upstream { get; init; }

    /// <summary>The recording.</summary>
    public Cassette? Cassette { get; init; }

    /// <summary>The gateway's route of an attempt.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="agent">Whose model names are in use.</param>
    /// <param name="folder">The attempt's own folder, absolute.</param>
    /// <exception cref="KeyNotFoundException">There is no scripted answer to the attempt's prompt.</exception>
    public RouteSpec RouteOf(AttemptRequest request, AgentKind agent, string folder) => new()
    {
        JobId = request.Job.JobId,
        Attempt = request.Attempt,
        PromptId = request.Prompt.Id,
        PromptText = request.Prompt.Text,
        Model = ModelNames.Bare(agent, request.Job.Model),
        Folder = folder,
        Fault = request.Job.Fault,

        // Claude Code and Gemini are told how often they may ask again; OpenCode cannot be.
        MaxRepeats = agent == AgentKind.OpenCode ? request.AgentRetries : null,
        LongestWait = request.Timeout,
        OnAsking = request.SetWaiting,
        Script = Scripts?[request.Prompt.Id],
        Upstream = Upstream,
        Cassette = Cassette,
    };
}
