using System.Text;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Serving;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Answers an exchange from its route's cassette, at the recorded pace.</summary>
internal sealed class CassettePlayer(GatewayOptions options)
{
    public async Task PlayAsync(Exchange exchange, ModelCall call, CancellationToken cancellationToken)
    {
        var route = exchange.Route!;
        var cassette = route.Spec.Cassette!;
        var key = RequestKey.Of(call, route.Spec);
        var repeat = route.NextRepeat(key.Hash);
        var candidates = cassette.Of(route.Spec.JobId, route.Spec.Attempt);
        if (candidates.FirstOrDefault(e => e.Key == key.Hash && e.Repeat == repeat) is not { } recorded)
        {
            // Told before the answer: the attempt is over, whatever the agent makes of it.
            var miss = CassetteMiss.Of(cassette, candidates, route.Spec, call, key);
            route.MarkMissed();
            await exchange.RefuseAsync(miss, cancellationToken);
            return;
        }

        if (recorded.Status is { } status)
        {
            exchange.Context.Response.StatusCode = status;
            foreach (var (name, value) in recorded.Headers)
            {
                exchange.Context.Response.Headers[name] = value;
            }

            exchange.Entry.Change(r => r with { Status = status, ModelAnswered = recorded.Usage.ModelAnswered });
            await SendAsync(exchange, recorded, cancellationToken);
        }

        await EndAsync(exchange, recorded, cancellationToken);
    }

    private async Task SendAsync(Exchange exchange, CassetteExchange recorded, CancellationToken cancellationToken)
    {
        var body = exchange.Context.Response.Body;
        for (var index = 0; index < recorded.Chunks.Count; index++)
        {
            var chunk = recorded.Chunks[index];
            await WaitUntilAsync(exchange, chunk.AtMs, cancellationToken);
            if (recorded.Usage.TtftMs <= chunk.AtMs)
            {
                exchange.MarkFirstToken(exchange.Clock.GetTimestamp());
            }

            // Booked before the last byte leaves: an agent that has read it may be gone at once.
            if (index == recorded.Chunks.Count - 1 && recorded.Ending == CassetteEndings.Complete)
            {
                Book(exchange, recorded);
            }

            await body.WriteAsync(Encoding.UTF8.GetBytes(AnswerText.In(exchange.Route!.Spec.Folder, chunk.Text)), cancellationToken);
            await body.FlushAsync(cancellationToken);
            exchange.Touch();
        }
    }

    private async Task EndAsync(Exchange exchange, CassetteExchange recorded, CancellationToken cancellationToken)
    {
        if (recorded.Ending == CassetteEndings.Open)
        {
            // As when it was recorded, the agent waits until it or Bench gives up.
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Clock, cancellationToken);
        }

        Book(exchange, recorded);
        if (recorded.Ending == CassetteEndings.Broken)
        {
            exchange.Context.Abort();
        }
    }

    private Task WaitUntilAsync(Exchange exchange, double atMs, CancellationToken cancellationToken)
    {
        var left = TimeSpan.FromMilliseconds(atMs * options.ReplayPace) - exchange.Clock.GetElapsedTime(exchange.StartTimestamp);
        return left > TimeSpan.Zero ? Task.Delay(left, options.Clock, cancellationToken) : Task.CompletedTask;
    }

    private static void Book(Exchange exchange, CassetteExchange recorded) => exchange.Entry.Change(r => r with
    {
        ModelAnswered = recorded.Usage.ModelAnswered,
        InputTokens = recorded.Usage.InputTokens,
        OutputTokens = recorded.Usage.OutputTokens,
        CachedTokens = recorded.Usage.CachedTokens,
        ReasoningTokens = recorded.Usage.ReasoningTokens,
        FinishReason = recorded.Usage.FinishReason,
        Error = recorded.Usage.Error,
        ErrorName = recorded.Usage.ErrorName,
        RetryAfter = recorded.Usage.RetryAfterMs is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
    });
}
