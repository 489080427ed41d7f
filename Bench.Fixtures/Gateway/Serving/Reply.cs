using System.Text;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway.Protocols;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>Writes whole JSON answers.</summary>
internal static class Reply
{
    public static Task JsonAsync(HttpContext context, JsonObject document, CancellationToken cancellationToken) =>
        WriteAsync(context, StatusCodes.Status200OK, document.ToJsonString(), cancellationToken);

    /// <summary>The error in the API's own shape.</summary>
    public static Task ErrorAsync(HttpContext context, ModelApi api, ApiError error, CancellationToken cancellationToken)
    {
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return WriteAsync(context, error.Status, ModelProtocols.Of(api).Error(error).Body, cancellationToken);
    }

    private static async Task WriteAsync(HttpContext context, int status, string json, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
