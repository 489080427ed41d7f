namespace Bench.Fixtures.Dispatches;

/// <summary>How a job stands (<c>check.state</c>); the names are dx-runner's, but for <see cref="Queued"/>. docs/dispatch.md says when each is given.</summary>
public static class DispatchStates
{
#pragma warning disable CS1591 // the name says what it means
    public const string Missing = "missing";
    public const string Queued = "queued";
    public const string Launching = "launching";
    public const string WaitingFirstOutput = "waiting_first_output";
    public const string SilentMutation = "silent_mutation";
    public const string Healthy = "healthy";
    public const string Stalled = "stalled";
    public const string NoOp = "no_op";
    public const string AwaitingFinalize = "awaiting_finalize";
    public const string ExitedOk = "exited_ok";
    public const string NoOpSuccess = "no_op_success";
    public const string ExitedErr = "exited_err";
    public const string Stopped = "stopped";
#pragma warning restore CS1591

    /// <summary>Whether the job is over.</summary>
    public static bool IsFinal(string state) => state is ExitedOk or NoOpSuccess or ExitedErr or Stopped;
}

/// <summary>How a job ended (<c>outcome.state</c>).</summary>
public static class DispatchOutcomeStates
{
#pragma warning disable CS1591
    public const string Success = "success";
    public const string Failed = "failed";
    public const string Killed = "killed";
#pragma warning restore CS1591
}

/// <summary>The reason codes of states and outcomes that are not failure reasons of the record.</summary>
public static class DispatchReasons
{
#pragma warning disable CS1591
    public const string NoMeta = "no_meta";
    public const string WaitingForSlot = "waiting_for_slot";
    public const string StartupGraceNoOutput = "startup_grace_no_output";
    public const string NoOutputWithinGrace = "no_output_within_grace";
    public const string CpuProgressNoOutput = "cpu_progress_no_output";
    public const string CpuProgressNoOutputPastThreshold = "cpu_progress_no_output_past_threshold";
    public const string WorktreeChangedNoOutput = "worktree_changed_no_output";
    public const string CpuProgress = "cpu_progress";
    public const string RecentLogActivity = "recent_log_activity";
    public const string NoOutputNoProgress = "no_output_no_progress_after_threshold";
    public const string StaleLogAndNoCpuProgress = "stale_log_and_no_cpu_progress";
    public const string NoHeartbeatNoMutation = "no_heartbeat_no_mutation";
    public const string AwaitingFinalizeMonitorActive = "awaiting_finalize_monitor_active";
    public const string FinalizeNoProgress = "finalize_no_progress";
    public const string ExitZeroNoMutations = "exit_zero_no_mutations";
    public const string ProcessExitWithRc = "process_exit_with_rc";
    public const string ProcessExitedWithoutOutcome = "process_exited_without_outcome";
    public const string ManualStop = "manual_stop";
    public const string Killed = "killed";
    public const string MaxRuntimeExceeded = "max_runtime_exceeded";
    public const string NoMutationTimeout = "no_mutation_timeout";
    public const string ExtendedStall = "extended_stall";
    public const string NoCommitArtifact = "no_commit_artifact";
    public const string OpenCodeModelUnavailable = "opencode_model_unavailable";
    public const string OpenCodeRateLimited = "opencode_rate_limited";
    public const string GeminiCapacityExhausted = "gemini_capacity_exhausted";
    public const string RunNotClean = "run_not_clean";

    public const string AlreadyRunning = "already_running";
    public const string CapExceeded = "provider_concurrency_cap_exceeded";
    public const string UnknownProvider = "adapter_missing";
    public const string PreflightFailed = "preflight_failed";
    public const string WorktreeMissing = "worktree_missing";
    public const string WorktreeNotAllowed = "worktree_not_allowed";
    public const string ModelUnavailable = "model_unavailable";
    public const string ModelOverrideBlocked = "model_override_blocked";
    public const string ExecutionModeUnsupported = "execution_mode_unsupported";
    public const string Launched = "launched";
#pragma warning restore CS1591
}
