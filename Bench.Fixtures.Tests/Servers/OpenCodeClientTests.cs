using System.Net;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Servers;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Tests.Servers;

public class OpenCodeClientTests
{
    private static readonly string[] Models = ["zai/glm-5", "zai/glm-5/air"];

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_web_page_with_status_200_is_no_answer()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, "text/html", "<html></html>"));
        using var client = new OpenCodeClient(server.Address, "pw");

        var exception = await Assert.ThrowsAsync<OpenCodeApiException>(() => client.CreateSessionAsync("/w", "t", TestContext.Current.CancellationToken));

        Assert.Contains("text/html", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_prompt_always_names_its_model_as_an_object_and_carries_the_text_as_it_is()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => Task.FromResult(context.Response.StatusCode = 204));
        using var client = new OpenCodeClient(server.Address, "pw");

        await client.SubmitAsync("ses_1", "/w d", new OpenCodeModel("zai", "glm-5"), "say \"hi\"\n", TestContext.Current.CancellationToken);

        Assert.Equal(
            """POST /session/ses_1/prompt_async?directory=%2Fw%20d {"model":{"providerID":"zai","modelID":"glm-5"},"parts":[{"type":"text","text":"say \u0022hi\u0022\n"}]}""",
            Assert.Single(server.Requests));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_prompt_that_is_refused_is_not_sent_again_without_its_model()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 400;
            return AnswerAsync(context, "application/json", """{"name":"BadRequest","data":{"message":"Missing key","kind":"Payload"}}""");
        });
        using var client = new OpenCodeClient(server.Address, "pw");

        var exception = await Assert.ThrowsAsync<OpenCodeApiException>(
            () => client.SubmitAsync("ses_1", "/w", new OpenCodeModel("zai", "glm-5"), "p", TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode.BadRequest, "BadRequest"), (exception.Status, exception.ErrorName));
        Assert.Contains("Missing key", exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_session_may_do_anything_and_ask_nothing()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, "application/json", """{"id":"ses_1"}"""));
        using var client = new OpenCodeClient(server.Address, "pw");

        var id = await client.CreateSessionAsync("/w", "run:lane:prompt", TestContext.Current.CancellationToken);

        Assert.Equal("ses_1", id);
        Assert.Equal(
            """POST /session?directory=%2Fw {"title":"run:lane:prompt","permission":[{"permission":"*","pattern":"*","action":"allow"},{"permission":"question","pattern":"*","action":"deny"}]}""",
            Assert.Single(server.Requests));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Every_call_carries_the_servers_user_and_password()
    {
        string? header = null;
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            header = context.Request.Headers.Authorization;
            return AnswerAsync(context, "application/json", """{"healthy":true,"version":"1.18.33"}""");
        });
        using var client = new OpenCodeClient(server.Address, "pw");

        Assert.Equal("1.18.33", await client.GetHealthyVersionAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Basic " + Convert.ToBase64String("opencode:pw"u8), header);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Models_are_named_with_their_providers()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
            AnswerAsync(context, "application/json", """{"providers":[{"id":"zai","models":{"glm-5":{},"glm-5/air":{}}}],"default":{}}"""));
        using var client = new OpenCodeClient(server.Address, "pw");

        Assert.Equal(Models, await client.GetModelsAsync("/w", TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_server_that_is_gone_is_named_with_the_call()
    {
        using var gone = new ClosedPort();
        using var client = new OpenCodeClient(gone.Address, "pw");

        var exception = await Assert.ThrowsAsync<OpenCodeApiException>(() => client.AbortAsync("ses_1", TestContext.Current.CancellationToken));

        Assert.Contains("POST session/ses_1/abort", exception.Message, StringComparison.Ordinal);
        Assert.Null(exception.Status);
    }

    private static Task AnswerAsync(HttpContext context, string type, string body)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    }
}
