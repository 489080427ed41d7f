using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Servers;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// The event log of one attempt: a line <c>{"at_ms":…,"event":…}</c> per event, redacted. A task of its own writes it,
/// since the thread that reads the events of all jobs must not wait for a disk.
/// </summary>
internal sealed class SessionEventLog : IAsyncDisposable
{
    private readonly Channel<ReadOnlyMemory<byte>> lines = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly long start;
    private readonly TimeProvider clock;
    private readonly Task writing;

    /// <summary>Opens the log.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="redactor">Stands before the file.</param>
    /// <param name="most">The most bytes of the file.</param>
    /// <param name="start">Zero of <c>at_ms</c>.</param>
    /// <param name="clock">The clock of the stamps.</param>
    public SessionEventLog(string path, Redactor redactor, long most, long start, TimeProvider clock)
    {
        this.start = start;
        this.clock = clock;
        writing = Task.Run(() => WriteAsync(path, redactor, most));
    }

    /// <summary>What writing failed with; null when all lines are on disk. Final after the disposal.</summary>
    public Exception? Problem { get; private set; }

    /// <summary>Takes an event; returns at once.</summary>
    public void Add(in OpenCodeEvent entry)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("at_ms", Math.Round(clock.GetElapsedTime(start, entry.Timestamp).TotalMilliseconds, 3));
            writer.WritePropertyName("event");
            entry.Payload.WriteTo(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        lines.Writer.TryWrite(buffer.WrittenMemory);
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync(string path, Redactor redactor, long most)
    {
        try
        {
            using var log = new RedactedLog(path, redactor, most);
            await foreach (var line in lines.Reader.ReadAllAsync())
            {
                log.Stream.Write(line.Span);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problem = exception;
        }
    }
}
