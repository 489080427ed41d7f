using Bench.Fixtures.Agents;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Preflight;

/// <summary>Tries a lane for real, e.g. by one small prompt against the gateway. Plugged in per workflow; throws only when it is cancelled.</summary>
internal delegate Task<LaneProbeResult> LaneProbe(LaneProbeRequest request, CancellationToken cancellationToken);

/// <summary>The lane to try.</summary>
/// <param name="Workflow">The lane's workflow.</param>
/// <param name="Binary">The agent that was found.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Settings">The settings of the run.</param>
internal sealed record LaneProbeRequest(WorkflowDescription Workflow, AgentBinary Binary, string Model, BenchSettings Settings);

/// <summary>What a try of a lane showed; null is "not seen".</summary>
internal sealed record LaneProbeResult
{
    /// <summary>A failure reason such as <c>model_unavailable</c> or <c>auth_error</c>; null when the lane works.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Whose fault it is: <c>harness</c>, <c>model</c> or <c>env</c>; null when the lane works, or when nobody said.</summary>
    public string? FailureCategory { get; init; }

    /// <summary>Why it failed and what to do, in one line; null when the lane works.</summary>
    public string? Detail { get; init; }

    /// <summary>The agent knows the model.</summary>
    public bool? ModelAvailable { get; init; }

    /// <summary>The model that answered.</summary>
    public string? SelectedModel { get; init; }

    /// <summary>The provider accepted the key.</summary>
    public bool? AuthProbeOk { get; init; }
}
