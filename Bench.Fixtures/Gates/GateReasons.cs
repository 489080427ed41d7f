namespace Bench.Fixtures.Gates;

/// <summary>
/// The <c>reason_code</c> words of the gates; those of the original harness where it had one. A gate that finds several offences
/// names the one that its checks reach first; docs/formats/governance_report.md explains each.
/// </summary>
public static class GateReasons
{
#pragma warning disable CS1591 // docs/formats/governance_report.md explains each
    public const string BaselineOk = "baseline_ok";
    public const string BaselineNotMet = "baseline_not_met";
    public const string RequiredBaselineMissing = "required_baseline_missing";
    public const string RequiredCommitMissing = "required_commit_missing";
    public const string RuntimeCommitMissing = "runtime_commit_missing";

    public const string IntegrityOk = "integrity_ok";
    public const string ReportedNotAncestor = "reported_not_ancestor";
    public const string ReportedCommitMissing = "reported_commit_missing";
    public const string ReportedCommitNotFound = "reported_commit_not_found";
    public const string BranchMissing = "branch_missing";
    public const string BranchHeadMissing = "branch_head_missing";

    public const string AllowlistOk = "allowlist_ok";
    public const string ScopeDriftDetected = "scope_drift_detected";
    public const string BeforeCommitMissing = "before_commit_missing";

    public const string WorktreeMissing = "worktree_missing";
    public const string NotAGitRepo = "not_a_git_repo";
    public const string HistoryMissing = "history_missing";
    public const string GitNotFound = "git_not_found";
    public const string GitForeignOwner = "git_foreign_owner";
    public const string GitFailed = "git_failed";

    public const string ReportOk = "report_ok";
    public const string ManifestMissing = "manifest_missing";
    public const string ManifestUnusable = "manifest_unusable";
    public const string DryRun = "dry_run";
    public const string ScriptedModel = "scripted_model";
    public const string FaultsInjected = "faults_injected";
    public const string RunNotCompleted = "run_not_completed";
    public const string NothingToJudge = "nothing_to_judge";
    public const string JobsLost = "jobs_lost";
    public const string RecordsIncomplete = "records_incomplete";
    public const string PlanHashMismatch = "plan_hash_mismatch";
    public const string SecretsFound = "secrets_found";
    public const string ProcessesLeft = "processes_left";
    public const string VersionsChanged = "versions_changed";
    public const string ArtifactsIncomplete = "artifacts_incomplete";
    public const string SummaryMissing = "summary_missing";
    public const string SummaryStale = "summary_stale";
    public const string SuccessRateTooLow = "success_rate_too_low";

    public const string PreflightFailed = "preflight_failed";
    public const string LaunchFailedNoRecords = "launch_failed_no_records";
    public const string CollectFailed = "collect_failed";
    public const string SummarizeFailed = "summarize_failed";
    public const string JudgeFailed = "judge_failed";
    public const string Cancelled = "cancelled";
#pragma warning restore CS1591
}
