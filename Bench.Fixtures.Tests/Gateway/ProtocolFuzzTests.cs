using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Forwarding;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;
using Bench.Fixtures.Gateway.Serving;
using Bench.Fixtures.Tests.Intake;
using FsCheck;
using FsCheck.Fluent;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>Whatever an agent asks and a provider answers: no exception leaves the protocols.</summary>
public sealed class ProtocolFuzzTests
{
    private static readonly RouteSpec Route = Spec(Script(
        new ScriptedTurn { Reasoning = "I think.", Text = "I look.", ToolCalls = [Call("shell", ("command", "ls")), Call("write_file", ("path", "a"), ("content", "b"))], Finish = ScriptedFinish.ToolCalls },
        new ScriptedTurn { Text = "There it is." }));

    [Theory]
    [InlineData(ModelApi.OpenAiChat)]
    [InlineData(ModelApi.AnthropicMessages)]
    [InlineData(ModelApi.GeminiGenerate)]
    public void Any_request_is_answered_or_refused_in_words(ModelApi api) => Check.One(
        HostileJson.Config, Prop.ForAll(HostileJson.CasesOf(RequestsOf(api)), one => Ask(api, one.Bytes())));

    [Theory]
    [InlineData(ModelApi.OpenAiChat)]
    [InlineData(ModelApi.AnthropicMessages)]
    [InlineData(ModelApi.GeminiGenerate)]
    public void Any_answer_of_a_provider_can_be_looked_at(ModelApi api) => Check.One(
        HostileJson.Config, Prop.ForAll(HostileJson.CasesOf(AnswersOf(api)), one => Observe(api, one.Bytes())));

    private static void Ask(ModelApi api, byte[] body)
    {
        var (call, problem) = ModelRequests.Read(api, body, pathModel: "glm-5", pathStreams: true);
        if (call is null)
        {
            Assert.NotEmpty(problem!);
            return;
        }

        var place = OwnTurns.Find(call, Route.Model, Route.PromptText);
        Assert.NotNull(RequestKey.Of(call, Route).Hash);
        var protocol = ModelProtocols.Of(api);
        foreach (var at in new[] { place, place with { IsHidden = true } })
        {
            try
            {
                var answer = new ScriptedModel(Options).Answer(call, Route, at);
                Assert.NotEmpty(protocol.Whole(call, answer).ToJsonString());
                Assert.NotEmpty(protocol.Stream(call, answer, groupTokens: 2).ToList());
            }
            catch (ScriptMismatchException)
            {
                // Refused in words.
            }
        }
    }

    private static void Observe(ModelApi api, byte[] answer)
    {
        foreach (var isStream in new[] { true, false })
        {
            var reader = ModelProtocols.Of(api).NewReader();
            var observer = new AnswerObserver(reader, isStream);
            if (isStream)
            {
                observer.Feed("data: "u8);
            }

            observer.Feed(answer);
            observer.Feed("\n\ndata: [DONE]\n\n"u8);
            observer.End();
            Assert.NotNull(JsonSerializer.Serialize(new { reader.Model, reader.FinishReason, reader.ErrorName, reader.Input, reader.Output }));
        }

        byte[] streamed = [.. "data: "u8, .. answer, .. "\n\n"u8];
        Assert.NotEmpty(AnswerText.ToChunks([(1.0, streamed[..(streamed.Length / 2)]), (2.0, streamed[(streamed.Length / 2)..])], isStream: true, "/srv/here", text => text));
    }

    private static JsonNode[] RequestsOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => [OpenAiBody(stream: true, more: [Message("assistant", "I look."), Message("tool", "a.txt")]), WithSchema(OpenAiBody(tools: false))],
        ModelApi.AnthropicMessages => [AnthropicBody(stream: true, more: [Message("assistant", "I look."), new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["content"] = new JsonArray(TextPart("a")) }) }])],
        _ => [GeminiBody(more: [new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["functionResponse"] = new JsonObject { ["name"] = "x", ["response"] = new JsonObject { ["output"] = "a" } } }) }])],
    };

    private static JsonObject WithSchema(JsonObject body)
    {
        body["response_format"] = JsonNode.Parse("""{"type":"json_schema","json_schema":{"schema":{"type":"object","properties":{"a":{"enum":["x",{"b":1}]},"c":{"type":["string","null"]}}}}}""");
        return body;
    }

    private static JsonNode[] AnswersOf(ModelApi api)
    {
        var protocol = ModelProtocols.Of(api);
        var call = ModelRequests.Read(api, System.Text.Encoding.UTF8.GetBytes(RequestsOf(api)[0].ToJsonString()), "glm-5", pathStreams: true).Call!;
        var answer = new ScriptedModel(Options).Answer(call, Route, OwnTurns.Find(call, Route.Model, Route.PromptText) with { IsHidden = false, Turn = 0 });
        return
        [
            protocol.Whole(call, answer),
            JsonNode.Parse(protocol.Error(ApiError.ModelNotFound("x")).Body)!,
            .. protocol.Stream(call, answer, groupTokens: 4).Where(f => f.Data.StartsWith('{')).Select(f => JsonNode.Parse(f.Data)!),
        ];
    }
}
