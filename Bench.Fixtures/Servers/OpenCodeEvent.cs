using System.Text.Json;
using Bench.Fixtures.Agents;

namespace Bench.Fixtures.Servers;

/// <summary>An event of an OpenCode server; valid during the call that hands it over.</summary>
/// <param name="SessionId">The session that it is about.</param>
/// <param name="Type">e.g. <c>message.part.delta</c>.</param>
/// <param name="Properties">What it says.</param>
/// <param name="Payload">The whole event, as it came.</param>
/// <param name="Timestamp">When it was read: <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="WasMended">A text in it was no Unicode.</param>
internal readonly record struct OpenCodeEvent(string SessionId, string Type, JsonElement Properties, JsonElement Payload, long Timestamp, bool WasMended)
{
    /// <summary>The session that started this one (a sub-agent's); null when it is no <c>session.created</c>, or the session is nobody's child.</summary>
    public string? ParentOfCreated => Type == "session.created" ? Properties.Text("info", "parentID") : null;

    /// <summary>Reads a line of <c>/global/event</c>; null for what is about no session, and for the second copy that comes of stored events.</summary>
    public static OpenCodeEvent? Of(JsonElement line, long timestamp, bool wasMended)
    {
        if (line.Child("payload") is not { } payload || payload.Text("type") is not { } type || type == "sync" || payload.Child("properties") is not { } properties)
        {
            return null;
        }

        var session = properties.Text("sessionID") ?? properties.Text("info", "sessionID") ?? properties.Text("part", "sessionID");
        return session is null ? null : new OpenCodeEvent(session, type, properties, payload, timestamp, wasMended);
    }
}

/// <summary>Watches one session. Called on the stream's reading thread; must not block.</summary>
internal interface IOpenCodeSessionObserver
{
    /// <summary>An event of the session.</summary>
    void OnEvent(in OpenCodeEvent entry);

    /// <summary>An event of a sub-agent's session below it; the first one is the child's <c>session.created</c>.</summary>
    void OnChildEvent(in OpenCodeEvent entry);

    /// <summary>The stream broke and is back: events may be missing, so the session must be read again.</summary>
    void OnGap();
}
