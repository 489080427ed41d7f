using System.Globalization;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>Says who is to blame, from dx-runner's exit codes, states and reason codes alone: the original looked for "auth" anywhere in its text.</summary>
internal static class DxRunnerFailures
{
    /// <summary>The exit code of a start that a provider's cap refused.</summary>
    public const int CapExceeded = 26;

    /// <summary>The reason code of the same.</summary>
    public const string CapReason = "provider_concurrency_cap_exceeded";

    private static readonly Dictionary<string, (FailureCategory Category, string Reason)> ByReason = new()
    {
        ["model_unavailable"] = (FailureCategory.Model, FailureReasons.ModelUnavailable),
        ["opencode_model_unavailable"] = (FailureCategory.Model, FailureReasons.ModelUnavailable),
        ["gemini_capacity_exhausted"] = (FailureCategory.Env, FailureReasons.QuotaOrRateLimit),
        ["opencode_rate_limited"] = (FailureCategory.Env, FailureReasons.QuotaOrRateLimit),
        ["auth_error"] = (FailureCategory.Env, FailureReasons.AuthError),
        ["secret_auth_resolution_failed_after_preflight"] = (FailureCategory.Env, FailureReasons.AuthError),
        ["worktree_missing_for_opencode"] = (FailureCategory.Env, FailureReasons.PermissionDenied),
        ["opencode_attach_mode_unavailable"] = (FailureCategory.Env, FailureReasons.ProviderNotConfigured),
        ["opencode_attach_missing_url"] = (FailureCategory.Env, FailureReasons.ProviderNotConfigured),
        ["max_runtime_exceeded"] = (FailureCategory.Model, FailureReasons.Timeout),
        ["no_mutation_timeout"] = (FailureCategory.Model, FailureReasons.StalledRun),
        ["extended_stall"] = (FailureCategory.Model, FailureReasons.StalledRun),
    };

    private static readonly Dictionary<int, (FailureCategory Category, string Reason)> ByExitCode = new()
    {
        [10] = (FailureCategory.Env, FailureReasons.AuthError),
        [11] = (FailureCategory.Env, FailureReasons.AuthError),
        [20] = (FailureCategory.Env, FailureReasons.CliMissing),
        [21] = (FailureCategory.Env, FailureReasons.ProviderNotConfigured),
        [22] = (FailureCategory.Env, FailureReasons.PermissionDenied),
        [25] = (FailureCategory.Model, FailureReasons.ModelUnavailable),
        [27] = (FailureCategory.Env, FailureReasons.ProviderNotConfigured),
    };

    private static readonly Dictionary<string, (FailureCategory Category, string Reason)> ByState = new()
    {
        ["exited_ok"] = (FailureCategory.Model, FailureReasons.RuntimeNonzero),
        ["exited_err"] = (FailureCategory.Model, FailureReasons.RuntimeNonzero),
        ["no_op_success"] = (FailureCategory.Model, FailureReasons.RuntimeNonzero),
        ["stopped"] = (FailureCategory.Model, FailureReasons.RuntimeNonzero),
        ["stalled"] = (FailureCategory.Model, FailureReasons.StalledRun),
        ["no_op"] = (FailureCategory.Model, FailureReasons.EmptyAnswer),
        ["blocked"] = (FailureCategory.Env, FailureReasons.PermissionDenied),
        ["start_failed"] = (FailureCategory.Harness, FailureReasons.StartFailed),
        ["missing"] = (FailureCategory.Harness, FailureReasons.StartFailed),
    };

    /// <summary>Whether a start was refused because as many of the provider's jobs run as may: it is to be asked again.</summary>
    public static bool IsCap(DxRunnerReply reply) => reply.ExitCode == CapExceeded || reply.ReasonCode == CapReason;

    /// <summary>The failure of a start that was refused.</summary>
    public static Failure OfStart(DxRunnerReply reply) => OfReply(reply, FailureReasons.StartFailed, FailureCategory.Harness, "refused the job");

    /// <summary>The failure of a job that a provider's cap kept waiting until its limit: no model was asked.</summary>
    public static Failure OfCap() => Of(
        FailureCategory.Harness,
        FailureReasons.WaitTimeout,
        "dx_runner.cap",
        "The provider's cap of dx-runner kept the job waiting until its limit; it was never started. Lower Parallel, give it more Timeout, or raise DX_RUNNER_MAX_PARALLEL_<PROVIDER>.");

    /// <summary>The failure of a preflight.</summary>
    public static Failure OfPreflight(DxRunnerReply reply) => OfReply(reply, FailureReasons.ProviderNotConfigured, FailureCategory.Env, "refused the provider");

    /// <summary>The failure of a job that has not ended well. A state that dx-runner is not known to have is one, at once.</summary>
    public static Failure OfJob(DxRunnerJob job)
    {
        var codes = new[] { job.OutcomeReasonCode, job.ReasonCode }.OfType<string>().ToList();
        var evidence = string.Create(CultureInfo.InvariantCulture, $"dx-runner's state is '{job.State ?? "not said"}', reason '{string.Join(", ", codes)}', exit code {job.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "not said"}.");
        foreach (var code in codes)
        {
            if (ByReason.TryGetValue(code, out var named))
            {
                return Of(named.Category, named.Reason, "dx_runner.reason", evidence);
            }
        }

        return job.State is { } state && ByState.TryGetValue(state, out var known)
            ? Of(known.Category, known.Reason, "dx_runner.state", evidence)
            : Of(FailureCategory.Harness, FailureReasons.ParserError, "dx_runner.unknown_state", evidence);
    }

    private static Failure OfReply(DxRunnerReply reply, string otherReason, FailureCategory otherCategory, string did)
    {
        var (category, reason) = reply.ReasonCode is { } code && ByReason.TryGetValue(code, out var named) ? named
            : reply.ExitCode is { } exit && ByExitCode.TryGetValue(exit, out var known) ? known
            : (otherCategory, otherReason);
        var said = reply.ReasonCode ?? reply.LastLine;
        return Of(category, reason, "dx_runner.start", string.Create(CultureInfo.InvariantCulture, $"dx-runner {did} with exit code {reply.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none"}: {said}"));
    }

    private static Failure Of(FailureCategory category, string reason, string rule, string evidence) => new()
    {
        Category = category,
        Reason = reason,
        EndedBy = category switch { FailureCategory.Model => EndedBy.Agent, FailureCategory.Env => EndedBy.Env, _ => EndedBy.Harness },
        RuleId = rule,
        Evidence = evidence,
    };
}
