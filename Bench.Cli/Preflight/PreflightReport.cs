using Bench.Fixtures.Gates;

namespace Bench.Cli.Preflight;

/// <summary>What <c>dotnet bench preflight</c> found; with <c>--json</c> as it is, in snake_case.</summary>
internal sealed record PreflightReport
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Every lane is ready.</summary>
    public required bool Passed { get; init; }

    /// <summary><c>preflight_ok</c>, or the reason of the first lane that is not ready.</summary>
    public required string ReasonCode { get; init; }
    public required string Profile { get; init; }

    /// <summary>The node that runs Gemini; null when no lane needs one, or there is none.</summary>
    public required string? NodeVersion { get; init; }

    /// <summary>The ripgrep that OpenCode gets; null when no lane needs one, or there is none.</summary>
    public required string? RipgrepPath { get; init; }

    /// <summary>In the order of the workflows; then those on the route, which are looked for and not tried.</summary>
    public required IReadOnlyList<PreflightLane> Lanes { get; init; }

    /// <summary>What does not keep a lane from being ready, but should be known.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What a governance report keeps of it.</summary>
    public GovernancePreflight ForReport() => new()
    {
        Passed = Passed,
        ReasonCode = ReasonCode,
        Lanes =
        [
            .. Lanes.Select(lane => new GovernancePreflightLane
            {
                WorkflowId = lane.WorkflowId,
                Passed = lane.Passed,
                ReasonCode = lane.ReasonCode,
                FailureCategory = lane.FailureCategory,
                CliVersion = lane.CliVersion,
                Model = lane.Model,
                SelectedModel = lane.SelectedModel,
                AuthProbeOk = lane.AuthProbeOk,
                Details = lane.Details,
            }),
        ],
    };
}

/// <summary>What was found about a lane; null is "not known".</summary>
internal sealed record PreflightLane
{
    public required string WorkflowId { get; init; }
    public required string System { get; init; }
    public required string Agent { get; init; }
    public required bool Passed { get; init; }

    /// <summary><c>preflight_ok</c> or a failure reason.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>Whose fault it is: <c>harness</c>, <c>model</c> or <c>env</c>; null when the lane is ready, or when its try did not say.</summary>
    public string? FailureCategory { get; init; }
    public string? CliPath { get; init; }
    public string? CliVersion { get; init; }

    /// <summary>The version that a run is meant to measure; null when nobody pins one.</summary>
    public string? PinnedVersion { get; init; }

    /// <summary>That the agent is another version; it is among the warnings.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? VersionNote { get; init; }
    public string? CliSha256 { get; init; }
    public string? FoundIn { get; init; }

    /// <summary>The model asked for; Bench never falls back to another one on its own.</summary>
    public required string Model { get; init; }

    /// <summary>The workflows in which jobs go on when the model is unavailable, in order; empty without a route.</summary>
    public IReadOnlyList<string> FallbackRoute { get; init; } = [];

    /// <summary>Null when the lane was not tried.</summary>
    public bool? ModelAvailable { get; init; }
    public string? SelectedModel { get; init; }
    public bool? AuthProbeOk { get; init; }

    /// <summary>The lane was run for real.</summary>
    public required bool Probed { get; init; }

    /// <summary>Why the lane is not ready and what to do; null when it is.</summary>
    public string? Details { get; init; }
}
