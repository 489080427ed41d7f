using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>
/// Whether a run may be relied on: it is a whole benchmark, everything planned has its record, every lane reaches the least success rate,
/// and nothing leaked, stayed behind or changed meanwhile. Pure: evidence in, verdict out.
/// </summary>
public static class ReportGate
{
    private const int MostNamed = 5;

    /// <summary>Judges a run. Every offence is named.</summary>
    /// <param name="evidence">What its folder says.</param>
    /// <param name="minSuccessRate">The least share of passed among attempted jobs, for every lane; above 0 and at most 1.</param>
    /// <param name="planHash">The plan that must have been run (<c>dotnet bench plan</c> prints it); null takes any.</param>
    /// <param name="allowScripted">Takes a run of the profiles <c>embedded</c> and <c>replay</c> too, for what it proves; a dry run never passes.</param>
    /// <exception cref="BenchUsageException">The rate is out of range.</exception>
    public static ReportVerdict Judge(ReportEvidence evidence, double minSuccessRate, string? planHash = null, bool allowScripted = false)
    {
        if (!(minSuccessRate > 0 && minSuccessRate <= 1))
        {
            throw new BenchUsageException(FormattableString.Invariant(
                $"The least success rate is {minSuccessRate}, but must be above 0 and at most 1: a lane that never passes is not to be relied on. Give e.g. --min-rate 0.9."));
        }

        var lanes = LanesOf(evidence, minSuccessRate);
        var findings = ReportFindings.Of(evidence, lanes, minSuccessRate, planHash, allowScripted);
        var failed = findings.Where(finding => finding.Offenders.Count > 0).ToList();
        return new ReportVerdict
        {
            Passed = failed.Count == 0,
            ReasonCode = failed.Count == 0 ? GateReasons.ReportOk : failed[0].ReasonCode,
            RunId = evidence.Manifest?.RunId ?? evidence.Folder.Name,
            Profile = evidence.Manifest?.Profile,
            Proves = ProfileWords.Proof(evidence.Manifest?.Profile),
            PlanHash = evidence.Manifest?.PlanHash,
            MinSuccessRate = minSuccessRate,
            Lanes = lanes,
            Checks = [.. findings.Select(CheckOf)],
            Details = failed.Count == 0
                ? Praise(evidence, lanes, minSuccessRate)
                : string.Join(' ', failed.Select(TextOf)),
            NextAction = failed.Count == 0 ? null : string.Join(' ', failed.Select(finding => finding.NextAction).Distinct()),
        };
    }

    private static ReportLane[] LanesOf(ReportEvidence evidence, double minSuccessRate)
    {
        var measured = (evidence.Summary?.Lanes ?? []).ToDictionary(lane => lane.WorkflowId, lane => lane.Outcomes.SuccessRateOfAttempted);
        var workflows = measured.Keys.Union(evidence.Manifest?.Workflows ?? []).Order(StringComparer.Ordinal);
        return
        [
            .. from workflow in workflows
               let rate = measured.GetValueOrDefault(workflow) ?? Estimates.Rate(0, 0, 0)
               select new ReportLane(workflow, rate, rate.Value >= minSuccessRate, ReportChances.Of(rate.N, minSuccessRate)),
        ];
    }

    // A pass says less than it looks: how little stands beside it.
    private static string Praise(ReportEvidence evidence, ReportLane[] lanes, double minSuccessRate)
    {
        var worst = lanes.MinBy(lane => lane.SuccessRate.LowLikeThese ?? 0)!;
        var text = FormattableString.Invariant(
            $"{(lanes.Length == 1 ? "The lane" : $"All {lanes.Length} lanes")} passed at least {SummaryNumbers.Percent(minSuccessRate)} of {(lanes.Length == 1 ? "its" : "their")} jobs, and the run is whole. ");
        text += worst.SuccessRate.Low is null
            ? $"The rate of {worst.WorkflowId} has no interval, since the environment or Bench failed some of its jobs, which says nothing about the lane. "
            : $"The least lower end at 95 %, of {worst.WorkflowId}, is {SummaryNumbers.Percent(worst.SuccessRate.Low)} on these prompts, {SummaryNumbers.Percent(worst.SuccessRate.LowLikeThese)} on prompts like these. ";
        return (text + ProfileWords.Proof(evidence.Manifest?.Profile)).TrimEnd();
    }

    private static ReportCheck CheckOf(ReportFinding finding) => finding.Offenders.Count == 0
        ? new(finding.Check, Passed: true, ReasonCode: null, [])
        : new(finding.Check, Passed: false, finding.ReasonCode, finding.Offenders);

    // All of them are in the checks.
    private static string TextOf(ReportFinding finding)
    {
        var more = finding.Offenders.Count > MostNamed ? FormattableString.Invariant($"; and {finding.Offenders.Count - MostNamed} more") : "";
        return $"{finding.ReasonCode}: {string.Join("; ", finding.Offenders.Take(MostNamed))}{more}.";
    }
}
