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

    /// <summary>The error in the API's own shape; returns its name there.</summary>
    public static async Task<string> ErrorAsync(HttpContext context, ModelApi api, ApiError error, CancellationToken cancellationToken)
    {
        var reply = ModelProtocols.Of(api).Error(error);
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await WriteAsync(context, error.Status, reply.Body, cancellationToken);
        return reply.Name;
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
