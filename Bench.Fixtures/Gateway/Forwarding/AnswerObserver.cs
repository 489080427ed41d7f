using System.Buffers;
using System.Text.Json;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Reads a provider's answer on its way through, event by event or as one document. What it cannot read it skips: the agent judges the answer, not the books.</summary>
internal sealed class AnswerObserver
{
    private const int LongestDocument = 32 * 1024 * 1024;

    private readonly AnswerReader reader;
    private readonly SseLines? lines;
    private readonly ArrayBufferWriter<byte>? document;

    /// <summary>What has come of a document; empty for a stream.</summary>
    public ReadOnlySpan<byte> Document => document is null ? [] : document.WrittenSpan;

    public AnswerObserver(AnswerReader reader, bool isStream)
    {
        this.reader = reader;
        if (isStream)
        {
            lines = new SseLines(Read);
        }
        else
        {
            document = new ArrayBufferWriter<byte>();
        }
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        lines?.Feed(bytes);
        if (document is not null && document.WrittenCount + bytes.Length <= LongestDocument)
        {
            document.Write(bytes);
        }
    }

    public void End()
    {
        lines?.End();
        if (document is { WrittenCount: > 0 })
        {
            Read(document.WrittenMemory);
        }
    }

    private void Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var parsed = OutsideJson.Parse(json[^Utf8Text.WithoutMark(json.Span).Length..]);
            reader.Read(parsed.RootElement);
        }
        catch (JsonException)
        {
            // "[DONE]", a comment, or an answer that is no JSON.
        }
    }
}
