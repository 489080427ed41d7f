using Bench.Fixtures.Gateway.Protocols;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>What the gateway says to requests that it does not take.</summary>
internal static class Refusals
{
    public static ApiError WrongHost { get; } = new(
        StatusCodes.Status403Forbidden, "wrong_host", "The request's Host header is not this gateway's address. Use the base URL that the gateway gave.");

    public static ApiError WrongToken { get; } = new(
        StatusCodes.Status401Unauthorized, "unauthorized", "The API key is missing or is not this gateway's token. Send the token as 'Authorization: Bearer', 'x-api-key' or 'x-goog-api-key'.");

    public static ApiError WrongContent { get; } = new(
        StatusCodes.Status415UnsupportedMediaType, "wrong_content_type", "The body says that it is no plain JSON. Send 'Content-Type: application/json' and no Content-Encoding but identity.");

    public static ApiError NoRoute { get; } = new(
        StatusCodes.Status410Gone, "route_closed", "No attempt is open at this path: it has ended, or never was. Use the base URL of the attempt that runs.");

    public static ApiError UnknownSession { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "unattributed_session", "The agent session that the request names belongs to no attempt, or it names none. Send 'x-session-id' of a bound session.");

    public static ApiError Internal { get; } = new(
        StatusCodes.Status500InternalServerError, "internal_error", "The gateway failed on this request. This is a defect of the gateway.");

    public static ApiError Busy(int limit) => new(
        StatusCodes.Status503ServiceUnavailable, "too_many_requests", FormattableString.Invariant($"The gateway works on {limit} requests already, its limit. Try again, or run fewer jobs at once."));

    public static ApiError TooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", FormattableString.Invariant($"The request body is larger than {limit} bytes, the gateway's limit."));

    public static ApiError UnknownPath(string method, string path) => new(
        StatusCodes.Status404NotFound, "unknown_path", $"There is no '{method} {(path.Length <= 200 ? path : path[..200])}' here.");
}
