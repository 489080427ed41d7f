using System.Text;
using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.Gemini;

/// <summary>
/// Reads the output of <c>gemini --output-format stream-json</c>: one JSON object per line, the answer in deltas, no text in the result.
/// The program neither prints why the model stopped nor marks a repetition: after a break in mid-stream its deltas come again from the start.
/// The gateway sees both.
/// </summary>
public sealed class GeminiStreamReader : IAgentReader
{
    private const int MaxIncidents = 20;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Incident> incidents = [];
    private readonly StringBuilder sinceTool = new();
    private readonly StringBuilder beforeTool = new();
    private AgentReading reading = new();
    private string? lastError;

    /// <inheritdoc />
    public Task Ended => ended.Task;

    /// <inheritdoc />
    public void OnLine(in OutputLine line)
    {
        if (line.Channel != OutputChannel.Stdout)
        {
            return;
        }

        JsonEvents.Take(line, gate, ref reading, OnEvent);
    }

    /// <inheritdoc />
    public AgentReading Read()
    {
        lock (gate)
        {
            // The last message is the answer, as on the other lanes; an agent that says nothing after its last tool has said it before.
            var answer = IsBlank(sinceTool) ? beforeTool.ToString() : sinceTool.ToString();
            return reading with { Answer = answer, Incidents = [.. incidents] };
        }
    }

    private void OnEvent(JsonElement entry, long at)
    {
        reading = reading with { FirstEventAt = reading.FirstEventAt ?? at };
        switch (entry.Text("type"))
        {
            case "init":
                reading = reading with { SessionId = entry.Text("session_id") };
                break;
            case "message" when entry.Text("role") == "assistant":
                Stamp(at);
                sinceTool.Append(entry.Text("content"));
                break;
            case "tool_use":
                Stamp(at);
                EndMessage();
                break;
            case "error":
                OnError(entry);
                break;
            case "result":
                OnResult(entry, at);
                break;
            default:
                // The echoed prompt (role user) and tool results: nothing that the assistant said.
                break;
        }
    }

    private void OnError(JsonElement entry)
    {
        lastError = entry.Text("message");
        if (incidents.Count < MaxIncidents)
        {
            incidents.Add(new Incident("agent_error_event", $"gemini said ({entry.Text("severity") ?? "error"}): {lastError}"));
        }
    }

    private void OnResult(JsonElement entry, long at)
    {
        var isSuccess = entry.Text("status") == "success";
        reading = reading with
        {
            TerminalAt = at,
            TerminalIsSuccess = isSuccess,
            Model = ModelOf(entry),
            Tokens = TokensOf(entry),
        };
        if (!isSuccess)
        {
            var error = GeminiError.Parse(entry.Text("error", "message") ?? lastError);
            var type = entry.Text("error", "type");
            reading = reading with
            {
                ErrorName = error.Name ?? (type is null or "unknown" ? "error" : type),
                ErrorMessage = error.Message,
                HttpStatus = error.HttpStatus,
            };
        }

        ended.TrySetResult();
    }

    /// <summary>
    /// The sums over the run. A run without usage reports zeros: null, not 0. Thoughts are in none of the numbers,
    /// so that output is below what the API counts; the gateway's number has them.
    /// </summary>
    private static TokenUsage TokensOf(JsonElement entry) => entry.Number("stats", "total_tokens") is null or 0
        ? new TokenUsage()
        : new TokenUsage
        {
            Input = entry.Number("stats", "input_tokens"),
            Output = entry.Number("stats", "output_tokens"),
            Cached = entry.Number("stats", "cached"),
        };

    /// <summary>The model that the run was billed to. <c>init</c> names the one asked for, even when the program goes to another.</summary>
    private static string? ModelOf(JsonElement entry) => entry.Fields("stats", "models")
        .OrderByDescending(m => m.Value.Number("output_tokens") ?? 0)
        .Select(m => m.Name)
        .FirstOrDefault();

    private void EndMessage()
    {
        if (!IsBlank(sinceTool))
        {
            beforeTool.Clear().Append(sinceTool);
        }

        sinceTool.Clear();
    }

    private void Stamp(long at) => reading = reading with { FirstOutputAt = reading.FirstOutputAt ?? at, LastOutputAt = at };

    private static bool IsBlank(StringBuilder text) => string.IsNullOrWhiteSpace(text.ToString());
}
