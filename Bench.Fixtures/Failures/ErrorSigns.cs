using System.Text.RegularExpressions;

namespace Bench.Fixtures.Failures;

/// <summary>
/// How the agents and their APIs spell one kind of error: the names, and what its message begins with. A message is read from its beginning,
/// behind wrappings such as <c>API Error: 500 </c>: a word somewhere in a text proves nothing.
/// </summary>
/// <remarks>Numbers are HTTP statuses and Z.AI's codes (https://docs.z.ai/api-reference/api-code), as answers of status 200 hold them.</remarks>
internal sealed record ErrorSigns(string Id, FailureCategory Category, string Reason, EndedBy EndedBy, string Description, string[] Names, Regex Pattern)
{
    private const int MaxCharsRead = 2000;

    /// <summary>Every kind, in the order in which they are tried.</summary>
    public static IReadOnlyList<ErrorSigns> All { get; } =
    [
        new("model_unavailable", FailureCategory.Model, FailureReasons.ModelUnavailable, EndedBy.Provider, "The model is not known or not served",
            ["ProviderModelNotFoundError", "ModelNotFoundError", "model_not_found", "model_not_supported", "1211"], ErrorPatterns.ModelUnavailable()),
        new("context_overflow", FailureCategory.Model, FailureReasons.ContextOverflow, EndedBy.Provider, "The conversation outgrew the model's context",
            ["ContextOverflowError", "context_length_exceeded", "request_too_large", "model_context_window_exceeded"], ErrorPatterns.ContextOverflow()),
        new("output_limit", FailureCategory.Model, FailureReasons.OutputLimit, EndedBy.Provider, "The model stopped at its output limit, and the agent takes no cut answer",
            ["max_output_tokens", "MessageOutputLengthError"], ErrorPatterns.OutputLimit()),
        new("content_refused", FailureCategory.Model, FailureReasons.ContentRefused, EndedBy.Provider, "The provider refused the content",
            ["ContentFilterError", "content_filter", "content_policy_violation", "PROHIBITED_CONTENT", "1301"], ErrorPatterns.ContentRefused()),
        new("empty_answer", FailureCategory.Model, FailureReasons.EmptyAnswer, EndedBy.Agent, "The agent says that the model answered nothing",
            [], ErrorPatterns.EmptyAnswer()),
        new("malformed", FailureCategory.Model, FailureReasons.MalformedOutput, EndedBy.Provider, "The agent could not read what the provider sent",
            ["StructuredOutputError", "INVALID_STREAM", "upstream_truncated"], ErrorPatterns.Malformed()),
        new("auth", FailureCategory.Env, FailureReasons.AuthError, EndedBy.Provider, "The provider, or the agent for it, refused the key",
            ["authentication_error", "authentication_failed", "invalid_api_key", "permission_error", "ProviderAuthError", "FatalAuthenticationError", "UNAUTHENTICATED", "PERMISSION_DENIED", "401", "403", "1000", "1001", "1002", "1003", "1004"], ErrorPatterns.Auth()),
        new("quota", FailureCategory.Env, FailureReasons.QuotaOrRateLimit, EndedBy.Provider, "The account's limit is reached",
            ["rate_limit_error", "rate_limit", "rate_limit_exceeded", "insufficient_quota", "quota_exceeded", "billing_error", "RESOURCE_EXHAUSTED", "TerminalQuotaError", "RetryableQuotaError", "402", "429", "1113", "1302", "1303", "1304", "1305", "1308", "1309", "1310"], ErrorPatterns.Quota()),
        new("connection", FailureCategory.Env, FailureReasons.ConnectionFailed, EndedBy.Env, "The provider could not be reached, or the connection broke",
            ["connection_failed", "upstream_connect", "upstream_disconnected"], ErrorPatterns.Connection()),
        new("overloaded", FailureCategory.Env, FailureReasons.ProviderOverloaded, EndedBy.Provider, "The provider's service failed or did not answer in time",
            ["overloaded_error", "overloaded", "server_error", "api_error", "internal_server_error", "500", "502", "503", "504", "529", "timeout_error", "stream_idle_timeout", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED"], ErrorPatterns.Overloaded()),
        new("server", FailureCategory.Env, FailureReasons.ServerUnavailable, EndedBy.Env, "An attached agent lost its server",
            ["ECONNRESET", "ECONNREFUSED", "ConnectionRefused", "ConnectionClosed"], ErrorPatterns.Server()),
        new("start", FailureCategory.Harness, FailureReasons.StartFailed, EndedBy.Agent, "The agent refused what Bench gave it to start with",
            ["FatalInputError", "FatalConfigError", "FatalSandboxError", "FatalUntrustedWorkspaceError"], ErrorPatterns.Start()),
    ];

    /// <summary>The error, where its name or message is of this kind.</summary>
    public string? InError(AttemptEvidence evidence) =>
        (evidence.ErrorName is { } name && Names.Contains(name, StringComparer.Ordinal) && !(IsCode(name) && evidence.HttpStatus is >= 400)) || (evidence.ErrorMessage is { } message && Message(message))
            ? EvidenceText.OfError(evidence)
            : null;

    // Beside a status that tells, a number tells nothing.
    private static bool IsCode(string name) => name.All(char.IsAsciiDigit);

    /// <summary>Whether the text begins as such an error's message does.</summary>
    public bool Message(string text) => Pattern.IsMatch(text.Length > MaxCharsRead ? text[..MaxCharsRead] : text);

    /// <summary>Whether a message is a web server's page.</summary>
    public static bool IsWebPage(string? message) => message is not null && ErrorPatterns.WebPage().IsMatch(message);

    /// <summary>Whether a finish reason says that the content was refused.</summary>
    public static bool IsRefusal(string? finishReason) => finishReason?.ToUpperInvariant() is
        "CONTENT-FILTER" or "CONTENT_FILTER" or "REFUSAL" or "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY" or "SENSITIVE";

    /// <summary>Whether a finish reason says that the answer is none.</summary>
    public static bool IsMalformedFinish(string? finishReason) => finishReason?.ToUpperInvariant() is "UNKNOWN" or "MALFORMED_FUNCTION_CALL";

    /// <summary>Whether a reader's problem is a limit of Bench and not the agent's doing.</summary>
    public static bool IsOverReadingLimit(string? problem) => problem is not null && ErrorPatterns.ReadingLimit().IsMatch(problem);

    /// <summary>The line without the escape sequences of a terminal.</summary>
    public static string WithoutColours(string line) => ErrorPatterns.Colours().Replace(line, "").Trim();
}
