using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Where a request goes at the provider.</summary>
internal static partial class UpstreamAddress
{
    /// <summary>The provider's base URL with the agent's path and query. A base that ends in a version (<c>…/paas/v4</c>) keeps its own in place of the agent's.</summary>
    public static Uri Of(string baseUrl, string rest, QueryString query, string token)
    {
        var root = baseUrl.TrimEnd('/');
        var path = Version().IsMatch(root) ? LeadingVersion().Replace(rest, "", 1) : rest;
        return new Uri(root + path + WithoutToken(query, token), UriKind.Absolute);
    }

    // Gemini clients may carry the key in the query; the gateway's own must not leave.
    private static string WithoutToken(QueryString query, string token)
    {
        var kept = (query.Value ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => !pair.Contains(token, StringComparison.Ordinal));
        var text = string.Join('&', kept);
        return text.Length == 0 ? "" : "?" + text;
    }

    [GeneratedRegex(@"/v\d+[a-z0-9]*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"^/v\d+[a-z0-9]*(?=/)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LeadingVersion();
}
