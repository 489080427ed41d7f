using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.Governed;

/// <summary>How a governed run ended.</summary>
internal sealed record GovernedOutcome
{
    /// <summary>What the command ends with.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The report.</summary>
    public required GovernanceReport Report { get; init; }

    /// <summary>Where it was written; null when it could not be.</summary>
    public string? ReportPath { get; init; }

    /// <summary>The run's folder; null when there is none.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>What the records give; null when they were not read.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>Whose fault it is that the run did not pass, in words; null when it passed.</summary>
    public string? Fault => Report.Passed ? null : Report switch
    {
        { Preflight.Passed: false } => Report.Taxonomy ?? "unknown",
        { Failure.ReasonCode: GateReasons.Cancelled } => "nobody's: it was stopped",
        { Failure: not null } => "harness (Bench, the build or the machine)",
        { BaselineGate.Passed: false } or { AllowlistGateBefore.Passed: false } or { IntegrityGate.Passed: false } => "the repository",
        { AllowlistGateAfter.Passed: false } => "the run: it changed files",
        { ReportGate: { Passed: false, ReasonCode: GateReasons.SuccessRateTooLow } } => FailedJobs(Summary?.Outcomes),
        { ReportGate.ReasonCode: GateReasons.DryRun or GateReasons.FaultsInjected } => "nobody's: such a run proves nothing",
        { ReportGate.ReasonCode: GateReasons.VersionsChanged } => "env (an agent changed)",
        _ => "harness (the run is not whole)",
    };

    /// <summary>What to do, in sentences; null when the run passed.</summary>
    public string? NextAction => Report switch
    {
        { Passed: true } => null,
        { Preflight: { Passed: false } preflight } => string.Join(' ', preflight.Lanes.Where(lane => !lane.Passed).Select(lane => $"{lane.WorkflowId}: {lane.Details}").Distinct()),
        { Failure: { } failure } => failure.NextAction,
        _ => string.Join(' ', Failed.Select(verdict => verdict.NextAction).OfType<string>().Distinct()),
    };

    /// <summary>The gates that did not pass.</summary>
    public IEnumerable<GateVerdict> Failed =>
        new GateVerdict?[] { Report.BaselineGate, Report.AllowlistGateBefore, Report.AllowlistGateAfter, Report.IntegrityGate, Report.ReportGate }.OfType<GateVerdict>().Where(verdict => !verdict.Passed);

    private static string FailedJobs(OutcomeSummary? outcomes)
    {
        if (outcomes is null)
        {
            return "unknown";
        }

        var counts = new[] { ("model", outcomes.FailedModel), ("env", outcomes.FailedEnv), ("harness", outcomes.FailedHarness), ("cancelled", outcomes.Cancelled) };
        return string.Join(", ", counts.Where(count => count.Item2 > 0).Select(count => FormattableString.Invariant($"{count.Item1} ({count.Item2} of {outcomes.Attempted} jobs)")));
    }
}
