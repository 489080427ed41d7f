namespace Bench.Fixtures.Failures;

/// <summary>Who is to blame. A closed set.</summary>
public enum FailureCategory
{
    /// <summary>Bench itself.</summary>
    Harness,

    /// <summary>The model, or the agent that drives it.</summary>
    Model,

    /// <summary>The machine, the network, the account, the provider's service.</summary>
    Env,
}

/// <summary>Who ended the attempt.</summary>
public enum EndedBy
{
    /// <summary>The agent, by its terminal event or exit.</summary>
    Agent,

    /// <summary>Bench: a limit was reached, or Bench itself failed.</summary>
    Harness,

    /// <summary>The model's provider.</summary>
    Provider,

    /// <summary>The environment.</summary>
    Env,

    /// <summary>A person, or the CI system that cancelled the run.</summary>
    User,
}

/// <summary>Why an attempt failed.</summary>
public sealed record Failure
{
    // Another try would end alike, or would hide what must be seen.
    private static readonly string[] NeverRetried =
    [
        FailureReasons.CassetteMiss,
        FailureReasons.ScriptMismatch,
        FailureReasons.ModelUnavailable,
        FailureReasons.ModelMismatch,
        FailureReasons.ContextOverflow,
        FailureReasons.RequestRefused,
        FailureReasons.HintMismatch,
        FailureReasons.CheckFailed,
        FailureReasons.CliMissing,
        FailureReasons.CliVersionMismatch,
        FailureReasons.AuthError,
        FailureReasons.ProviderNotConfigured,
        FailureReasons.WrongBaseUrl,
        FailureReasons.PermissionDenied,

        // What another attempt costs could not be kept either.
        FailureReasons.ArtifactWriteFailed,
    ];

    /// <summary>Who is to blame.</summary>
    public required FailureCategory Category { get; init; }

    /// <summary>Snake-case code under the category; see <see cref="FailureReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Who ended the attempt.</summary>
    public required EndedBy EndedBy { get; init; }

    /// <summary>Id of the classification rule that fired.</summary>
    public required string RuleId { get; init; }

    /// <summary>The redacted line or fact that the rule saw; never the model's answer.</summary>
    public required string Evidence { get; init; }

    /// <summary>How long the provider asked to wait before the next try; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether another attempt makes sense: after failures of environment and Bench, and after one of the model that cost no output tokens;
    /// never where it would end alike (no program, key, model or place to write) or where the answer itself was judged.
    /// </summary>
    /// <param name="producedOutputTokens">The model put out at least one token in this attempt.</param>
    public bool IsRetryable(bool producedOutputTokens) =>
        !NeverRetried.Contains(Reason, StringComparer.Ordinal) && (Category != FailureCategory.Model || !producedOutputTokens);
}

/// <summary>Something noteworthy that did not decide the outcome.</summary>
/// <param name="Code">Snake-case code, e.g. <c>hung_after_success</c>.</param>
/// <param name="Detail">One redacted line with the facts.</param>
public sealed record Incident(string Code, string Detail);

/// <summary>The reason codes in use.</summary>
public static class FailureReasons
{
#pragma warning disable CS1591 // the code says what it means
    public const string ExecutorException = "executor_exception";
    public const string StartFailed = "start_failed";
    public const string PortInUse = "port_in_use";
    public const string ParserError = "parser_error";
    public const string ArtifactWriteFailed = "artifact_write_failed";
    public const string WaitTimeout = "wait_timeout";
    public const string CollectFailed = "collect_failed";
    public const string SummarizeFailed = "summarize_failed";
    public const string CassetteMiss = "cassette_miss";
    public const string GatewayRefused = "gateway_refused";
    public const string ScriptMismatch = "script_mismatch";
    public const string UnattributedSession = "unattributed_session";
    public const string UnexpectedOutcome = "unexpected_outcome";
    public const string PromptNotDelivered = "prompt_not_delivered";
    public const string AgentNotStarted = "agent_not_started";
    public const string HostSuspended = "host_suspended";
    public const string HostOverloaded = "host_overloaded";
    public const string ModelUnavailable = "model_unavailable";
    public const string ModelMismatch = "model_mismatch";
    public const string Timeout = "timeout";
    public const string StalledRun = "stalled_run";
    public const string RuntimeNonzero = "runtime_nonzero";
    public const string MalformedOutput = "malformed_output";
    public const string EmptyAnswer = "empty_answer";
    public const string HintMismatch = "hint_mismatch";
    public const string CheckFailed = "check_failed";
    public const string ErrorEvent = "error_event";
    public const string RequestRefused = "request_refused";
    public const string ContextOverflow = "context_overflow";
    public const string OutputLimit = "output_limit";
    public const string ContentRefused = "content_refused";
    public const string CliMissing = "cli_missing";
    public const string CliVersionMismatch = "cli_version_mismatch";
    public const string AuthError = "auth_error";
    public const string ProviderNotConfigured = "provider_not_configured";
    public const string WrongBaseUrl = "wrong_base_url";
    public const string QuotaOrRateLimit = "quota_or_rate_limit";
    public const string ProviderOverloaded = "provider_overloaded";
    public const string UpstreamNoAnswer = "upstream_no_answer";
    public const string ConnectionFailed = "connection_failed";
    public const string ServerUnavailable = "server_unavailable";
    public const string PermissionDenied = "permission_denied";
    public const string DiskFull = "disk_full";
#pragma warning restore CS1591
}
