using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>
/// Appends to <c>raw/journal.ndjson</c>: one unbuffered write per line, so that a process killed at any moment leaves whole lines,
/// and at most one torn one at the end. Thread-safe.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly FileStream stream;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> line = new(4096);
    private long sequence;
    private bool isTorn;

    private JournalWriter(FileStream stream, TimeProvider clock, long sequence)
    {
        this.stream = stream;
        this.clock = clock;
        this.sequence = sequence;
        Start = stream.Position;
    }

    /// <summary>Where this writer began, in bytes.</summary>
    public long Start { get; }

    /// <summary>Where the next line begins, in bytes.</summary>
    public long Position
    {
        get
        {
            lock (gate)
            {
                return stream.Position;
            }
        }
    }

    /// <summary>Starts a journal.</summary>
    /// <exception cref="IOException">There is one already.</exception>
    public static JournalWriter Create(string path, TimeProvider clock) => new(Open(path, FileMode.CreateNew), clock, sequence: 0);

    /// <summary>Goes on with a journal, after its last whole line.</summary>
    public static JournalWriter Continue(string path, TimeProvider clock)
    {
        var tail = JournalTail.Read(path);
        var stream = Open(path, FileMode.OpenOrCreate);

        // What is cut off was never a line: the process died while it was written.
        stream.SetLength(tail.WholeLength);
        stream.Seek(0, SeekOrigin.End);
        return new JournalWriter(stream, clock, tail.LastSequence);
    }

    /// <summary>Appends one line. What <paramref name="writeFields"/> writes follows the common fields.</summary>
    /// <param name="eventName">One of <see cref="JournalEvents"/>.</param>
    /// <param name="writeFields">Writes the event's own fields.</param>
    /// <param name="flushToDisk">Returns when the line would survive a power failure.</param>
    /// <exception cref="IOException">The line could not be written.</exception>
    public void Append(string eventName, Action<Utf8JsonWriter> writeFields, bool flushToDisk = false)
    {
        lock (gate)
        {
            Build(eventName, writeFields);
            var before = stream.Position;
            try
            {
                if (isTorn)
                {
                    stream.Write("\n"u8);
                    isTorn = false;
                }

                stream.Write(line.WrittenSpan);
            }
            catch (IOException cause)
            {
                CutBackTo(before);
                throw new ArtifactException(stream.Name, cause);
            }
        }

        // Outside the lock: jobs that end together share the wait for the disk.
        if (flushToDisk)
        {
            stream.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc />
    public void Dispose() => stream.Dispose();

    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);

    private void Build(string eventName, Action<Utf8JsonWriter> writeFields)
    {
        line.ResetWrittenCount();
        using var json = new Utf8JsonWriter(line, RecordJson.WriterOptions(indented: false));
        json.WriteStartObject();
        json.WriteNumber("schema_version", FormatVersions.Journal);
        json.WriteNumber("seq", ++sequence);
        json.WriteString("at", RecordBuilder.Stamp(clock.GetUtcNow()));
        json.WriteString("event", eventName);
        writeFields(json);
        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
    }

    // A full disk may take half a line: the next one must not be glued to it.
    private void CutBackTo(long length)
    {
        try
        {
            stream.SetLength(length);
            stream.Seek(length, SeekOrigin.Begin);
        }
        catch (IOException)
        {
            // The next line starts on its own, and the reader skips the torn one; the failure that matters is already on its way to the caller.
            isTorn = true;
        }
    }
}
