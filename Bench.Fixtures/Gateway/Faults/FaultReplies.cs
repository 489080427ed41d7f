using System.Globalization;
using System.Text.Json.Nodes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>An error as a provider answers it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Name">The error's name in the body.</param>
/// <param name="Body">The JSON text.</param>
internal sealed record FaultReply(int Status, string Name, string Body);

/// <summary>The providers' own error answers, by API, in the words that they were seen to use. Statuses that a provider does not use are worded after its neighbours.</summary>
internal static class FaultReplies
{
    /// <summary>The reply of a fault; null for one that is no error status.</summary>
    public static FaultReply? Of(ModelApi api, FaultRule rule, string model) => StatusOf(rule.Fault) is not { } status ? null
        : rule.Fault == FaultCatalog.Status429Zai1302 ? Zai(status)
        : api switch
        {
            ModelApi.AnthropicMessages => Anthropic(status, model),
            ModelApi.GeminiGenerate => Gemini(status, model, rule.Fault == FaultCatalog.Status429RetryAfter ? rule.RetryAfter : null),
            _ => OpenAi(status, model),
        };

    private static int? StatusOf(string fault) => fault switch
    {
        FaultCatalog.Status400 => 400,
        FaultCatalog.Status401 => 401,
        FaultCatalog.Status403 => 403,
        FaultCatalog.Status404 => 404,
        FaultCatalog.Status413 => 413,
        FaultCatalog.Status429 or FaultCatalog.Status429RetryAfter or FaultCatalog.Status429Zai1302 => 429,
        FaultCatalog.Status500 => 500,
        FaultCatalog.Status503 => 503,
        FaultCatalog.Status529 => 529,
        _ => null,
    };

    // https://docs.anthropic.com/en/api/errors
    private static FaultReply Anthropic(int status, string model)
    {
        var (name, message) = status switch
        {
            400 => ("invalid_request_error", "messages: Input should be a valid list"),
            401 => ("authentication_error", "invalid x-api-key"),
            403 => ("permission_error", "Your API key does not have permission to use the specified resource."),
            404 => ("not_found_error", $"model: {model}"),
            413 => ("request_too_large", "Request exceeds the maximum size"),
            429 => ("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
            503 => ("api_error", "Service Unavailable"),
            529 => ("overloaded_error", "Overloaded"),
            _ => ("api_error", "Internal server error"),
        };
        return Reply(status, name, new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = name, ["message"] = message }, ["request_id"] = "req_bench" });
    }

    // https://platform.openai.com/docs/guides/error-codes
    private static FaultReply OpenAi(int status, string model)
    {
        var (type, code, message) = status switch
        {
            400 => ("invalid_request_error", "invalid_value", "Invalid value for 'messages'."),
            401 => ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
            403 => ("request_forbidden", "unsupported_country_region_territory", "Country, region, or territory not supported"),
            404 => ("invalid_request_error", "model_not_found", $"The model `{model}` does not exist or you do not have access to it."),
            413 => ("invalid_request_error", "request_too_large", "Request too large."),
            429 => ("requests", "rate_limit_exceeded", $"Rate limit reached for {model} on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s."),
            503 => ("server_error", null, "The engine is currently overloaded, please try again later"),
            529 => ("overloaded_error", null, "The service is temporarily overloaded, please try again later"),
            _ => ("server_error", null, "The server had an error while processing your request. Sorry about that!"),
        };
        var error = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = code };
        return Reply(status, code ?? type, new JsonObject { ["error"] = error });
    }

    // https://ai.google.dev/gemini-api/docs/troubleshooting
    private static FaultReply Gemini(int status, string model, TimeSpan? retryAfter)
    {
        var (name, message) = status switch
        {
            400 => ("INVALID_ARGUMENT", "Request contains an invalid argument."),
            401 => ("UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential."),
            403 => ("PERMISSION_DENIED", "The caller does not have permission"),
            404 => ("NOT_FOUND", $"models/{model} is not found for API version v1beta, or is not supported for generateContent."),
            413 => ("INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes."),
            429 => ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
            503 or 529 => ("UNAVAILABLE", "The model is overloaded. Please try again later."),
            _ => ("INTERNAL", "An internal error has occurred. Please retry."),
        };
        var error = new JsonObject { ["code"] = status, ["message"] = message, ["status"] = name };
        if (retryAfter is { } wait)
        {
            var delay = string.Create(CultureInfo.InvariantCulture, $"{wait.TotalSeconds:0.###}s");
            error["details"] = new JsonArray(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = delay });
        }

        return Reply(status, name, new JsonObject { ["error"] = error });
    }

    // Z.AI's own shape, on its Anthropic endpoint too: a code as text, no type. It serves no Gemini API; the body is sent there all the same.
    private static FaultReply Zai(int status) => Reply(status, "1302", new JsonObject { ["error"] = new JsonObject { ["code"] = "1302", ["message"] = "Rate limit reached for requests" } });

    private static FaultReply Reply(int status, string name, JsonObject body) => new(status, name, body.ToJsonString());
}
