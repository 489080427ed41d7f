using System.Globalization;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.ClaudeCode;

/// <summary>
/// Reads the output of <c>claude -p --output-format stream-json --verbose --include-partial-messages</c>: one JSON object per line,
/// keys in no fixed order. The last <c>result</c> line decides, and only when it is no error: exit code and <c>subtype</c> prove nothing.
/// <c>total_cost_usd</c> is never read: for a model that the program does not know it is made up.
/// </summary>
public sealed class ClaudeStreamReader : IAgentReader
{
    private const int MaxIncidents = 20;

    /// <summary>The model name of messages that the program wrote itself: API errors, and answers to its own commands.</summary>
    private const string SyntheticModel = "<synthetic>";

    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Incident> incidents = [];
    private readonly StringBuilder spoken = new();
    private AgentReading reading = new();
    private SyntheticMessage? synthetic;
    private int denialEvents;
    private int liveTasks;

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
            return reading with
            {
                Answer = reading.TerminalAt is null ? spoken.ToString() : reading.Answer,
                PermissionDenials = reading.TerminalAt is null ? denialEvents : reading.PermissionDenials,
                Incidents = [.. incidents],
            };
        }
    }

    private void OnEvent(JsonElement entry, long at)
    {
        reading = reading with
        {
            FirstEventAt = reading.FirstEventAt ?? at,
            SessionId = reading.SessionId ?? entry.Text("session_id"),
        };
        switch (entry.Text("type"))
        {
            case "system":
                OnSystem(entry);
                break;
            case "stream_event":
                OnPart(entry, at);
                break;
            case "assistant":
                OnAssistant(entry, at);
                break;
            case "result":
                OnResult(entry, at);
                break;
            default:
                // "user" lines carry tool results and text that the program added: nothing that the assistant said.
                break;
        }
    }

    private void OnSystem(JsonElement entry)
    {
        switch (entry.Text("subtype"))
        {
            case "api_retry":
                var status = entry.Number("error_status") is { } code ? string.Create(CultureInfo.InvariantCulture, $"HTTP {code}") : "no status";
                AddIncident("agent_retried", string.Create(
                    CultureInfo.InvariantCulture,
                    $"claude repeated a model request: {entry.Text("error") ?? "unknown"} ({status}), try {entry.Number("attempt")} of {entry.Number("max_retries")}, after {entry.Number("retry_delay_ms")} ms"));
                break;
            case "model_fallback":
                AddIncident("agent_model_fallback", $"claude went from '{entry.Text("original_model")}' to '{entry.Text("fallback_model")}': {entry.Text("trigger")}");
                break;
            case "permission_denied":
                denialEvents++;
                break;
            case "background_tasks_changed":
                // Sub-agents run in the background by default and end in a turn, and a result line, of their own.
                liveTasks = entry.Items("tasks").Count();
                break;
            default:
                break;
        }
    }

    /// <summary>A piece of an answer as it streams: the true first output, which the whole message would show only at its end.</summary>
    private void OnPart(JsonElement entry, long at)
    {
        var isOutput = entry.Text("event", "type") switch
        {
            "content_block_start" => entry.Text("event", "content_block", "type") == "tool_use",
            "content_block_delta" => entry.Text("event", "delta", "type") is "text_delta" or "thinking_delta" or "input_json_delta",
            _ => false,
        };
        if (isOutput)
        {
            Stamp(at);
        }
    }

    private void OnAssistant(JsonElement entry, long at)
    {
        var model = entry.Text("message", "model");
        var text = string.Concat(entry.Items("message", "content").Where(c => c.Text("type") == "text").Select(c => c.Text("text")));
        if (model == SyntheticModel)
        {
            synthetic = new SyntheticMessage(
                entry.Text("api_error_type") ?? entry.Text("api_error") ?? entry.Text("error"),
                text,
                (int?)entry.Number("api_error_status"),
                IsCommand: entry.Text("local_command_source") is not null || entry.Child("local_command_outcome") is not null);
            return;
        }

        Stamp(at);
        synthetic = null;

        // A sub-agent's messages name the tool call that started it; its model and text are not the answer's.
        if (entry.Text("parent_tool_use_id") is null)
        {
            reading = reading with { Model = model ?? reading.Model };
            spoken.Append(text);
        }
    }

    private void OnResult(JsonElement entry, long at)
    {
        var denied = entry.Items("permission_denials").Select(d => d.Text("tool_name") ?? "unknown").ToList();
        var isSuccess = !entry.IsTrue("is_error") && entry.Text("result") is not null && denied.Count == 0 && synthetic is not { IsCommand: true };
        reading = reading with
        {
            TerminalAt = at,
            TerminalIsSuccess = isSuccess,
            Answer = isSuccess ? entry.Text("result")! : spoken.ToString(),
            FinishReason = entry.Text("stop_reason") ?? entry.Text("terminal_reason"),
            PermissionDenials = denied.Count,
            Tokens = TokensOf(entry),
            Model = reading.Model ?? ModelOf(entry),
            ErrorName = isSuccess ? null : ErrorNameOf(entry, denied),
            ErrorMessage = isSuccess ? null : ErrorMessageOf(entry, denied),
            HttpStatus = isSuccess ? null : (int?)entry.Number("api_error_status") ?? synthetic?.Status,
        };
        if (liveTasks == 0)
        {
            ended.TrySetResult();
        }
    }

    /// <summary>The most telling of the names; <c>subtype</c> last, which stays <c>success</c> when the API fails.</summary>
    private string ErrorNameOf(JsonElement entry, List<string> denied)
    {
        if (synthetic is { IsCommand: true })
        {
            return "prompt_taken_as_command";
        }

        if (!entry.IsTrue("is_error") && denied.Count > 0)
        {
            return "permission_denied";
        }

        var subtype = entry.Text("subtype");
        return entry.Text("api_error_type")
            ?? entry.Text("api_error")
            ?? synthetic?.Name
            ?? (subtype is null or "success" ? entry.Text("terminal_reason") ?? "error" : subtype);
    }

    private string? ErrorMessageOf(JsonElement entry, List<string> denied)
    {
        if (synthetic is { IsCommand: true })
        {
            return $"claude took the prompt as a command of its own and asked no model: '{synthetic.Text}'. Begin the prompt with another character than '/'.";
        }

        if (!entry.IsTrue("is_error") && denied.Count > 0)
        {
            return $"claude was not allowed to use: {string.Join(", ", denied)}.";
        }

        var errors = string.Join("; ", entry.Items("errors").Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()));
        return entry.Text("result") ?? (errors.Length > 0 ? errors : synthetic?.Text);
    }

    /// <summary>Sums over the whole run; <c>usage</c> holds the last turn alone. An error result reports no models: null, not 0.</summary>
    private static TokenUsage TokensOf(JsonElement entry) => TokenUsage.SumOf(entry.Fields("modelUsage").Select(model => TokensOfModel(model.Value)));

    private static TokenUsage TokensOfModel(JsonElement usage)
    {
        var cached = usage.Number("cacheReadInputTokens") ?? 0;
        return new TokenUsage
        {
            Input = usage.Number("inputTokens") + cached + (usage.Number("cacheCreationInputTokens") ?? 0),
            Output = usage.Number("outputTokens"),
            Cached = cached,
            Reasoning = usage.Number("thinkingTokens"),
        };
    }

    /// <summary>The one model of the usage table; a <c>[1m]</c> behind a name is the program's own mark.</summary>
    private static string? ModelOf(JsonElement entry)
    {
        var names = entry.Fields("modelUsage").Select(m => m.Name.Replace("[1m]", "", StringComparison.Ordinal)).Distinct().ToList();
        return names.Count == 1 ? names[0] : null;
    }

    private void Stamp(long at) => reading = reading with { FirstOutputAt = reading.FirstOutputAt ?? at, LastOutputAt = at };

    private void AddIncident(string code, string detail)
    {
        if (incidents.Count < MaxIncidents)
        {
            incidents.Add(new Incident(code, detail));
        }
    }

    private sealed record SyntheticMessage(string? Name, string Text, int? Status, bool IsCommand);
}
