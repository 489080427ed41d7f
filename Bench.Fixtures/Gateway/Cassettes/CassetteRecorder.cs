using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Serving;
using Bench.Fixtures.Redaction;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Writes a cassette: a line per exchange, in one write, when it has ended. A kill costs at most the line that is being written.</summary>
internal sealed class CassetteRecorder : IDisposable
{
    // What a client needs to read the answer and to wait as it was asked. Any other header may name an account.
    private static readonly string[] KeptHeaders = ["content-type", "cache-control", "retry-after", "retry-after-ms", "x-should-retry"];

    private readonly Lock gate = new();
    private readonly CassetteRecording recording;
    private readonly Redactor redactor;
    private readonly TimeProvider clock;
    private readonly FileStream file;
    private long exchanges;
    private bool isClosed;

    private CassetteRecorder(CassetteRecording recording, Redactor redactor, TimeProvider clock, FileStream file)
    {
        this.recording = recording;
        this.redactor = redactor;
        this.clock = clock;
        this.file = file;
    }

    /// <summary>The first problem of writing; null when there was none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Creates the file with its first line.</summary>
    /// <param name="recording">Where and how.</param>
    /// <param name="token">The gateway's own token, which must not get into an answer either.</param>
    /// <param name="clock">The gateway's clock.</param>
    /// <exception cref="BenchUsageException">There is a file already, or none can be written.</exception>
    public static CassetteRecorder Create(CassetteRecording recording, string token, TimeProvider clock)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(recording.Path)!);
            var file = new FileStream(recording.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            var recorder = new CassetteRecorder(recording, recording.Redactor.With(new KnownSecret("gateway-token", token)), clock, file);
            recorder.Append(recording.Header, CassetteJson.Lines.CassetteHeader);
            return recorder;
        }
        catch (IOException) when (File.Exists(recording.Path))
        {
            throw new BenchUsageException($"Gateway:RecordTo is '{recording.Path}', which exists already. A recording is never written over; delete the file, or name another.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"Gateway:RecordTo is '{recording.Path}', which cannot be written: {exception.Message} Name a file in a folder that you may write to.");
        }
    }

    /// <summary>Begins to listen to an exchange's answer.</summary>
    public void Begin(Exchange exchange, ModelCall call)
    {
        var route = exchange.Route!;
        var key = RequestKey.Of(call, route.Spec);
        exchange.Tape = new ExchangeTape(exchange, key, route.NextRepeat(key.Hash), clock);
    }

    /// <summary>Writes an exchange that has ended; does nothing for one that was not listened to. Never throws: an answer is worth more than its line.</summary>
    /// <param name="exchange">The exchange, its entry closed.</param>
    /// <param name="isOpen">The agent left before the answer's end.</param>
    public void End(Exchange exchange, bool isOpen)
    {
        if (exchange.Tape is not { } tape)
        {
            return;
        }

        var line = LineOf(exchange, tape, isOpen);
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            try
            {
                Append(line, CassetteJson.Lines.CassetteExchange);
                exchanges++;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Half a line in the middle of the file would spoil what comes after it.
                isClosed = true;
                Problem = $"The cassette '{recording.Path}' could not be written: {exception.Message} It ends there; free disk space and record again.";
            }
        }
    }

    /// <summary>Closes the file; one without exchanges is deleted.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            file.Dispose();
            if (exchanges == 0)
            {
                File.Delete(recording.Path);
            }
        }
    }

    private void Append<T>(T line, JsonTypeInfo<T> type)
    {
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, type), (byte)'\n']);
        file.Flush(flushToDisk: true);
    }

    private CassetteExchange LineOf(Exchange exchange, ExchangeTape tape, bool isOpen)
    {
        var spec = exchange.Route!.Spec;
        var request = exchange.Entry.Snapshot;
        var headers = HeadersOf(exchange.Context.Response);
        var isStream = headers.TryGetValue("content-type", out var type) && type.StartsWith("text/event-stream", StringComparison.Ordinal);
        return new CassetteExchange
        {
            Job = spec.JobId,
            Attempt = spec.Attempt,
            Prompt = spec.PromptId,
            Api = ModelProtocols.NameOf(request.Api),
            Model = redactor.Redact(request.ModelAsked),
            Key = tape.Key.Hash,
            Repeat = tape.Repeat,
            Shape = tape.Key.Shape,
            Status = request.Status,
            Headers = headers,
            Chunks = AnswerText.ToChunks(tape.Pieces(), isStream, spec.Folder, redactor.Redact),
            Ending = isOpen ? CassetteEndings.Open : IsBroken(request) ? CassetteEndings.Broken : CassetteEndings.Complete,
            Usage = UsageOf(request),
        };
    }

    // A provider's own 502 is a whole answer; one in the middle of a good answer is a cut.
    private static bool IsBroken(GatewayRequest request) => request is { Error: "upstream_disconnected", Status: < 300 };

    private SortedDictionary<string, string> HeadersOf(HttpResponse response) => new(
        KeptHeaders.Where(response.Headers.ContainsKey).ToDictionary(n => n, n => redactor.Redact(response.Headers[n].ToString())), StringComparer.Ordinal);

    private CassetteUsage UsageOf(GatewayRequest request) => new()
    {
        ModelAnswered = request.ModelAnswered is { } model ? redactor.Redact(model) : null,
        InputTokens = request.InputTokens,
        OutputTokens = request.OutputTokens,
        CachedTokens = request.CachedTokens,
        ReasoningTokens = request.ReasoningTokens,
        TtftMs = request.FirstTokenTimestamp is { } first ? Math.Round(clock.GetElapsedTime(request.StartTimestamp, first).TotalMilliseconds, 3) : null,
        FinishReason = request.FinishReason,
        Error = request.Error,
        ErrorName = request.ErrorName,
        RetryAfterMs = request.RetryAfter?.TotalMilliseconds,
    };
}
