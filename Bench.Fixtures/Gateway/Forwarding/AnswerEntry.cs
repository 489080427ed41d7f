using System.Globalization;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Serving;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>What the books keep of a provider's answer.</summary>
internal static class AnswerEntry
{
    /// <summary>Books what has been read so far.</summary>
    public static void Book(Exchange exchange, AnswerReader reader, string? problem) => exchange.Entry.Change(r => r with
    {
        ModelAnswered = reader.Model,
        InputTokens = reader.Input,
        OutputTokens = reader.Output,

        // A part is no more than the whole.
        CachedTokens = reader.Cached > reader.Input ? null : reader.Cached,
        ReasoningTokens = reader.Reasoning > reader.Output ? null : reader.Reasoning,
        FinishReason = reader.FinishReason,
        ErrorName = NameOf(reader, problem),
        Error = problem ?? r.Error,
    });

    /// <summary>Books what the provider says in an answer of status 200, or in place of one.</summary>
    public static void BookWords(Exchange exchange, int status, AnswerReader reader, AnswerObserver observer, UpstreamTarget upstream, string problem)
    {
        var message = reader.ErrorMessage ?? (problem == GatewayRequest.NoAnswer ? reader.OtherMessage ?? observer.PlainText : null);
        var words = string.Join(": ", new[] { NameOf(reader, problem), message }.OfType<string>());
        var detail = string.Create(
            CultureInfo.InvariantCulture, $"The provider at '{upstream.BaseUrl}' answered HTTP {status} with what is no model's answer{(words.Length > 0 ? $": {words}" : ".")}");

        // Once an answer has begun, its end is the agent's to tell.
        exchange.Entry.Change(r => r with { ProviderMessage = message, ErrorDetail = reader.HasToken ? null : detail });
    }

    /// <summary>The code of what is wrong with a whole answer; null when nothing is.</summary>
    public static string? ProblemOf(HttpResponseMessage response, AnswerReader reader, AnswerObserver observer, bool isStream)
    {
        if (!response.IsSuccessStatusCode)
        {
            return string.Create(CultureInfo.InvariantCulture, $"http_{(int)response.StatusCode}");
        }

        if (!reader.HasAnswer && observer.IsWhole && !(observer.HasEvent && IsWordless(reader)))
        {
            return GatewayRequest.NoAnswer;
        }

        return reader.HasError ? GatewayRequest.ErrorInAnswer
            : isStream && reader.FinishReason is null ? "upstream_truncated"
            : null;
    }

    // Events without words of their own: a ping stands in no answer's place, and an error event has a code of its own.
    private static bool IsWordless(AnswerReader reader) => reader.HasError || (reader.OtherMessage ?? reader.OtherCode) is null;

    private static string? NameOf(AnswerReader reader, string? problem) => reader.ErrorName ?? (problem == GatewayRequest.NoAnswer ? reader.OtherCode : null);
}
