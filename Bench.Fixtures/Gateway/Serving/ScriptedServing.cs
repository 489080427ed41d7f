using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;
using Bench.Fixtures.Settings;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>Answers an exchange from its route's script.</summary>
internal sealed class ScriptedServing(GatewayOptions options)
{
    private static readonly TimeSpan CutPause = TimeSpan.FromMilliseconds(300);

    private readonly ScriptedModel model = new(options);

    /// <summary>Serves the answer, changed, broken or slowed down as the fault says; a null one changes nothing.</summary>
    public async Task ServeAsync(Exchange exchange, ModelCall call, TurnPlace place, FaultRule? fault, CancellationToken cancellationToken)
    {
        if (!options.Models.Contains(call.Model))
        {
            await exchange.FailAsync(ApiError.ModelNotFound(call.Model), cancellationToken);
            return;
        }

        ModelAnswer answer;
        try
        {
            answer = FaultyAnswers.Change(model.Answer(call, exchange.Route!.Spec, place), fault);
        }
        catch (ScriptMismatchException exception)
        {
            await exchange.RefuseAsync(new ApiError(StatusCodes.Status400BadRequest, exception.Code, exception.Message), cancellationToken);
            return;
        }

        var pacer = new Pacer(FaultyAnswers.Pace(options, fault), exchange.Route.Spec.PromptId, place.IsHidden ? null : place.Turn, exchange.StartTimestamp);
        if (!call.ShowReasoning)
        {
            pacer.Add(answer.Tokens.Reasoning);
        }

        await pacer.WaitAsync(cancellationToken);
        if (fault?.Fault == FaultCatalog.TruncatedJson)
        {
            await FaultServing.TruncatedAsync(exchange, exchange.Protocol.Whole(call, answer).ToJsonString(), cancellationToken);
            return;
        }

        await (call.Stream ? StreamAsync(exchange, call, answer, pacer, fault, cancellationToken) : WholeAsync(exchange, call, answer, pacer, fault, cancellationToken));
    }

    private static async Task WholeAsync(Exchange exchange, ModelCall call, ModelAnswer answer, Pacer pacer, FaultRule? fault, CancellationToken cancellationToken)
    {
        pacer.Add(call.ShowReasoning ? answer.Tokens.Output : answer.Tokens.Output - answer.Tokens.Reasoning);
        await pacer.WaitAsync(cancellationToken);
        exchange.MarkFirstToken(exchange.Clock.GetTimestamp());
        if (fault?.Fault is FaultCatalog.StallBeforeStream or FaultCatalog.StallMidStream)
        {
            // A document that is made in one piece has no middle: its headers come.
            exchange.Context.Response.ContentType = "application/json";
            await StallAfterHeadersAsync(exchange, fault, cancellationToken);
            Book(exchange, answer);
            await exchange.Context.Response.WriteAsync(exchange.Protocol.Whole(call, answer).ToJsonString(), cancellationToken);
            return;
        }

        Book(exchange, answer);
        await Reply.JsonAsync(exchange.Context, exchange.Protocol.Whole(call, answer), cancellationToken);
    }

    private static async Task StreamAsync(Exchange exchange, ModelCall call, ModelAnswer answer, Pacer pacer, FaultRule? fault, CancellationToken cancellationToken)
    {
        var response = exchange.Context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        var framing = AnswerFraming.Of(exchange);
        response.ContentType = framing.ContentType;
        response.Headers.CacheControl = "no-cache";
        exchange.Entry.Change(r => r with { Status = StatusCodes.Status200OK, ModelAnswered = answer.Model });
        if (fault?.Fault == FaultCatalog.StallBeforeStream)
        {
            await StallAfterHeadersAsync(exchange, fault, cancellationToken);
        }

        var stream = new FrameWriter(exchange, framing, pacer);
        if (StreamBreak.Of(fault, exchange.Protocol, call, answer, pacer.GroupTokens) is not { } breaking)
        {
            await stream.WriteAsync(exchange.Protocol.Stream(call, answer, pacer.GroupTokens), beforeLast: () => Book(exchange, answer), cancellationToken);
            return;
        }

        await stream.WriteAsync(breaking.Frames.Take(breaking.BreakIndex), beforeLast: null, cancellationToken);
        await BreakAsync(exchange, breaking, stream, answer, cancellationToken);
    }

    private static async Task BreakAsync(Exchange exchange, StreamBreak breaking, FrameWriter stream, ModelAnswer answer, CancellationToken cancellationToken)
    {
        switch (breaking.Rule.Fault)
        {
            case FaultCatalog.StallMidStream:
                await FaultServing.StallAsync(exchange, breaking.Rule, cancellationToken);
                await stream.WriteAsync(breaking.Frames.Skip(breaking.BreakIndex), beforeLast: () => Book(exchange, answer), cancellationToken);
                break;
            case FaultCatalog.CutStream:
                // A reset takes with it what has not left yet.
                await Task.Delay(CutPause, exchange.Clock, cancellationToken);
                FaultServing.Cut(exchange, "upstream_disconnected");
                break;
            case FaultCatalog.BrokenSse:
                await stream.WriteAsync([new AnswerFrame(null, StreamBreak.BrokenEvent, 0)], beforeLast: null, cancellationToken);
                exchange.Entry.Change(r => r with { Error = "upstream_truncated" });
                break;
            default:
                exchange.Entry.Change(r => r with { Error = "upstream_truncated" });
                break;
        }
    }

    private static async Task StallAfterHeadersAsync(Exchange exchange, FaultRule fault, CancellationToken cancellationToken)
    {
        exchange.Entry.Change(r => r with { Status = StatusCodes.Status200OK });
        await exchange.Context.Response.StartAsync(cancellationToken);
        await exchange.Context.Response.Body.FlushAsync(cancellationToken);
        exchange.Touch();
        await FaultServing.StallAsync(exchange, fault, cancellationToken);
    }

    // Before the last byte leaves: an agent that has read it may be gone at once.
    private static void Book(Exchange exchange, ModelAnswer answer) => exchange.Entry.Change(r => r with
    {
        Status = StatusCodes.Status200OK,
        ModelAnswered = answer.Model,
        InputTokens = answer.Tokens.Input,
        OutputTokens = answer.Tokens.Output,
        CachedTokens = answer.Tokens.Cached,
        ReasoningTokens = answer.Tokens.Reasoning,
        FinishReason = exchange.Protocol.FinishWord(answer.Finish),
    });

    /// <summary>Writes frames when their tokens are due.</summary>
    private sealed class FrameWriter(Exchange exchange, AnswerFraming framing, Pacer pacer)
    {
        public async Task WriteAsync(IEnumerable<AnswerFrame> source, Action? beforeLast, CancellationToken cancellationToken)
        {
            var writer = exchange.Context.Response.BodyWriter;
            using var frames = source.GetEnumerator();
            var hasNext = frames.MoveNext();
            while (hasNext)
            {
                var frame = frames.Current;
                hasNext = frames.MoveNext();
                if (frame.Tokens > 0)
                {
                    await pacer.WaitAsync(cancellationToken);
                    exchange.MarkFirstToken(exchange.Clock.GetTimestamp());
                    pacer.Add(frame.Tokens);
                }

                framing.Write(writer, frame, isLast: !hasNext && beforeLast is not null);
                if (!hasNext)
                {
                    beforeLast?.Invoke();
                }

                // Framing waits for the token that follows it, so that one packet carries both.
                if (frame.Tokens > 0 || !hasNext)
                {
                    await writer.FlushAsync(cancellationToken);
                    exchange.Touch();
                }
            }
        }
    }
}
