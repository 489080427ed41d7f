namespace Bench.Fixtures.Gates;

/// <summary>What the preflight of a governed run found.</summary>
public sealed record GovernancePreflight
{
    /// <summary>Every lane is ready.</summary>
    public required bool Passed { get; init; }

    /// <summary><c>preflight_ok</c>, or the failure reason of the first lane that is not ready.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>In the order of the workflows; then those that jobs may go on in (<c>Fallback</c>), which are looked for and not tried.</summary>
    public required IReadOnlyList<GovernancePreflightLane> Lanes { get; init; }
}

/// <summary>A lane before the preflight; null is "not known".</summary>
public sealed record GovernancePreflightLane
{
    /// <summary>The workflow.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>The lane is ready.</summary>
    public required bool Passed { get; init; }

    /// <summary><c>preflight_ok</c> or a failure reason.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>Whose fault it is: <c>harness</c>, <c>model</c> or <c>env</c>; null when the lane is ready.</summary>
    public string? FailureCategory { get; init; }

    /// <summary>The version of its agent.</summary>
    public string? CliVersion { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The model that answered.</summary>
    public string? SelectedModel { get; init; }

    /// <summary>The provider took the key.</summary>
    public bool? AuthProbeOk { get; init; }

    /// <summary>Why the lane is not ready and what to do; null when it is.</summary>
    public string? Details { get; init; }
}

/// <summary>How the <c>dotnet test</c> of a governed run ended.</summary>
/// <param name="ExitCode">128 and the signal's number when a signal ended it; null when it could not be started.</param>
/// <param name="Stdout">The last part of its standard output, without secrets.</param>
/// <param name="Stderr">The last part of its standard error, without secrets.</param>
public sealed record GovernanceLaunch(int? ExitCode, string Stdout, string Stderr);

/// <summary>The step that kept a governed run from being judged.</summary>
/// <param name="ReasonCode">One of <see cref="GateReasons"/>.</param>
/// <param name="Details">What happened, in sentences.</param>
/// <param name="NextAction">What to do.</param>
public sealed record GovernanceFailure(string ReasonCode, string Details, string NextAction);
