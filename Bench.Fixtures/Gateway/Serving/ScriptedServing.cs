using System.Buffers;
using System.Text;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>Answers an exchange from its route's script.</summary>
internal sealed class ScriptedServing(GatewayOptions options)
{
    private readonly ScriptedModel model = new(options);

    public async Task ServeAsync(Exchange exchange, ModelCall call, TurnPlace place, CancellationToken cancellationToken)
    {
        if (!options.Models.Contains(call.Model))
        {
            await exchange.FailAsync(ApiError.ModelNotFound(call.Model), cancellationToken);
            return;
        }

        ModelAnswer answer;
        try
        {
            answer = model.Answer(call, exchange.Route!.Spec, place);
        }
        catch (ScriptMismatchException exception)
        {
            await exchange.FailAsync(new ApiError(StatusCodes.Status400BadRequest, exception.Code, exception.Message), cancellationToken);
            return;
        }

        var pacer = new Pacer(options, exchange.Route.Spec.PromptId, place.IsHidden ? null : place.Turn, exchange.StartTimestamp);
        if (!call.ShowReasoning)
        {
            pacer.Add(answer.Tokens.Reasoning);
        }

        await pacer.WaitAsync(cancellationToken);
        await (call.Stream ? StreamAsync(exchange, call, answer, pacer, cancellationToken) : WholeAsync(exchange, call, answer, pacer, cancellationToken));
    }

    private static async Task WholeAsync(Exchange exchange, ModelCall call, ModelAnswer answer, Pacer pacer, CancellationToken cancellationToken)
    {
        pacer.Add(call.ShowReasoning ? answer.Tokens.Output : answer.Tokens.Output - answer.Tokens.Reasoning);
        await pacer.WaitAsync(cancellationToken);
        exchange.MarkFirstToken(exchange.Clock.GetTimestamp());
        Book(exchange, answer);
        await Reply.JsonAsync(exchange.Context, exchange.Protocol.Whole(call, answer), cancellationToken);
    }

    private static async Task StreamAsync(Exchange exchange, ModelCall call, ModelAnswer answer, Pacer pacer, CancellationToken cancellationToken)
    {
        var response = exchange.Context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        var framing = Framing.Of(exchange);
        response.ContentType = framing.ContentType;
        response.Headers.CacheControl = "no-cache";
        exchange.Entry.Change(r => r with { Status = StatusCodes.Status200OK, ModelAnswered = answer.Model });
        var writer = response.BodyWriter;
        using var frames = exchange.Protocol.Stream(call, answer, pacer.GroupTokens).GetEnumerator();
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

            framing.Write(writer, frame, isLast: !hasNext);
            if (!hasNext)
            {
                Book(exchange, answer);
            }

            // Framing waits for the token that follows it, so that one packet carries both.
            if (frame.Tokens > 0 || !hasNext)
            {
                await writer.FlushAsync(cancellationToken);
                exchange.Touch();
            }
        }
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

    /// <summary>How frames become bytes: server-sent events, or for Gemini without <c>alt=sse</c> the elements of one JSON array.</summary>
    private sealed class Framing(bool isArray)
    {
        private bool isFirst = true;

        public string ContentType => isArray ? "application/json" : "text/event-stream";

        public static Framing Of(Exchange exchange) =>
            new(exchange.Target.Api == ModelApi.GeminiGenerate && exchange.Context.Request.Query["alt"] != "sse");

        public void Write(IBufferWriter<byte> writer, AnswerFrame frame, bool isLast)
        {
            var text = isArray
                ? (isFirst ? "[" : ",\n") + frame.Data + (isLast ? "]" : "")
                : (frame.Event is null ? "" : $"event: {frame.Event}\n") + $"data: {frame.Data}\n\n";
            isFirst = false;
            Encoding.UTF8.GetBytes(text, writer);
        }
    }
}
