using System.Buffers;
using System.Text;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>How frames become bytes: server-sent events, or for Gemini without <c>alt=sse</c> the elements of one JSON array.</summary>
internal sealed class AnswerFraming(bool isArray)
{
    private bool isFirst = true;

    public string ContentType => isArray ? "application/json" : "text/event-stream";

    public static AnswerFraming Of(Exchange exchange) =>
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
