using System.Text.Json;
using Bench.Fixtures.Agents.OpenCode;

namespace Bench.Fixtures.Tests.Agents.OpenCode;

/// <summary>Feeds a session reader events and messages as a server of version 1.18 has them; timestamps are 1, 2, 3, …</summary>
internal sealed class SessionFeed
{
    public const string SessionId = "ses_0a1b2c3d4effSyntheticSrv0001";
    private long now;

    public OpenCodeSessionReader Reader { get; } = new(SessionId);

    public long Event(string type, object properties)
    {
        Reader.OnEvent(type, JsonSerializer.SerializeToElement(properties), ++now);
        return now;
    }

    public long Message(string id, string role) => Event("message.updated", new { sessionID = SessionId, info = new { id, role, sessionID = SessionId } });

    public long Delta(string message, string delta) =>
        Event("message.part.delta", new { sessionID = SessionId, messageID = message, partID = "prt_1", field = "text", delta });

    public long Part(string message, object part)
    {
        var body = JsonSerializer.SerializeToNode(part)!.AsObject();
        body["messageID"] = message;
        body["sessionID"] = SessionId;
        return Event("message.part.updated", new { sessionID = SessionId, part = body, time = 1700000000000 });
    }

    public long TextPart(string message, string text) => Part(message, new { type = "text", text });

    public long StepFinish(string message, string reason) => Part(message, new { type = "step-finish", reason, tokens = OpenCodeLines.Tokens(1, 1, 0, 0) });

    public long Error(string name, object data) => Event("session.error", new { sessionID = SessionId, error = new { name, data } });

    public long Idle() => Event("session.idle", new { sessionID = SessionId });

    public void Messages(params object[] messages) => Reader.OnMessages(OpenCodeMessage.ListOf(JsonSerializer.SerializeToElement(messages)));

    /// <summary>The prompt, as the session stores it.</summary>
    public static object User(string text) => new
    {
        info = new { id = "msg_u", sessionID = SessionId, role = "user", time = new { created = 1 }, agent = "build", model = new { providerID = "zai", modelID = "glm-5" } },
        parts = new[] { new { type = "text", text } },
    };

    public static object Assistant(string text, string? finish = "stop", object? error = null, object[]? tools = null, object? tokens = null, bool completed = true, string model = "glm-5") => new
    {
        info = new
        {
            id = "msg_a",
            sessionID = SessionId,
            role = "assistant",
            time = completed ? (object)new { created = 2, completed = 3 } : new { created = 2 },
            modelID = model,
            providerID = "zai",
            mode = "build",
            agent = "build",
            tokens = tokens ?? OpenCodeLines.Tokens(600, 20, 30, 400),
            finish,
            error,
        },
        parts = new object[] { new { type = "step-start" }, new { type = "text", text } }.Concat(tools ?? []).Append(new { type = "step-finish", reason = finish }).ToArray(),
    };
}
