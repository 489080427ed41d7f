using System.Text.Json.Serialization;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>The answer of <see cref="ReportGate"/>.</summary>
public sealed record ReportVerdict : GateVerdict
{
    /// <inheritdoc />
    [JsonPropertyOrder(-3)]
    public override string Gate => "report";

    /// <summary>The run; the folder's name where the manifest cannot be read.</summary>
    public required string RunId { get; init; }

    /// <summary>What stood behind the model; null where the manifest cannot be read.</summary>
    public string? Profile { get; init; }

    /// <summary>What the run proves at most, in a sentence, because no real model answered; null in the profile <c>live</c> and where the manifest cannot be read.</summary>
    public string? Proves { get; init; }

    /// <summary>The manifest's; null where it cannot be read.</summary>
    public string? PlanHash { get; init; }

    /// <summary>The least success rate of every lane, above 0 and at most 1.</summary>
    public required double MinSuccessRate { get; init; }

    /// <summary>Every lane that was planned or has a record, by id.</summary>
    public required IReadOnlyList<ReportLane> Lanes { get; init; }

    /// <summary>Every check that could be made, in order.</summary>
    public required IReadOnlyList<ReportCheck> Checks { get; init; }

    /// <inheritdoc />
    protected override int FailureExitCode => RunOrIntegrityFailed;
}

/// <summary>A lane before the gate.</summary>
/// <param name="WorkflowId">The workflow.</param>
/// <param name="SuccessRate">Passed ÷ attempted, with its interval; the value itself is held against the least rate.</param>
/// <param name="Passed">The rate is high enough.</param>
/// <param name="Chances">What that says; null without a job.</param>
public sealed record ReportLane(string WorkflowId, RateEstimate SuccessRate, bool Passed, ReportChances? Chances = null);

/// <summary>One check of the report gate.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Passed">Nothing was wrong with it.</param>
/// <param name="ReasonCode">One of <see cref="GateReasons"/>; null when it passed.</param>
/// <param name="Offenders">Everything that is wrong; empty when it passed.</param>
public sealed record ReportCheck(string Check, bool Passed, string? ReasonCode, IReadOnlyList<string> Offenders);
