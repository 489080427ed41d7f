using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>Writes what is decided to the inner stream, once per write.</summary>
internal sealed class RedactingStream(RuleIndex index, Stream inner, bool leaveOpen) : WriteOnlyStream
{
    private readonly RedactionEngine engine = new(index);
    private readonly BufferSink sink = new();
    private bool isDisposed;

    public override bool CanWrite => !isDisposed;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        engine.Process(buffer, isFinal: false, sink);
        inner.Write(sink.Written);
        sink.Clear();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        engine.Process(buffer.Span, isFinal: false, sink);
        await inner.WriteAsync(sink.WrittenMemory, cancellationToken);
        sink.Clear();
    }

    /// <summary>Flushes the inner stream; bytes that may begin a secret stay here until more come or the stream is disposed.</summary>
    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            engine.Process([], isFinal: true, sink);
            try
            {
                await inner.WriteAsync(sink.WrittenMemory);
                await inner.FlushAsync();
            }
            finally
            {
                if (!leaveOpen)
                {
                    await inner.DisposeAsync();
                }
            }
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            engine.Process([], isFinal: true, sink);
            try
            {
                inner.Write(sink.Written);
                inner.Flush();
            }
            finally
            {
                if (!leaveOpen)
                {
                    inner.Dispose();
                }
            }
        }

        base.Dispose(disposing);
    }
}

/// <summary>Collects redacted bytes.</summary>
internal sealed class BufferSink : IRedactionSink
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => buffer.WrittenMemory;

    /// <summary>How many secrets each rule has replaced.</summary>
    public SortedDictionary<string, long> Marks { get; } = new(StringComparer.Ordinal);

    /// <summary>A secret was replaced.</summary>
    public bool HasMarks => Marks.Count > 0;

    public void Clear() => buffer.ResetWrittenCount();

    public void Copy(ReadOnlySpan<byte> clean) => buffer.Write(clean);

    public void Mark(string ruleId, ReadOnlySpan<byte> marker)
    {
        Marks[ruleId] = Marks.GetValueOrDefault(ruleId) + 1;
        buffer.Write(marker);
    }

    public void Drop(ReadOnlySpan<byte> secret)
    {
    }
}
