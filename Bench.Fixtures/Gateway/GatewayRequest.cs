namespace Bench.Fixtures.Gateway;

/// <summary>
/// One model request, as the gateway saw it. Timestamps are <see cref="TimeProvider.GetTimestamp"/> of the gateway's clock.
/// Tokens are null when nobody reported them, and have one meaning for all APIs.
/// </summary>
public sealed record GatewayRequest
{
    /// <summary>The <see cref="Error"/> of a request that is not on the cassette.</summary>
    public const string CassetteMiss = "cassette_miss";

    /// <summary>The <see cref="Error"/> of a request that came after more failed ones in a row than the agent may repeat; it gets no answer.</summary>
    public const string RepeatsExhausted = "agent_retries_exhausted";

    /// <summary>The <see cref="Error"/> of a request that the provider answered with status 200 and something that is no model's answer.</summary>
    public const string NoAnswer = "upstream_no_answer";

    /// <summary>The <see cref="Error"/> of a request whose answer, with status 200, holds an error.</summary>
    public const string ErrorInAnswer = "error_in_answer";

    /// <summary>The job; null when the request could not be attributed.</summary>
    public string? JobId { get; init; }

    /// <summary>The attempt; null when the request could not be attributed.</summary>
    public int? Attempt { get; init; }

    /// <summary>The API in which it was asked.</summary>
    public required ModelApi Api { get; init; }

    /// <summary>The model asked for; empty when the request names none.</summary>
    public required string ModelAsked { get; init; }

    /// <summary>The model that the answer names; null when there was no such answer.</summary>
    public string? ModelAnswered { get; init; }

    /// <summary>Beyond the prompt's own turns: a title, a summary, a router's question, another model.</summary>
    public bool Hidden { get; init; }

    /// <summary>A text of the request was no Unicode: bytes that are no UTF-8, or half a surrogate pair. It was read with U+FFFD in that place, and forwarded as it came.</summary>
    public bool WasMended { get; init; }

    /// <summary>How the gateway let the request fail on purpose; null as a rule. Never evidence: who judges an attempt must not read it.</summary>
    public string? Fault { get; init; }

    /// <summary>HTTP status of the answer; null before it is sent.</summary>
    public int? Status { get; init; }

    /// <summary>Input tokens, cached ones included.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Input tokens read from the provider's cache; part of <see cref="InputTokens"/>.</summary>
    public long? CachedTokens { get; init; }

    /// <summary>Output tokens spent on reasoning; part of <see cref="OutputTokens"/>.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>When its headers had arrived; <c>dotnet bench self-measure</c> prints how late this and the next stamp are.</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>When the first text, reasoning or tool call was handed to the agent; null when there was none.</summary>
    public long? FirstTokenTimestamp { get; init; }

    /// <summary>When the answer had ended; null while it is open.</summary>
    public long? EndTimestamp { get; init; }

    /// <summary>Why the model stopped, in the API's own word.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Short code of what went wrong, e.g. <c>client_disconnected</c>, <c>upstream_connect</c>, <c>http_429</c>; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>The error's name in the API's own word, e.g. <c>rate_limit_error</c>; null when there was none.</summary>
    public string? ErrorName { get; init; }

    /// <summary>What the gateway told the agent where it refused by itself, what a defect of it was, or what is wrong with an answer of status 200; null elsewhere. Not redacted, and in no log.</summary>
    public string? ErrorDetail { get; init; }

    /// <summary>What the provider said in an answer, or in place of one, with status 200, at most 500 characters; null elsewhere. Not redacted, and in no log.</summary>
    public string? ProviderMessage { get; init; }

    /// <summary>Bench refused it: neither a model nor a script was asked.</summary>
    public bool WasRefused { get; init; }

    /// <summary>How long the provider asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
