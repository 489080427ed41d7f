using System.Text.Json;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway;

/// <summary>Appends a line per request to <c>usage.jsonl</c>. Holds no request or answer text, and no header value; see docs/formats/usage.md.</summary>
internal sealed class UsageLog(string? path, TimeProvider clock) : IDisposable
{
    public const int SchemaVersion = 1;

    private readonly Lock gate = new();
    private FileStream? file;
    private bool isTorn;

    /// <summary>The first problem of writing; null when there was none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Never throws: an answer is worth more than its line.</summary>
    public void Write(RequestEntry entry)
    {
        if (path is null)
        {
            return;
        }

        var line = LineOf(entry.Snapshot, entry.StartedAt);
        lock (gate)
        {
            try
            {
                if (file is null)
                {
                    isTorn = EndsInsideALine(path);
                    file = Open(path);
                }

                var position = file.Position;
                try
                {
                    // A failed write may have left half a line: the next one starts on its own.
                    file.Write(isTorn ? [(byte)'\n', .. line] : line);
                    file.Flush();
                    isTorn = false;
                }
                catch (IOException)
                {
                    isTorn = file.Position != position || file.Length != position;
                    throw;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                Problem ??= $"'{path}' could not be written: {exception.Message} Lines of usage are missing; free disk space or correct the folder's permissions.";
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    // No buffer: each line is one write call, and survives a kill of this process.
    private static FileStream Open(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    // A resumed run goes on with the file of a process that may have been killed in the middle of a line.
    private static bool EndsInsideALine(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        Span<byte> last = stackalloc byte[1];
        return length > 0 && RandomAccess.Read(handle, last, length - 1) == 1 && last[0] != (byte)'\n';
    }

    private byte[] LineOf(GatewayRequest request, DateTimeOffset startedAt)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            json.WriteString("started_at", startedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("job", request.JobId);
            WriteNumber(json, "attempt", request.Attempt);
            json.WriteString("api", ModelProtocols.NameOf(request.Api));
            json.WriteString("model_asked", request.ModelAsked);
            json.WriteString("model_answered", request.ModelAnswered);
            json.WriteBoolean("hidden", request.Hidden);
            json.WriteString("fault", request.Fault);
            WriteNumber(json, "status", request.Status);
            WriteNumber(json, "input_tokens", request.InputTokens);
            WriteNumber(json, "output_tokens", request.OutputTokens);
            WriteNumber(json, "cached_tokens", request.CachedTokens);
            WriteNumber(json, "reasoning_tokens", request.ReasoningTokens);
            WriteNumber(json, "ttft_ms", Milliseconds(request.StartTimestamp, request.FirstTokenTimestamp));
            WriteNumber(json, "duration_ms", Milliseconds(request.StartTimestamp, request.EndTimestamp));
            json.WriteString("finish_reason", request.FinishReason);
            json.WriteString("error", request.Error);
            json.WriteString("error_name", request.ErrorName);
            WriteNumber(json, "retry_after_ms", request.RetryAfter?.TotalMilliseconds);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private double? Milliseconds(long start, long? end) => end is { } e ? Math.Round(clock.GetElapsedTime(start, e).TotalMilliseconds, 3) : null;

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
