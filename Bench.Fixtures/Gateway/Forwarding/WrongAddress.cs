using System.Globalization;
using System.Net;
using Bench.Fixtures.Gateway.Protocols;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Tells answers that no model API gives: a redirect, a web page, a path that is not there. Then the base URL is wrong.</summary>
internal static class WrongAddress
{
    public const string Redirected = "upstream_redirected";
    public const string NoApi = "upstream_no_api";
    private const string Page = "a web page in place of a model API's answer";

    // These a proxy in front of the right address gives with a page of its own.
    private static readonly HttpStatusCode[] NotAboutTheAddress =
    [
        HttpStatusCode.Unauthorized, HttpStatusCode.PaymentRequired, HttpStatusCode.Forbidden, HttpStatusCode.RequestTimeout, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.TooManyRequests,
    ];

    /// <summary>What is said of a web page with status 200, where there is no address to name.</summary>
    public static ApiError WebPage { get; } = Error(NoApi, null, StatusCodes.Status200OK, Page);

    /// <summary>What the head of an answer says; null when nothing is wrong with it.</summary>
    public static ApiError? Of(HttpResponseMessage response, string baseUrl)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            var target = response.Headers.Location is { } location ? $" to '{Bare(location, baseUrl)}'" : "";
            return Error(Redirected, baseUrl, status, $"a redirect{target}, which Bench does not follow");
        }

        return IsSuspect(response) && response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml"
            ? Error(NoApi, baseUrl, status, Page)
            : null;
    }

    /// <summary>What its whole body says besides; null when nothing is wrong with it.</summary>
    public static ApiError? Of(HttpResponseMessage response, ReadOnlySpan<byte> document, AnswerReader reader, string baseUrl)
    {
        var status = (int)response.StatusCode;
        if (IsSuspect(response) && Utf8Text.IsPage(document))
        {
            return Error(NoApi, baseUrl, status, Page);
        }

        // An API says in its own error object what it does not know: mostly the model.
        return status == 405 || (status == 404 && !reader.HasErrorObject)
            ? Error(NoApi, baseUrl, status, "and no error of a model API: the path is not there")
            : null;
    }

    private static bool IsSuspect(HttpResponseMessage response) =>
        (int)response.StatusCode is (>= 200 and < 300) or (>= 400 and < 500) && !NotAboutTheAddress.Contains(response.StatusCode);

    private static ApiError Error(string code, string? baseUrl, int status, string what) => new(
        // No agent repeats this one.
        StatusCodes.Status404NotFound,
        code,
        string.Create(CultureInfo.InvariantCulture, $"The provider{(baseUrl is null ? "" : $" at '{baseUrl}'")} answered HTTP {status}, {what}. The base URL is wrong."));

    // Without user name and query, which may hold a secret.
    private static string Bare(Uri location, string baseUrl)
    {
        var absolute = location.IsAbsoluteUri ? location : new Uri(new Uri(baseUrl), location);
        return absolute.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }
}
