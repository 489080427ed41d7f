using System.Collections.Concurrent;
using System.Text;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Serving;
using Bench.Fixtures.Redaction;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Passes requests to a real provider, unchanged but for the key, and copies the answers through as they come, unchanged but for secrets in them.</summary>
/// <param name="token">The gateway's own key.</param>
/// <param name="secrets">What no answer may hand to an agent, beside the key of its provider.</param>
/// <param name="clock">Source of all timestamps.</param>
internal sealed class Forwarder(string token, IReadOnlyList<string> secrets, TimeProvider clock) : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly ConcurrentDictionary<string, SecretMask?> masks = new(StringComparer.Ordinal);

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        // What is measured is this provider: no proxy of the environment, no redirect, no cookies, no trace headers.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = System.Net.DecompressionMethods.None,

        // Bytes beyond ASCII go through as they are; left alone, they would be an error.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 1024,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Forwards a model request and books what its answer says.</summary>
    public async Task ForwardAsync(Exchange exchange, byte[] body, CancellationToken cancellationToken)
    {
        var upstream = exchange.Route!.Spec.Upstream!;
        using var seat = await upstream.Circuit.EnterAsync(cancellationToken);
        if (upstream.Circuit.Refusal is { } refusal)
        {
            await exchange.RefuseAsync(refusal, cancellationToken);
            return;
        }

        HttpResponseMessage response;
        try
        {
            response = await SendAsync(exchange.Context, exchange.Target, upstream, body, cancellationToken);
        }
        catch (Exception exception) when (IsUpstreamProblem(exception, cancellationToken))
        {
            await exchange.FailAsync(ProblemOf(exception, upstream), cancellationToken);
            return;
        }

        using (response)
        {
            exchange.Touch();
            var wrongAddress = WrongAddress.Of(response, upstream.BaseUrl);
            if (wrongAddress is not null || !response.IsSuccessStatusCode)
            {
                Settle(exchange, response, upstream, wrongAddress);
            }

            await CopyAsync(exchange, response, upstream, MaskOf(upstream), seat, cancellationToken);
        }
    }

    /// <summary>Forwards a request that is no model request (a list of models, a count of tokens): nothing is booked.</summary>
    public async Task ForwardPlainAsync(HttpContext context, RequestTarget target, UpstreamTarget upstream, byte[]? body, CancellationToken cancellationToken)
    {
        using var seat = await upstream.Circuit.EnterAsync(cancellationToken);
        if (upstream.Circuit.Refusal is { } refusal)
        {
            await Reply.ErrorAsync(context, target.Api, refusal, cancellationToken);
            return;
        }

        try
        {
            using var response = await SendAsync(context, target, upstream, body, cancellationToken);
            upstream.Circuit.Note(response.StatusCode, upstream.BaseUrl);
            var mask = MaskOf(upstream);
            await using var source = await AnswerBody.OpenAsync(response, mask, cancellationToken);
            context.Response.StatusCode = (int)response.StatusCode;
            ForwardedHeaders.CopyResponse(response, context.Response, mask);
            var buffer = new byte[BufferSize];
            for (var piece = await source.ReadAsync(buffer, cancellationToken); !piece.IsEmpty; piece = await source.ReadAsync(buffer, cancellationToken))
            {
                await context.Response.Body.WriteAsync(piece, cancellationToken);
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted && IsUpstreamProblem(exception, cancellationToken))
        {
            await Reply.ErrorAsync(context, target.Api, ProblemOf(exception, upstream), cancellationToken);
        }
    }

    public void Dispose() => client.Dispose();

    private SecretMask? MaskOf(UpstreamTarget upstream) => masks.GetOrAdd(upstream.Key, key => SecretMask.Of([key, .. secrets]));

    private async Task<HttpResponseMessage> SendAsync(HttpContext context, RequestTarget target, UpstreamTarget upstream, byte[]? body, CancellationToken cancellationToken)
    {
        var address = UpstreamAddress.Of(upstream, target.Rest, context.Request, token);
        using var message = new HttpRequestMessage(new HttpMethod(context.Request.Method), address);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
        }

        ForwardedHeaders.CopyRequest(context.Request, message, upstream.Key);
        return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task CopyAsync(Exchange exchange, HttpResponseMessage response, UpstreamTarget upstream, SecretMask? mask, IDisposable seat, CancellationToken cancellationToken)
    {
        AnswerBody source;
        try
        {
            source = await AnswerBody.OpenAsync(response, mask, cancellationToken);
        }
        catch (Exception exception) when (IsUpstreamProblem(exception, cancellationToken))
        {
            await exchange.FailAsync(ProblemOf(exception, upstream), cancellationToken);
            return;
        }

        await using (source)
        {
            await CopyAsync(exchange, response, source, upstream, mask, seat, cancellationToken);
        }
    }

    private async Task CopyAsync(
        Exchange exchange, HttpResponseMessage response, AnswerBody source, UpstreamTarget upstream, SecretMask? mask, IDisposable seat, CancellationToken cancellationToken)
    {
        var isStream = IsStream(response);
        var reader = exchange.Protocol.NewReader();
        var observer = new AnswerObserver(reader, isStream);
        var joined = isStream && mask is not null ? new StreamMask(mask) : null;
        exchange.Context.Response.StatusCode = (int)response.StatusCode;
        ForwardedHeaders.CopyResponse(response, exchange.Context.Response, mask);
        exchange.Entry.Change(r => r with { Status = (int)response.StatusCode, RetryAfter = ForwardedHeaders.RetryAfter(response.Headers, clock.GetUtcNow()) });

        // The head goes out when it comes, not with the first byte of the body.
        await exchange.Context.Response.StartAsync(cancellationToken);
        await exchange.Context.Response.BodyWriter.FlushAsync(cancellationToken);
        ReleaseSeat();
        string? problem;
        try
        {
            var firstByte = await PumpAsync(exchange, source, reader, observer, joined, ReleaseSeat, cancellationToken);
            observer.End();
            if (reader.HasToken && firstByte is { } timestamp)
            {
                // A whole answer is read at its end, but its text came with its first byte.
                exchange.MarkFirstToken(timestamp);
            }

            var wrongAddress = WrongAddress.Of(response, observer.Document, reader, upstream.BaseUrl);
            problem = wrongAddress is null && exchange.Entry.Snapshot.ErrorDetail is null ? AnswerEntry.ProblemOf(response, reader, observer, isStream) : null;
            if (problem is not GatewayRequest.NoAnswer)
            {
                Settle(exchange, response, upstream, wrongAddress);
            }

            if (problem is GatewayRequest.NoAnswer or GatewayRequest.ErrorInAnswer)
            {
                AnswerEntry.BookWords(exchange, (int)response.StatusCode, reader, observer, upstream, problem);
            }
        }
        catch (Exception exception) when (IsUpstreamProblem(exception, cancellationToken))
        {
            // The agent must see a broken answer as broken.
            problem = "upstream_disconnected";
            await WriteAsync(exchange, joined?.Break() ?? default, cancellationToken);
            exchange.Context.Abort();
        }

        AnswerEntry.Book(exchange, reader, problem);

        // The others need not wait for the end of a stream that has begun as one: a web page may call itself so.
        void ReleaseSeat()
        {
            if (observer.HasEvent && response.IsSuccessStatusCode)
            {
                upstream.Circuit.Note(response.StatusCode, upstream.BaseUrl);
            }

            if (upstream.Circuit.Proven.IsCompleted)
            {
                seat.Dispose();
            }
        }
    }

    private static bool IsStream(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "text/event-stream";

    // Told to the circuit at once: other requests may wait for it. The first wrong address that is seen stays.
    private static void Settle(Exchange exchange, HttpResponseMessage response, UpstreamTarget upstream, ApiError? wrongAddress)
    {
        if (wrongAddress is null)
        {
            upstream.Circuit.Note(response.StatusCode, upstream.BaseUrl);
            return;
        }

        upstream.Circuit.Refuse(wrongAddress);
        exchange.Entry.Change(r => r.ErrorDetail is null ? r with { Error = wrongAddress.Code, ErrorDetail = wrongAddress.Message } : r);
    }

    /// <summary>Copies the body; gives the time of its first byte.</summary>
    private async Task<long?> PumpAsync(
        Exchange exchange, AnswerBody source, AnswerReader reader, AnswerObserver observer, StreamMask? joined, Action onEvent, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        long? firstByte = null;
        while (true)
        {
            var piece = await source.ReadAsync(buffer, cancellationToken);
            if (piece.IsEmpty)
            {
                await WriteAsync(exchange, joined?.End() ?? default, cancellationToken);
                return firstByte;
            }

            var arrived = clock.GetTimestamp();
            firstByte ??= arrived;
            var hadEvent = observer.HasEvent;
            observer.Feed(piece.Span);
            if (observer.HasEvent && !hadEvent)
            {
                onEvent();
            }

            if (reader.HasToken)
            {
                exchange.MarkFirstToken(arrived);
            }

            // Booked before the last byte leaves: an agent that has read it may be gone at once.
            AnswerEntry.Book(exchange, reader, null);
            await WriteAsync(exchange, joined?.Take(piece) ?? piece, cancellationToken);
        }
    }

    private static async ValueTask WriteAsync(Exchange exchange, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (!piece.IsEmpty)
        {
            await exchange.Context.Response.BodyWriter.WriteAsync(piece, cancellationToken);
        }

        exchange.Touch();
    }

    // A connect that takes too long is reported as a cancellation that nobody asked for. The agent's own going cancels the token.
    private static bool IsUpstreamProblem(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException or OperationCanceledException;

    private static ApiError ProblemOf(Exception exception, UpstreamTarget upstream)
    {
        var error = (exception as HttpRequestException)?.HttpRequestError;
        var isConnect = exception is OperationCanceledException
            || error is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
        var (code, what) = isConnect ? ("upstream_connect", "could not be reached") : ("upstream_disconnected", "broke the connection before it answered");
        var why = error?.ToString() ?? "no connection in time";
        return new ApiError(StatusCodes.Status502BadGateway, code, $"The provider at '{upstream.BaseUrl}' {what}: {why}. Check the network and the profile's base URL.");
    }
}
