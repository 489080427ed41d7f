namespace Bench.Fixtures.Failures;

/// <summary>What the agent's error event, the API's error and the HTTP status say.</summary>
public static partial class FailureRules
{
    private static IEnumerable<FailureRule> OfErrors() => ErrorSigns.All.Select(signs => OfSigns("error", signs, "by the error's name or the beginning of its message", signs.InError));

    private static IEnumerable<FailureRule> OfHttp() =>
    [
        Env("http.auth", FailureReasons.AuthError, EndedBy.Provider, "HTTP 401 or 403.", OnStatus(s => s is 401 or 403)),
        Env("http.quota", FailureReasons.QuotaOrRateLimit, EndedBy.Provider, "HTTP 402 or 429.", OnStatus(s => s is 402 or 429)),
        Env("http.not_an_api", FailureReasons.WrongBaseUrl, EndedBy.Provider, "HTTP 404 or 405 with a web server's page instead of an API's error: the base URL is wrong.", e => e.HttpStatus is 404 or 405 && ErrorSigns.IsWebPage(e.ErrorMessage) ? EvidenceText.OfError(e) : null),
        Model("http.model_unavailable", FailureReasons.ModelUnavailable, EndedBy.Provider, "HTTP 404: the model API is there, the model is not.", OnStatus(s => s == 404)),
        Model("http.context_overflow", FailureReasons.ContextOverflow, EndedBy.Provider, "HTTP 413.", OnStatus(s => s == 413)),
        Env("http.overloaded", FailureReasons.ProviderOverloaded, EndedBy.Provider, "HTTP 408, 500, 502, 503, 504, 529 or another status from 500 on: the provider's service failed. The agent's own server is `exception.server`.", OnStatus(s => s is 408 or >= 500)),
        Model("http.other", FailureReasons.RequestRefused, EndedBy.Provider, "Another HTTP status from 400 on: the provider refused the agent's request.", OnStatus(s => s >= 400)),
        Env("error.no_model_request", FailureReasons.ProviderNotConfigured, EndedBy.Agent, "The agent reports an answer, but no model request of it was answered (`no_model_request`).", e => e.ErrorName == "no_model_request" ? EvidenceText.OfError(e) : null),
    ];

    private static FailureRule OfSigns(string group, ErrorSigns signs, string where, Func<AttemptEvidence, string?> sign) => new()
    {
        Id = $"{group}.{signs.Id}",
        Category = signs.Category,
        Reason = signs.Reason,
        EndedBy = signs.EndedBy,
        Description = $"{signs.Description} ({where}).",
        Sign = sign,
    };

    private static Func<AttemptEvidence, string?> OnStatus(Func<int, bool> condition) =>
        evidence => evidence.HttpStatus is { } status && condition(status) ? EvidenceText.OfError(evidence) : null;
}
