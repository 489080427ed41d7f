using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>What a request wants.</summary>
internal enum Endpoint
{
    Generate,
    CountTokens,
    Models,
    Hello,
    Unknown,
}

/// <summary>A request's line and path, taken apart.</summary>
internal sealed record RequestTarget
{
    public required Endpoint Endpoint { get; init; }

    public required ModelApi Api { get; init; }

    /// <summary>Key of the route in <see cref="RouteTable"/>; null at the shared base URL.</summary>
    public string? RouteKey { get; init; }

    /// <summary>The path below the base URL, as it was sent, with its slash; without the query.</summary>
    public string Rest { get; init; } = "";

    /// <summary>The model that the path names.</summary>
    public string? Model { get; init; }

    /// <summary>Gemini's path asks for a stream.</summary>
    public bool Streams { get; init; }

    public static RequestTarget Of(HttpRequest request)
    {
        var path = request.Path.ToUriComponent();
        var (key, rest) = Scope(path);
        return rest is null ? Unknown(request, path) : Below(request, rest) with { RouteKey = key, Rest = rest };
    }

    // "/jobs/JOB/ATTEMPT/…" or "/shared/…".
    private static (string? Key, string? Below) Scope(string path)
    {
        var parts = path.Split('/', 5);
        return parts switch
        {
            ["", "jobs", var job, var attempt, var rest] => (RouteTable.KeyOf(job, attempt), "/" + rest),
            ["", "shared", ..] => (null, path["/shared".Length..]),
            _ => (null, null),
        };
    }

    private static RequestTarget Below(HttpRequest request, string rest)
    {
        var isPost = HttpMethods.IsPost(request.Method);
        var isGet = HttpMethods.IsGet(request.Method);
        return rest switch
        {
            "/v1/chat/completions" or "/chat/completions" when isPost => new() { Endpoint = Endpoint.Generate, Api = ModelApi.OpenAiChat },
            "/v1/messages" when isPost => new() { Endpoint = Endpoint.Generate, Api = ModelApi.AnthropicMessages },
            "/v1/messages/count_tokens" when isPost => new() { Endpoint = Endpoint.CountTokens, Api = ModelApi.AnthropicMessages },
            "/api/hello" when isGet || HttpMethods.IsHead(request.Method) => new() { Endpoint = Endpoint.Hello, Api = ModelApi.AnthropicMessages },
            _ when isPost && GeminiAction(rest) is { } target => target,
            _ when isGet && Models(request, rest) is { } target => target,
            _ => Unknown(request, rest),
        };
    }

    // "/v1beta/models/MODEL:ACTION"; the model's own name may hold slashes.
    private static RequestTarget? GeminiAction(string rest)
    {
        var colon = rest.LastIndexOf(':');
        if (colon < 0 || ModelOf(rest[..colon], "/v1beta/models/", "/v1/models/") is not { } model)
        {
            return null;
        }

        var target = new RequestTarget { Endpoint = Endpoint.Generate, Api = ModelApi.GeminiGenerate, Model = model };
        return rest[(colon + 1)..] switch
        {
            "generateContent" => target,
            "streamGenerateContent" => target with { Streams = true },
            "countTokens" => target with { Endpoint = Endpoint.CountTokens },
            _ => null,
        };
    }

    private static RequestTarget? Models(HttpRequest request, string rest)
    {
        var target = new RequestTarget { Endpoint = Endpoint.Models, Api = ApiOf(request, rest) };
        if (rest is "/v1beta/models" or "/v1/models" or "/models")
        {
            return target;
        }

        return ModelOf(rest, "/v1beta/models/", "/v1/models/", "/models/") is { } model ? target with { Model = model } : null;
    }

    private static string? ModelOf(string rest, params ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (rest.StartsWith(prefix, StringComparison.Ordinal) && rest.Length > prefix.Length)
            {
                return Uri.UnescapeDataString(rest[prefix.Length..]);
            }
        }

        return null;
    }

    private static RequestTarget Unknown(HttpRequest request, string path) => new() { Endpoint = Endpoint.Unknown, Api = ApiOf(request, path), Rest = path };

    // OpenAI and Anthropic share paths; their clients differ in headers.
    private static ModelApi ApiOf(HttpRequest request, string path)
    {
        if (path.Contains("/v1beta", StringComparison.Ordinal) || request.Headers.ContainsKey("x-goog-api-key"))
        {
            return ModelApi.GeminiGenerate;
        }

        return request.Headers.ContainsKey("anthropic-version") || request.Headers.ContainsKey("x-api-key") || path.Contains("/messages", StringComparison.Ordinal)
            ? ModelApi.AnthropicMessages
            : ModelApi.OpenAiChat;
    }
}
