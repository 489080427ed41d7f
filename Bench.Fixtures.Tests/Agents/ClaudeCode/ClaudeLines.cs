using System.Text.Json;

namespace Bench.Fixtures.Tests.Agents.ClaudeCode;

/// <summary>Output lines in the shapes that Claude Code 2.1.328 prints.</summary>
internal static class ClaudeLines
{
    public const string Init =
        """{"type":"system","subtype":"init","cwd":"/w","session_id":"5e55","tools":["Bash"],"model":"glm-5","permissionMode":"bypassPermissions","apiKeySource":"none"}""";

    public static string Assistant(string text, string model = "glm-5", string parent = "null") =>
        $$$"""{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"{{{model}}}","content":[{"type":"text","text":{{{Json(text)}}}}],"stop_reason":null,"usage":{"input_tokens":12,"output_tokens":1}},"parent_tool_use_id":{{{parent}}},"session_id":"5e55"}""";

    /// <summary>A result as it is printed: <c>type</c> is not its first key.</summary>
    public static string Result(string result = "PONG", string rest = "") =>
        $$$"""{"duration_api_ms":242,"stop_reason":"end_turn","session_id":"5e55","total_cost_usd":0.000188,"usage":{"input_tokens":12,"output_tokens":7},"modelUsage":{"glm-5":{"inputTokens":12,"outputTokens":7,"cacheReadInputTokens":4,"cacheCreationInputTokens":2,"costUSD":0.000188,"thinkingTokens":3}},"permission_denials":[],"terminal_reason":"completed","is_error":false,"num_turns":1,"subtype":"success","api_error_status":null,"result":{{{Json(result)}}},"type":"result"{{{rest}}}}""";

    /// <summary>A failed model request: <c>subtype</c> stays <c>success</c>.</summary>
    public static string ApiError(string status, string fields, string sentence) =>
        $$$"""{"duration_api_ms":0,"stop_reason":"stop_sequence","session_id":"5e55","usage":{"input_tokens":0,"output_tokens":0},"modelUsage":{},"permission_denials":[],"terminal_reason":"api_error","is_error":true,"subtype":"success","api_error_status":{{{status}}}{{{fields}}},"result":{{{Json(sentence)}}},"type":"result"}""";

    public static string Synthetic(string error, string text) =>
        $$$"""{"type":"assistant","message":{"id":"x","model":"<synthetic>","role":"assistant","content":[{"type":"text","text":{{{Json(text)}}}}]},"error":"{{{error}}}","is_api_error_message":true,"parent_tool_use_id":null,"session_id":"5e55"}""";

    public static string Part(string type, string body) =>
        $$$"""{"type":"stream_event","event":{"type":"{{{type}}}","index":0,{{{body}}}},"session_id":"5e55","parent_tool_use_id":null}""";

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
