using Bench.Fixtures.Gateway;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Workflows;

/// <summary>What stands behind the model of one lane: scripted answers by prompt id, or a real provider. Exactly one is set.</summary>
public sealed record ModelSource
{
    /// <summary>The scripted answers, by prompt id; null forwards to <see cref="Upstream"/>.</summary>
    public IReadOnlyDictionary<string, ScriptedAnswer>? Scripts { get; init; }

    /// <summary>The real provider; null answers from <see cref="Scripts"/>.</summary>
    public UpstreamTarget? Upstream { get; init; }

    /// <summary>The gateway's route of an attempt.</summary>
    /// <exception cref="KeyNotFoundException">There is no scripted answer to the attempt's prompt.</exception>
    public RouteSpec RouteOf(AttemptRequest request, AgentKind agent) => new()
    {
        JobId = request.Job.JobId,
        Attempt = request.Attempt,
        PromptId = request.Prompt.Id,
        PromptText = request.Prompt.Text,
        Model = ModelNames.Bare(agent, request.Job.Model),
        Script = Scripts?[request.Prompt.Id],
        Upstream = Upstream,
    };
}
