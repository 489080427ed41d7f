using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Tests.Agents.OpenCode;

/// <summary>Makes what <c>opencode run --format json</c> of version 1.18 prints.</summary>
internal static class OpenCodeLines
{
    public const string SessionId = "ses_0a1b2c3d4effSyntheticRun0001";

    public static string StepStart(string message = "msg_a") => Line("step_start", message, new { type = "step-start" });

    public static string Text(string text, string message = "msg_a") =>
        Line("text", message, new { type = "text", text, time = new { start = 1700000000100, end = 1700000000200 } });

    public static string Reasoning(string text, string message = "msg_a") =>
        Line("reasoning", message, new { type = "reasoning", text, time = new { start = 1700000000050, end = 1700000000090 } });

    public static string Tool(string tool, string? error = null, string message = "msg_a") => Line("tool_use", message, new
    {
        type = "tool",
        tool,
        callID = "call_1",
        state = error is null
            ? (object)new { status = "completed", input = new { filePath = "a.txt" }, output = "Wrote file successfully.", title = "a.txt" }
            : new { status = "error", input = new { filePath = "a.txt" }, error },
    });

    public static string StepFinish(string reason, string message = "msg_a", object? tokens = null) => Line("step_finish", message, new
    {
        type = "step-finish",
        reason,
        tokens = tokens ?? Tokens(600, 20, 30, 400),
        cost = 0,
    });

    public static object Tokens(int input, int output, int reasoning, int cached) =>
        new { total = input + output + reasoning + cached, input, output, reasoning, cache = new { read = cached, write = 0 } };

    public static string Error(string name, object data) =>
        JsonSerializer.Serialize(new { type = "error", timestamp = 1700000000300, sessionID = SessionId, error = new { name, data } });

    public static string UnexpectedError(string reference) =>
        Error("UnknownError", new { message = "Unexpected server error. Check server logs for details.", @ref = reference });

    private static string Line(string type, string message, object part)
    {
        var body = JsonSerializer.SerializeToNode(part)!.AsObject();
        body["messageID"] = message;
        body["sessionID"] = SessionId;
        return new JsonObject { ["type"] = type, ["timestamp"] = 1700000000000, ["sessionID"] = SessionId, ["part"] = body }.ToJsonString();
    }
}
