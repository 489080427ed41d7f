using System.Text;
using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>
/// Reads the output of <c>opencode run --format json --thinking --print-logs --log-level WARN</c>: one JSON object per line on standard output,
/// log lines on standard error. A text block is printed when it has ended, so first output is later here than on the event stream.
/// The program names no model and prints no event at its end: the last <c>step_finish</c> decides, and only some of its reasons are an end.
/// </summary>
/// <param name="maxRepeats">Failed model requests that the program may repeat; one more is a sign that it will not end. Null for no limit.</param>
public sealed class OpenCodeStreamReader(int? maxRepeats = null) : IAgentReader
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OpenCodeLog log = new();
    private readonly StringBuilder message = new();
    private string? messageId;
    private string answer = "";
    private AgentReading reading = new();
    private TokenUsage? tokens;
    private OpenCodeError? error;

    /// <inheritdoc />
    public Task Ended => ended.Task;

    /// <inheritdoc />
    public void OnLine(in OutputLine line)
    {
        if (line.Channel == OutputChannel.Stderr)
        {
            lock (gate)
            {
                log.Read(Encoding.UTF8.GetString(line.Bytes.Span));
                if (IsBeyondRepeats)
                {
                    ended.TrySetResult();
                }
            }

            return;
        }

        JsonEvents.Take(line, gate, ref reading, OnEvent);
    }

    /// <inheritdoc />
    public AgentReading Read()
    {
        lock (gate)
        {
            // Standard error may have come after the event that it explains.
            var cause = log.CauseOf(error) ?? (IsBeyondRepeats ? log.LastFailure : null);
            return reading with
            {
                RetriesExhausted = IsBeyondRepeats,
                Answer = IsBlank(message) ? answer : message.ToString(),
                ErrorName = cause?.Name,
                ErrorMessage = cause?.Message,
                HttpStatus = cause?.Status,
                Incidents = log.Incidents(requestsFailedForGood: error is null ? 0 : 1),
            };
        }
    }

    /// <summary>The log tells of requests that fail before the gateway sees them, too.</summary>
    private bool IsBeyondRepeats => maxRepeats is { } most && log.FailedInARow > most + 1;

    private void OnEvent(JsonElement entry, long at)
    {
        reading = reading with { FirstEventAt = reading.FirstEventAt ?? at, SessionId = reading.SessionId ?? entry.Text("sessionID") };
        switch (entry.Text("type"))
        {
            case "step_start":
                // Another step after an end: the agent goes on.
                reading = reading with { TerminalAt = null, TerminalIsSuccess = false };
                break;
            case "text":
                OnText(entry, at);
                break;
            case "reasoning":
                Stamp(at);
                break;
            case "tool_use":
                OnTool(entry, at);
                break;
            case "step_finish":
                OnStepFinish(entry, at);
                break;
            case "error":
                OnError(entry, at);
                break;
            default:
                break;
        }
    }

    private void OnText(JsonElement entry, long at)
    {
        Stamp(at);
        var id = entry.Text("part", "messageID");
        if (id != messageId)
        {
            EndMessage();
            messageId = id;
        }

        message.Append(entry.Text("part", "text"));
    }

    private void OnTool(JsonElement entry, long at)
    {
        Stamp(at);
        if (OpenCodeTools.IsDenial(entry.Text("part", "state", "error")))
        {
            reading = reading with { PermissionDenials = reading.PermissionDenials + 1 };
        }
    }

    private void OnStepFinish(JsonElement entry, long at)
    {
        var reason = entry.Text("part", "reason");
        log.OnAnswer();
        var step = OpenCodeTokens.Of(entry.Child("part", "tokens"));
        tokens = tokens is null ? step : TokenUsage.SumOf([tokens, step]);
        reading = reading with { FinishReason = reason, Tokens = tokens };
        switch (OpenCodeFinish.Of(reason))
        {
            case OpenCodeEnd.Answered:
                reading = reading with { TerminalAt = at, TerminalIsSuccess = true };
                ended.TrySetResult();
                break;
            case OpenCodeEnd.Refused:
                reading = reading with { TerminalAt = at, TerminalIsSuccess = false };
                ended.TrySetResult();
                break;
            case OpenCodeEnd.Endless:
                // The program would ask the model again at once, some nine times a second, for ever.
                ended.TrySetResult();
                break;
            default:
                break;
        }
    }

    private void OnError(JsonElement entry, long at)
    {
        if (entry.Child("error") is { } value)
        {
            error ??= OpenCodeError.Of(value);
        }

        reading = reading with { TerminalAt = at, TerminalIsSuccess = false };
        ended.TrySetResult();
    }

    /// <summary>The last message is the answer, as on the other lanes; an agent that says nothing after its last tool has said it before.</summary>
    private void EndMessage()
    {
        if (!IsBlank(message))
        {
            answer = message.ToString();
        }

        message.Clear();
    }

    private void Stamp(long at) => reading = reading with { FirstOutputAt = reading.FirstOutputAt ?? at, LastOutputAt = at };

    private static bool IsBlank(StringBuilder text) => string.IsNullOrWhiteSpace(text.ToString());
}
