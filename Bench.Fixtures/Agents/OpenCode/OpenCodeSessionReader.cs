using System.Globalization;
using System.Text.Json;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>
/// Reads one session of an OpenCode server: instants from its events as they come, content from its messages once it has ended.
/// The prompt is a message of the session too; only what the assistant wrote counts as output.
/// </summary>
internal sealed class OpenCodeSessionReader(string sessionId)
{
    /// <summary>The error of a message whose session was aborted.</summary>
    internal const string AbortedName = "MessageAbortedError";

    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> assistantMessages = [];
    private IReadOnlyList<OpenCodeMessage>? messages;
    private AgentReading reading = new() { SessionId = sessionId };
    private OpenCodeError? sessionError;
    private string? lastRetry;
    private long? lastEventAt;
    private int retries;
    private bool aborted;

    /// <summary>Completes when the session is idle again after its prompt, or gives a sign that it never will be by itself (see <see cref="NeedsAbort"/>).</summary>
    public Task Ended => ended.Task;

    /// <summary>Completes when the session reports an error; some errors are followed by no idle.</summary>
    public Task Failed => failed.Task;

    /// <summary>The session goes on for ever, or waits for a person: it must be aborted.</summary>
    public bool NeedsAbort { get; private set; }

    /// <summary>When the last event came; null before the first.</summary>
    public long? LastEventAt
    {
        get
        {
            lock (gate)
            {
                return lastEventAt;
            }
        }
    }

    /// <summary>An event of this session.</summary>
    public void OnEvent(string type, JsonElement properties, long at)
    {
        lock (gate)
        {
            lastEventAt = at;
            reading = reading with { FirstEventAt = reading.FirstEventAt ?? at };
            switch (type)
            {
                case "message.updated" when properties.Text("info", "role") == "assistant" && properties.Text("info", "id") is { } id:
                    assistantMessages.Add(id);
                    break;
                case "message.part.delta" when IsAssistants(properties.Text("messageID")):
                    Stamp(at);
                    break;
                case "message.part.updated" when IsAssistants(properties.Text("part", "messageID")):
                    OnPart(properties, at);
                    break;
                case "session.status" when properties.Text("status", "type") == "retry":
                    retries++;
                    lastRetry = properties.Text("status", "message");
                    break;
                case "session.error":
                    OnError(properties);
                    break;
                case "session.idle":
                    End(at);
                    break;
                case "permission.asked" or "question.asked":
                    OnAsked(type, properties);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A text in what the server said was no Unicode.</summary>
    public void OnMended()
    {
        lock (gate)
        {
            reading = reading with { MendedTexts = reading.MendedTexts + 1 };
        }
    }

    /// <summary>An event of a sub-agent's session: a sign of life.</summary>
    public void OnChildEvent(long at)
    {
        lock (gate)
        {
            lastEventAt = at;
        }
    }

    /// <summary>Something else than its own events shows that the session has ended.</summary>
    public void OnIdleSeen(long at)
    {
        lock (gate)
        {
            End(at);
        }
    }

    /// <summary>Bench is about to abort the session: an end and an error that come after this are its own doing.</summary>
    public void OnAbort()
    {
        lock (gate)
        {
            aborted = true;
        }
    }

    /// <summary>The messages, re-read: the truth about what was said.</summary>
    public void OnMessages(IReadOnlyList<OpenCodeMessage> list)
    {
        lock (gate)
        {
            messages = list;
        }
    }

    /// <summary>What was read. Without messages there is no answer.</summary>
    public AgentReading Read()
    {
        lock (gate)
        {
            var own = (messages ?? []).Where(m => m.IsAssistant).ToList();
            var last = own.LastOrDefault();
            var error = last?.Error ?? (IsAnswered(last) ? null : sessionError);
            if (aborted && error?.Name == AbortedName)
            {
                error = null;
            }

            var isTerminal = reading.TerminalAt is not null;
            return reading with
            {
                // The last message is the answer, as on the other lanes; an agent that says nothing after its last tool has said it before.
                Answer = own.FindLast(m => !m.IsSummary && !string.IsNullOrWhiteSpace(m.Text))?.Text ?? "",
                Model = own.FindLast(m => m.Finish is not null)?.Model ?? last?.Model,
                FinishReason = last?.Finish ?? reading.FinishReason,
                Tokens = TokenUsage.SumOf(own.Select(m => m.Tokens)),
                TerminalAt = isTerminal && (error is not null || IsEnd(last)) ? reading.TerminalAt : null,
                TerminalIsSuccess = isTerminal && error is null && IsAnswered(last),
                ErrorName = error?.Name ?? reading.ErrorName,
                ErrorMessage = error?.Message ?? reading.ErrorMessage,
                HttpStatus = error?.Status,
                PermissionDenials = reading.PermissionDenials + own.Sum(m => m.Denials),
                Incidents = Incidents(),
            };
        }
    }

    private void OnPart(JsonElement properties, long at)
    {
        switch (properties.Text("part", "type"))
        {
            case "text" or "reasoning" when !string.IsNullOrEmpty(properties.Text("part", "text")):
            case "tool":
                Stamp(at);
                break;
            case "step-finish":
                OnStepFinish(properties.Text("part", "reason"));
                break;
            default:
                break;
        }
    }

    private void OnStepFinish(string? reason)
    {
        reading = reading with { FinishReason = reason };
        if (OpenCodeFinish.Of(reason) == OpenCodeEnd.Endless)
        {
            // The server would ask the model again at once, some nine times a second, for ever.
            NeedsAbort = true;
            ended.TrySetResult();
        }
    }

    private void OnError(JsonElement properties)
    {
        if (properties.Child("error") is { ValueKind: JsonValueKind.Object } error)
        {
            sessionError ??= OpenCodeError.Of(error);
        }

        failed.TrySetResult();
    }

    /// <summary>Nobody is there to answer, and the session would wait for ever.</summary>
    private void OnAsked(string type, JsonElement properties)
    {
        reading = reading with
        {
            PermissionDenials = reading.PermissionDenials + 1,
            ErrorName = type,
            ErrorMessage = $"The agent asked for '{properties.Text("permission") ?? "an answer"}', and nobody is there to answer.",
        };
        NeedsAbort = true;
        ended.TrySetResult();
    }

    private void End(long at)
    {
        if (!aborted && !NeedsAbort)
        {
            reading = reading with { TerminalAt = reading.TerminalAt ?? at };
        }

        ended.TrySetResult();
    }

    private IReadOnlyList<Incident> Incidents() => retries == 0
        ? []
        : [new Incident("agent_retried", string.Create(CultureInfo.InvariantCulture, $"opencode repeated a model request {retries} times; the last one failed with: {lastRetry}"))];

    private bool IsAssistants(string? messageId) => messageId is not null && assistantMessages.Contains(messageId);

    private static bool IsAnswered(OpenCodeMessage? message) => message is { Error: null } && OpenCodeFinish.Of(message.Finish) == OpenCodeEnd.Answered;

    /// <summary>A message that waits for tools and is yet the last one was not let go on: no end that says that the work is done.</summary>
    private static bool IsEnd(OpenCodeMessage? message) => OpenCodeFinish.Of(message?.Finish) is OpenCodeEnd.Answered or OpenCodeEnd.Refused;

    private void Stamp(long at) => reading = reading with { FirstOutputAt = reading.FirstOutputAt ?? at, LastOutputAt = at };
}
