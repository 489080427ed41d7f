using System.Globalization;
using System.Net.Http.Headers;
using Bench.Fixtures.Redaction;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Which headers go on to the provider and back, and where its key goes.</summary>
internal static class ForwardedHeaders
{
    // RFC 9110 §7.6.1, and what belongs to one connection or one cookie jar only.
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    // The key is replaced; the length is set anew; a compressed answer could not be read on its way, so none is asked for; "Expect" is settled here.
    private static readonly HashSet<string> NotAsked = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Authorization", "x-api-key", "x-goog-api-key", "Accept-Encoding", "Expect", "Cookie",
    };

    // The agent must not follow a provider elsewhere with the gateway's token in hand.
    private static readonly HashSet<string> NotAnswered = new(StringComparer.OrdinalIgnoreCase)
    {
        "Server", "Set-Cookie", "Location", "Alt-Svc", "Strict-Transport-Security",
    };

    // Ten years in seconds: a span of ticks overflows far beyond it.
    private const double LongestNumber = 10 * 365 * 86_400.0;

    private static readonly HashSet<string> OfCompressed = new(StringComparer.OrdinalIgnoreCase) { "Content-Encoding", "Content-Length", "Content-MD5", "ETag" };

    private static readonly string[] KeyHeaders = ["x-api-key", "x-goog-api-key"];

    /// <summary>Copies the agent's headers and puts the key where the agent had the gateway's token.</summary>
    public static void CopyRequest(HttpRequest from, HttpRequestMessage to, string key)
    {
        var connection = from.Headers.Connection.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in from.Headers)
        {
            if (HopByHop.Contains(name) || NotAsked.Contains(name) || connection.Contains(name))
            {
                continue;
            }

            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        // Without it a provider may send what it likes.
        to.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");

        // An agent set up for a bearer key talks to a provider that takes one (Z.AI's Anthropic API), one set up for x-api-key likewise.
        foreach (var name in KeyHeaders.Where(from.Headers.ContainsKey))
        {
            to.Headers.TryAddWithoutValidation(name, key);
        }

        if (from.Headers.ContainsKey("Authorization"))
        {
            to.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        }
    }

    /// <summary>Whether the agent has sent a key in a header.</summary>
    public static bool HasKey(HttpRequest request) => request.Headers.ContainsKey("Authorization") || KeyHeaders.Any(request.Headers.ContainsKey);

    /// <summary>Copies the provider's headers, without secrets; of a body that is passed on uncompressed those of its old shape stay behind.</summary>
    public static void CopyResponse(HttpResponseMessage from, HttpResponse to, SecretMask? mask)
    {
        var isCompressed = AnswerBody.IsCompressed(from);
        var connection = from.Headers.Connection.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name) && !NotAnswered.Contains(name) && !connection.Contains(name) && !(isCompressed && OfCompressed.Contains(name)))
            {
                to.Headers[name] = values.Select(v => mask?.Mask(v) ?? v).ToArray();
            }
        }
    }

    /// <summary>How long the provider asks to wait, by <c>retry-after-ms</c>, else by <c>Retry-After</c>; null when it does not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (Number(headers, "retry-after-ms") is { } milliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        if (headers.RetryAfter?.Date is { } date)
        {
            return TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks));
        }

        // Some send fractions, and some more seconds than an integer holds.
        return Number(headers, "Retry-After") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values)
        && double.TryParse(values.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, LongestNumber)
            : null;
}
