using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Where a request goes at the provider.</summary>
internal static partial class UpstreamAddress
{
    /// <summary>
    /// The provider's base URL with the agent's path and query. A base that ends in a version (<c>…/paas/v4</c>) keeps its own in place of the agent's.
    /// An agent that has the gateway's token in the query alone (<c>?key=</c>, as Gemini's API takes it) has the provider's key there.
    /// </summary>
    public static Uri Of(UpstreamTarget upstream, string rest, HttpRequest request, string token)
    {
        var root = upstream.BaseUrl.TrimEnd('/');
        var path = Version().IsMatch(root) ? LeadingVersion().Replace(rest, "", 1) : rest;
        var key = ForwardedHeaders.HasKey(request) ? null : upstream.Key;
        return new Uri(root + path + WithKey(request.QueryString, token, key), UriKind.Absolute);
    }

    // The gateway's own token must not leave.
    private static string WithKey(QueryString query, string token, string? key)
    {
        var pairs = (query.Value ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => !pair.Contains(token, StringComparison.Ordinal) ? pair : key is null ? null : $"{pair.Split('=')[0]}={Uri.EscapeDataString(key)}");
        var text = string.Join('&', pairs.OfType<string>());
        return text.Length == 0 ? "" : "?" + text;
    }

    [GeneratedRegex(@"/v\d+[a-z0-9]*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"^/v\d+[a-z0-9]*(?=/)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LeadingVersion();
}
