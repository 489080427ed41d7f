using System.Buffers;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>Reads a provider's answer on its way through, event by event or as one document. What it cannot read it skips: the agent judges the answer, not the books.</summary>
internal sealed class AnswerObserver
{
    private const int LongestDocument = 32 * 1024 * 1024;

    // Of what says that it is a stream and has no event.
    private const int LongestBeginning = 64 * 1024;
    private const int LongestText = 500;

    private readonly AnswerReader reader;
    private readonly SseLines? lines;
    private readonly ArrayBufferWriter<byte> document = new();

    /// <summary>What has come of a document, or the beginning of a stream without events; empty for a stream with events.</summary>
    public ReadOnlySpan<byte> Document => HasEvent ? [] : document.WrittenSpan;

    /// <summary>An event of a stream has come.</summary>
    public bool HasEvent { get; private set; }

    /// <summary>What has come where it is no JSON, cut; null where it is, or its beginning.</summary>
    public string? PlainText { get; private set; }

    /// <summary>What has come is JSON, or a text that is not the beginning of it.</summary>
    public bool IsWhole { get; private set; }

    public AnswerObserver(AnswerReader reader, bool isStream)
    {
        this.reader = reader;
        lines = isStream ? new SseLines(ReadEvent) : null;
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        lines?.Feed(bytes);
        if (!HasEvent && document.WrittenCount + bytes.Length <= (lines is null ? LongestDocument : LongestBeginning))
        {
            document.Write(bytes);
        }
    }

    public void End()
    {
        lines?.End();
        if (!HasEvent && document.WrittenCount > 0)
        {
            var text = Utf8Text.WithoutMark(Document).Trim(" \t\r\n"u8);
            IsWhole = text is [not ((byte)'{' or (byte)'['), ..];
            PlainText = IsWhole ? Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestText)]) : null;
            Read(document.WrittenMemory);
        }
    }

    private void ReadEvent(ReadOnlyMemory<byte> json)
    {
        HasEvent = true;
        Read(json);
    }

    private void Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var parsed = OutsideJson.Parse(json[^Utf8Text.WithoutMark(json.Span).Length..]);
            IsWhole = true;
            reader.Read(parsed.RootElement);
        }
        catch (JsonException)
        {
            // "[DONE]", a comment, or an answer that is no JSON.
        }
    }
}
