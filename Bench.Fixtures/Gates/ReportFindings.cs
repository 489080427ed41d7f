using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>What one check of the report gate found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="ReasonCode">The reason if there are offenders.</param>
/// <param name="Offenders">Empty when all is well.</param>
/// <param name="NextAction">What to do about them.</param>
internal sealed record ReportFinding(string Check, string ReasonCode, IReadOnlyList<string> Offenders, string NextAction);

/// <summary>The checks of the report gate, those first that make the others worthless.</summary>
internal static class ReportFindings
{
    private const string RunAgain = "Run again.";

    /// <summary>Every check that the evidence allows.</summary>
    public static IReadOnlyList<ReportFinding> Of(ReportEvidence evidence, IReadOnlyList<ReportLane> lanes, double minSuccessRate, string? planHash, bool allowScripted) =>
        evidence is { Manifest: { } manifest, Summary: { } summary }
            ?
            [
                new("manifest", GateReasons.ManifestUnusable, [], ""),
                .. Kind(manifest, summary, allowScripted),
                .. Ending(manifest),
                .. Records(evidence, manifest, summary),
                Plan(manifest, planHash),
                .. Closing(evidence, manifest),
                Documents(evidence),
                Unjudged(lanes),
                Success(lanes, minSuccessRate),
            ]
            :
            [
                new(
                    "manifest",
                    evidence.HasManifest ? GateReasons.ManifestUnusable : GateReasons.ManifestMissing,
                    [(evidence.ManifestProblem ?? "The manifest cannot be read").TrimEnd('.')],
                    "Judge a run folder that this version of Bench has made, as it was made."),
                Secrets(evidence, manifest: null),
            ];

    private static IEnumerable<ReportFinding> Kind(Manifest manifest, RunSummary summary, bool allowScripted)
    {
        yield return Profile(manifest, allowScripted);
        string[] faults = [.. manifest.Faults, .. manifest.FaultPlan is { } plan ? [plan] : Array.Empty<string>()];
        yield return new(
            "faults",
            GateReasons.FaultsInjected,
            faults.Length == 0 && !summary.InjectedFaults ? [] : [$"the model failed on purpose ({string.Join(", ", faults)}): the run is no benchmark"],
            "Run without Faults and Gateway:FaultPlan.");
    }

    private static ReportFinding Profile(Manifest manifest, bool allowScripted)
    {
        var proof = ProfileWords.Proof(manifest.Profile);
        return manifest.DryRun || allowScripted || proof is null
            ? new("profile", GateReasons.DryRun, manifest.DryRun ? ["the profile is dry-run: no agent was started"] : [], "Run with the profile live; embedded or replay try agents and Bench alone (--allow-scripted).")
            : new(
                "profile",
                GateReasons.ScriptedModel,
                [$"the profile is {ProfileWords.Label(manifest.Profile)}. {proof.TrimEnd('.')}"],
                "Judge a run of the profile live, or ask for this one by --allow-scripted when agents and Bench are what you want to know of.");
    }

    private static IEnumerable<ReportFinding> Ending(Manifest manifest)
    {
        yield return new(
            "status",
            GateReasons.RunNotCompleted,
            manifest.Status == RunStatuses.Completed && manifest.Closing is not null ? [] : [manifest.Closing is null ? $"the status is '{manifest.Status}', and the run was never closed" : $"the status is '{manifest.Status}'"],
            $"Go on with it: dotnet test with the same settings and -p:BenchResume={manifest.RunId}.");
    }

    private static IEnumerable<ReportFinding> Records(ReportEvidence evidence, Manifest manifest, RunSummary summary)
    {
        const string Resume = "Go on with the run (Resume), or run again.";
        yield return new("jobs", GateReasons.NothingToJudge, manifest.Jobs.Count == 0 || summary.RecordCount == 0 ? ["the run has no job with a record"] : [], RunAgain);
        yield return new("lost", GateReasons.JobsLost, [.. summary.LostJobs.Select(job => $"{job.JobId} ({(job.WasStarted ? "in flight when the run ended" : "never started")})")], Resume);

        var lost = summary.LostJobs.Select(job => job.JobId).ToHashSet(StringComparer.Ordinal);
        var unplanned = summary.Outcomes.Unplanned;
        string[] incomplete =
        [
            .. summary.Lanes.Where(lane => lane.Outcomes.Cancelled > 0).Select(lane => $"{lane.WorkflowId}: {Counted.Of(lane.Outcomes.Cancelled, "job")} cancelled"),
            .. evidence.MissingDocuments.Where(jobId => !lost.Contains(jobId)).Select(jobId => $"raw/{jobId}.json is missing"),
            .. unplanned > 0 ? [$"{Counted.Of(unplanned.Value, "record")} of jobs that were not planned"] : Array.Empty<string>(),
            .. summary.Notes,
        ];
        yield return new("records", GateReasons.RecordsIncomplete, incomplete, Resume);
    }

    private static ReportFinding Plan(Manifest manifest, string? planHash)
    {
        var made = PlanHashing.Of(PlanFacts.Of(manifest));
        string[] offenders =
        [
            .. made == manifest.PlanHash ? Array.Empty<string>() : [$"the manifest names the plan hash {Short(manifest.PlanHash)}, what it plans has {Short(made)}: a test filter left jobs out, or the manifest was edited"],
            .. planHash is null || planHash == manifest.PlanHash ? Array.Empty<string>() : [$"the plan hash is {manifest.PlanHash}, and {planHash} is asked for"],
        ];
        return new("plan", GateReasons.PlanHashMismatch, offenders, "Run the whole plan; choose lanes and prompts by settings, not by a test filter.");
    }

    private static IEnumerable<ReportFinding> Closing(ReportEvidence evidence, Manifest manifest)
    {
        var left = manifest.Closing?.ProcessesLeft ?? 0;
        yield return Secrets(evidence, manifest);
        yield return new("processes", GateReasons.ProcessesLeft, left > 0 ? [$"{Counted.Of(left, "process")} outlived the run and had to be killed"] : [], "Find out from the records which lane leaves them.");
        yield return new("versions", GateReasons.VersionsChanged, [.. Changes(manifest)], "Keep agents from updating themselves, and run again.");
        yield return new("artifacts", GateReasons.ArtifactsIncomplete, manifest.Closing?.WriteProblems ?? [], RunAgain);
    }

    private static ReportFinding Secrets(ReportEvidence evidence, Manifest? manifest)
    {
        var now = evidence.Scan.Findings.Select(finding => FormattableString.Invariant($"{finding.File}:{finding.Line} {finding.Rule}"))
            .Concat(evidence.Scan.Unsearched.Select(file => $"{file.File}: not searched, {file.Why}"));
        return new(
            "redaction",
            GateReasons.SecretsFound,
            [.. (manifest?.Closing?.RedactionFindings ?? []).Concat(manifest?.Closing?.Unsearched ?? []).Union(now)],
            "Delete the files, change the secrets that were found if they were shared, and run again.");
    }

    private static IEnumerable<string> Changes(Manifest manifest) => manifest.Closing is { ChangedAgents.Count: > 0 } closing
        ? closing.ChangedAgents
        : manifest.ChangedAgents.Select(agent => $"{agent.Kind} was {agent.Version} ({Short(agent.Sha256)}) at the start and is {agent.VersionAfter ?? "gone"} ({Short(agent.Sha256After)}) at the end");

    private static ReportFinding Documents(ReportEvidence evidence)
    {
        var name = evidence.Folder.Relative(evidence.Folder.SummaryJson);
        return evidence.IsSummaryCurrent switch
        {
            null => new("summary", GateReasons.SummaryMissing, [$"{name} does not exist"], $"Run 'dotnet bench summarize {evidence.Folder.Root}'."),
            false => new("summary", GateReasons.SummaryStale, [$"{name} is not what the records give"], $"Run 'dotnet bench summarize {evidence.Folder.Root}', and find out who changed records or summary."),
            true => new("summary", GateReasons.SummaryStale, [], ""),
        };
    }

    private static ReportFinding Unjudged(IReadOnlyList<ReportLane> lanes) => new(
        "lanes",
        GateReasons.NothingToJudge,
        lanes.Count == 0 ? ["the run has no lane"] : [.. lanes.Where(lane => lane.SuccessRate.N == 0).Select(lane => $"{lane.WorkflowId} has no job with a record")],
        RunAgain);

    private static ReportFinding Success(IReadOnlyList<ReportLane> lanes, double minSuccessRate) => new(
        "success_rate",
        GateReasons.SuccessRateTooLow,
        [.. lanes.Where(lane => !lane.Passed && lane.SuccessRate.N > 0).Select(lane => $"{lane.WorkflowId} passed {SummaryNumbers.Rate(lane.SuccessRate)} on these prompts, at least {SummaryNumbers.Percent(minSuccessRate)} is required")],
        "Do not delegate to these lanes; their failures are in collected/summary.md.");

    private static string Short(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash ?? "-";
}
