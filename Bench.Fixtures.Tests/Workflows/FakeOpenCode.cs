using System.Threading.Channels;
using Bench.Fixtures.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>
/// A server that speaks OpenCode's API and loses things: the end of a session, the event stream, the client. One session, which a test drives.
/// The "program" that Bench starts is a shell script; the API is answered here, on the port that the script pretends to listen on.
/// </summary>
internal sealed class FakeOpenCode : IAsyncDisposable
{
    public const string SessionId = "ses_fake";
    private const string MessagesPath = $"/session/{SessionId}/message";
    private const string UserMessage = """{"info":{"id":"msg_u","role":"user","time":{"created":1}},"parts":[{"type":"text","text":"the prompt"}]}""";
    private const string Answer = """{"info":{"id":"msg_a","role":"assistant","providerID":"zhipuai-coding-plan","modelID":"glm-5","time":{"created":2,"completed":3},"finish":"stop"},"parts":[{"type":"step-start"},{"type":"text","text":"the answer"},{"type":"step-finish","reason":"stop"}]}""";

    private readonly Channel<string?> events = Channel.CreateUnbounded<string?>();
    private int statusCalls;

    public LoopbackServer Api { get; private set; } = null!;

    /// <summary>What happens when a prompt has come: events to send; <c>null</c> breaks the stream.</summary>
    public string?[] OnPrompt { get; init; } = [];

    /// <summary>What happens when the state is asked for the first time; the session is busy then.</summary>
    public string?[]? OnFirstStatus { get; init; }

    /// <summary>The session has got its prompt.</summary>
    public bool HasMessages { get; init; } = true;

    /// <summary>How long the server takes to give the session's messages.</summary>
    public TimeSpan MessagesTake { get; init; }

    /// <summary>What the client does, as a shell script.</summary>
    public string Client { get; init; } = "exit 0";

    /// <summary>The leading arguments of <c>/bin/sh</c>: the words that follow become <c>$0</c>, <c>$1</c>, ….</summary>
    public string[] Program => ["-c", $"if [ $0 = serve ]; then echo opencode server listening on http://127.0.0.1:1; exec sleep 600; fi; {Client}"];

    public static string Event(string type, string more = "") => 
        $$$$"""{"payload":{"type":"{{{{type}}}}","properties":{"sessionID":"{{{{SessionId}}}}"{{{{more}}}}}}}""";

    public static string AssistantStarts => Event("message.updated", ",\"info\":{\"id\":\"msg_a\",\"role\":\"assistant\"}");

    public static string Delta => Event("message.part.delta", ",\"messageID\":\"msg_a\",\"delta\":\"the\"");

    public static async Task<FakeOpenCode> StartAsync(FakeOpenCode? fake = null)
    {
        fake ??= new FakeOpenCode();
        fake.Api = await LoopbackServer.StartAsync((context, _) => fake.AnswerAsync(context));
        return fake;
    }

    public static FakeOpenCode With(string?[]? onPrompt = null, string?[]? onFirstStatus = null, bool hasMessages = true, string client = "exit 0") =>
        new() { OnPrompt = onPrompt ?? [], OnFirstStatus = onFirstStatus, HasMessages = hasMessages, Client = client };

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        switch (path)
        {
            case "/global/event":
                await SendEventsAsync(context);
                return;
            case $"/session/{SessionId}/prompt_async":
                Send(OnPrompt);
                context.Response.StatusCode = 204;
                return;
            default:
                if (path == MessagesPath)
                {
                    await Task.Delay(MessagesTake, context.RequestAborted);
                }

                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(JsonOf(path));
                return;
        }
    }

    private string JsonOf(string path) => path switch
    {
        "/global/health" => """{"healthy":true,"version":"0.0.1"}""",
        "/session" => $$"""{"id":"{{SessionId}}"}""",
        "/config/providers" => """{"providers":[{"id":"zhipuai-coding-plan","models":{"glm-5":{}}}]}""",
        "/session/status" => Status(),
        MessagesPath => HasMessages ? $"[{UserMessage},{Answer}]" : "[]",
        _ => "true",
    };

    private string Status()
    {
        if (OnFirstStatus is null || Interlocked.Increment(ref statusCalls) > 1)
        {
            return "{}";
        }

        Send(OnFirstStatus);
        return $$$"""{"{{{SessionId}}}":{"type":"busy"}}""";
    }

    private void Send(string?[] lines)
    {
        foreach (var line in lines)
        {
            events.Writer.TryWrite(line);
        }
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await WriteAsync(context, """{"payload":{"type":"server.connected","properties":{}}}""");
        await foreach (var line in events.Reader.ReadAllAsync(context.RequestAborted))
        {
            if (line is null)
            {
                return;
            }

            await WriteAsync(context, line);
        }
    }

    private static async Task WriteAsync(HttpContext context, string line)
    {
        await context.Response.WriteAsync($"data: {line}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
