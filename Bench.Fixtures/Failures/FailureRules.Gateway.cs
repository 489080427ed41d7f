using System.Globalization;

namespace Bench.Fixtures.Failures;

/// <summary>What the gateway itself refused, so that neither the model nor its provider was asked, and what it saw that is no answer.</summary>
public static partial class FailureRules
{
    private static readonly string[] OwnLimits = ["too_many_requests", "body_too_large", "internal_error"];
    private static readonly string[] Mismatches = ["prompt_not_found", "tool_not_offered", "tool_mismatch"];

    private static IEnumerable<FailureRule> OfGateway() =>
    [
        Harness("gateway.cassette_miss", FailureReasons.CassetteMiss, EndedBy.Harness, "A model request was not on the cassette (`cassette_miss`), whatever the agent makes of it.", e => e.GatewayError == "cassette_miss" ? Refusal(e) : null),
        Harness("gateway.refused", FailureReasons.GatewayRefused, EndedBy.Harness, "The gateway refused the last model request: too many at once, too large a body, or a defect of its own.", e => OwnLimits.Contains(e.GatewayError, StringComparer.Ordinal) ? Refusal(e) : null),
        Env("gateway.redirected", FailureReasons.WrongBaseUrl, EndedBy.Provider, "The provider answered the last model request with a redirect (HTTP 3xx), which Bench does not follow: the base URL is wrong.", e => e.GatewayError == "upstream_redirected" ? e.GatewayErrorDetail : null),
        Env("gateway.no_api", FailureReasons.WrongBaseUrl, EndedBy.Provider, "The provider answered the last model request with a web page, or with HTTP 404 or 405 and no error of a model API: the base URL is wrong.", e => e.GatewayError == "upstream_no_api" ? e.GatewayErrorDetail : null),
        Harness("gateway.script_mismatch", FailureReasons.ScriptMismatch, EndedBy.Harness, "The scripted answer does not fit what the agent asked (`prompt_not_found`, `tool_not_offered`, `tool_mismatch`): where there is no model, nothing is the model's.", e => Mismatches.Contains(e.GatewayError, StringComparer.Ordinal) ? Refusal(e) : null),
        Harness("gateway.unattributed_session", FailureReasons.UnattributedSession, EndedBy.Harness, "Model requests named no session of an attempt (`unattributed_session`), and none that did explains the end.", e => e.UnattributedRequests > 0 ? Unattributed(e.UnattributedRequests) : null),
    ];

    // After the errors: where the provider's words say why, that decides. A request that it cannot read is the agent's.
    private static IEnumerable<FailureRule> OfNoAnswer() =>
    [
        Env("gateway.no_answer", FailureReasons.UpstreamNoAnswer, EndedBy.Provider, "The provider answered the last model request with HTTP 200 and what is no model's answer (`upstream_no_answer`), or with an error event and nothing before it, and its words do not say why.", e => e.GatewayError is "upstream_no_answer" or "error_in_answer" && e.ErrorName is not ("invalid_request_error" or "INVALID_ARGUMENT") ? e.GatewayErrorDetail : null),
    ];

    private static string Unattributed(int count) => string.Create(
        CultureInfo.InvariantCulture, $"unattributed_session: {count} model requests came in the attempt's time that named no session of an attempt, and were refused.");

    private static string Refusal(AttemptEvidence e) => $"{e.GatewayError}: {e.GatewayErrorDetail}";
}
