using System.Globalization;
using System.Text;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Gateway.Forwarding;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Settings;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>
/// Lets a request fail as its provider would. The books say what a gateway in front of such a provider would have seen, besides the fault's id:
/// nobody who judges the attempt learns more than in a real run.
/// </summary>
internal static class FaultServing
{
    private const string WebPage = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>Welcome to nginx!</h1></body></html>\n";

    /// <summary>Serves what comes before or instead of an answer.</summary>
    /// <returns>Whether the answer is still to come.</returns>
    public static async Task<bool> BeginAsync(Exchange exchange, FaultRule rule, CancellationToken cancellationToken)
    {
        if (FaultReplies.Of(exchange.Target.Api, rule, exchange.Entry.Snapshot.ModelAsked) is { } reply)
        {
            await ReplyAsync(exchange, rule, reply, cancellationToken);
            return false;
        }

        switch (rule.Fault)
        {
            case FaultCatalog.ConnectionRefused:
                Cut(exchange, "upstream_connect");
                return false;
            case FaultCatalog.ConnectionReset:
                Cut(exchange, "upstream_disconnected");
                return false;
            case FaultCatalog.HtmlAnswer:
                exchange.Entry.Change(r => r with { Error = WrongAddress.NoApi, ErrorDetail = WrongAddress.WebPage.Message });
                await WholeAsync(exchange, "text/html; charset=utf-8", WebPage, cancellationToken);
                return false;
            case FaultCatalog.NoHeaders:
                await StallAsync(exchange, rule, cancellationToken);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Waits as long as the fault stalls; without an end, until the agent goes away or the attempt is over.</summary>
    public static Task StallAsync(Exchange exchange, FaultRule rule, CancellationToken cancellationToken) =>
        Task.Delay(rule.Delay ?? Timeout.InfiniteTimeSpan, exchange.Clock, cancellationToken);

    /// <summary>Sends the first half of the answer as one document, as if it were all.</summary>
    public static Task TruncatedAsync(Exchange exchange, string document, CancellationToken cancellationToken) =>
        WholeAsync(exchange, "application/json", document[..(document.Length / 2)], cancellationToken);

    /// <summary>Breaks the connection.</summary>
    public static void Cut(Exchange exchange, string error)
    {
        exchange.Entry.Change(r => r with { Error = error });
        exchange.Context.Abort();
    }

    private static async Task ReplyAsync(Exchange exchange, FaultRule rule, FaultReply reply, CancellationToken cancellationToken)
    {
        TimeSpan? retryAfter = rule.Fault == FaultCatalog.Status429RetryAfter ? rule.RetryAfter : null;
        if (retryAfter is { } wait)
        {
            exchange.Context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }

        exchange.Entry.Change(r => r with
        {
            Status = reply.Status,
            Error = string.Create(CultureInfo.InvariantCulture, $"http_{reply.Status}"),
            ErrorName = reply.Name,
            RetryAfter = retryAfter,
        });
        await WriteAsync(exchange, reply.Status, "application/json", reply.Body, cancellationToken);
    }

    private static Task WholeAsync(Exchange exchange, string contentType, string text, CancellationToken cancellationToken)
    {
        exchange.Entry.Change(r => r with { Status = StatusCodes.Status200OK });
        return WriteAsync(exchange, StatusCodes.Status200OK, contentType, text, cancellationToken);
    }

    private static async Task WriteAsync(Exchange exchange, int status, string contentType, string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var response = exchange.Context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        exchange.Touch();
    }
}
