using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>A model provider that misbehaves as the prompt says: <c>#401</c>, <c>#nofinish</c>, <c>#hang</c>, <c>#task</c>. Speaks OpenAI chat completions.</summary>
internal static class StubModel
{
    public static Task<LoopbackServer> StartAsync() => LoopbackServer.StartAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context, string body)
    {
        var messages = JsonNode.Parse(body)!["messages"]!.AsArray();
        var prompt = messages.Where(m => (string?)m!["role"] == "user").Select(TextOf).Last();
        if (prompt.Contains("#401", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 401;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"error":{"message":"this key is refused","type":"authentication_error","code":"401"}}""");
            return;
        }

        context.Response.ContentType = "text/event-stream";
        var hasCalled = messages.Any(m => (string?)m!["role"] == "tool");
        if (prompt.Contains("#task", StringComparison.Ordinal) && !hasCalled)
        {
            var arguments = JsonSerializer.Serialize(new { description = "ask", prompt = "say hi", subagent_type = "general" });
            await SendAsync(context, new { tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name = "task", arguments } } } }, null);
            await SendAsync(context, new { }, "tool_calls");
        }
        else
        {
            await SendAsync(context, new { role = "assistant", content = "half an answer" }, null);
            if (prompt.Contains("#hang", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            }

            if (prompt.Contains("#nofinish", StringComparison.Ordinal))
            {
                // Whoever gets this asks again at once, for ever; so that few requests say that it was ended soon, on a busy machine too, they take a moment.
                await Task.Delay(250, context.RequestAborted);
            }
            else
            {
                await SendAsync(context, new { }, "stop");
            }
        }

        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private static string TextOf(JsonNode? message) => message!["content"] switch
    {
        JsonValue text => (string)text!,
        JsonArray parts => string.Concat(parts.Select(p => (string?)p!["text"])),
        _ => "",
    };

    private static async Task SendAsync(HttpContext context, object delta, string? finish)
    {
        var chunk = new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "glm-5", choices = new[] { new { index = 0, delta, finish_reason = finish } } };
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
