using System.Text;
using System.Text.Json.Nodes;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Agents.Gemini;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Tests.Agents.ClaudeCode;
using Bench.Fixtures.Tests.Agents.OpenCode;
using Bench.Fixtures.Tests.Intake;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workflows.DxRunner;
using FsCheck;
using FsCheck.Fluent;

namespace Bench.Fixtures.Tests.Agents;

/// <summary>Whatever an agent prints: no exception leaves its reader.</summary>
public sealed class ReaderFuzzTests
{
    // What is too deep for a reader is to be seen by the reader.
    private static readonly System.Text.Json.JsonDocumentOptions DeepEnough = new() { MaxDepth = 1000 };

    [Fact]
    public void Any_line_of_claude_can_be_read() => Fuzz(
        () => new ClaudeStreamReader(),
        ClaudeLines.Init,
        ClaudeLines.Assistant("PONG"),
        ClaudeLines.Synthetic("rate_limit", "API Error"),
        ClaudeLines.Part("content_block_delta", "\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}"),
        ClaudeLines.ApiError("429", ",\"errors\":[\"a\"],\"api_error_type\":\"x\"", "API Error"),
        """{"type":"system","subtype":"api_retry","error":"x","error_status":500,"attempt":1,"max_retries":2,"retry_delay_ms":3}""",
        """{"type":"system","subtype":"background_tasks_changed","tasks":[{"id":"a"}]}""",
        """{"type":"result","is_error":false,"result":"a","permission_denials":[{"tool_name":"Bash"}]}""",
        ClaudeLines.Result());

    [Fact]
    public void Any_line_of_opencode_can_be_read() => Fuzz(
        () => new OpenCodeStreamReader(maxRepeats: 2),
        OpenCodeLines.StepStart(),
        OpenCodeLines.Reasoning("I think."),
        OpenCodeLines.Tool("bash", error: "The user rejected permission"),
        OpenCodeLines.Text("PONG"),
        """{"type":"error","sessionID":"s","error":{"name":"APIError","data":{"message":"m","statusCode":429,"ref":"err_1"}}}""",
        OpenCodeLines.StepFinish("stop"));

    [Fact]
    public void Any_line_of_gemini_can_be_read() => Fuzz(
        () => new GeminiStreamReader(),
        """{"type":"init","session_id":"78c1","model":"gemini-3-flash-preview"}""",
        """{"type":"message","role":"assistant","content":"PONG","delta":true}""",
        """{"type":"tool_use","tool_name":"write_file","parameters":{"file_path":"made.txt"}}""",
        """{"type":"error","severity":"warning","message":"m"}""",
        """{"type":"result","status":"error","error":{"type":"x","message":"[API Error: {\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\"}}]"},"stats":{"total_tokens":1,"input_tokens":1,"models":{"a":{"output_tokens":1}}}}""");

    [Fact]
    public void Any_event_and_any_message_of_opencodes_server_can_be_read() => Check.One(HostileJson.Config, Prop.ForAll(
        HostileJson.CasesOf(
            Json("""{"payload":{"type":"message.updated","properties":{"sessionID":"s","info":{"id":"m","role":"assistant","parentID":"p"}}}}"""),
            Json("""{"payload":{"type":"message.part.updated","properties":{"part":{"sessionID":"s","messageID":"m","type":"step-finish","reason":"stop","text":"a"}}}}"""),
            Json("""{"payload":{"type":"session.error","properties":{"sessionID":"s","error":{"name":"x","data":{"message":"m","statusCode":1}}}}}"""),
            Json("""{"payload":{"type":"session.status","properties":{"sessionID":"s","status":{"type":"retry","message":"m"}}}}"""),
            Json("""{"payload":{"type":"permission.asked","properties":{"sessionID":"s","permission":"bash"}}}"""),
            Json("""[{"info":{"role":"assistant","modelID":"m","providerID":"p","finish":"stop","time":{"completed":1},"error":{"name":"x"},"tokens":{"input":1,"output":2,"cache":{"read":1}}},"parts":[{"type":"text","text":"a"},{"type":"tool","state":{"error":"e"}}]}]""")),
        one => TakeEvent(one.Bytes())));

    [Fact]
    public void Any_output_of_a_dx_runner_can_be_read() => Check.One(HostileJson.Config, Prop.ForAll(
        HostileJson.CasesOf(Json("""{"type":"text","part":{"text":"a"},"response":"b"}"""), Json("""{"state":"exited_ok","exit_code":"0","selected_model":"m"}""")),
        one =>
        {
            var text = Encoding.UTF8.GetString(one.Bytes());
            Assert.NotNull(DxRunnerAnswer.Of(text, out _));
            _ = DxRunnerJob.TryParse(text)?.IsGood;
        }));

    [Fact]
    public void Any_answer_and_any_shape_can_be_compared() => Check.One(HostileJson.Config, Prop.ForAll(
        HostileJson.CasesOf(Json("""{"a":"string","b":["number",{"c":"integer|null"}]}""")),
        one =>
        {
            var text = Encoding.UTF8.GetString(one.Bytes());
            _ = JsonShape.Mismatch("""{"a":"string","b":["number",{"c":"integer|null"}]}""", text);
            _ = JsonShape.Mismatch(text, text);
        }));

    private static void Fuzz(Func<IAgentReader> newReader, params string[] lines) => Check.One(HostileJson.Config, Prop.ForAll(
        HostileJson.CasesOf(new JsonArray([.. lines.Select(Json)])), one => TakeLines(newReader(), one)));

    // The lines are the items of one sample, so that several of them are hostile at once.
    private static void TakeLines(IAgentReader reader, HostileCase one)
    {
        var bytes = one.Bytes();
        IReadOnlyList<ReadOnlyMemory<byte>> lines;
        try
        {
            using var document = OutsideJson.Parse(bytes, DeepEnough);
            lines = [.. document.RootElement.EnumerateArray().Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line.GetRawText()))];
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
        {
            lines = [];
        }

        foreach (var (index, line) in lines.Append(bytes).Index())
        {
            reader.OnLine(new OutputLine(OutputChannel.Stdout, index + 1, line, IsTruncated: false));
            reader.OnLine(new OutputLine(OutputChannel.Stderr, index + 1, line, IsTruncated: false));
            Assert.NotNull(reader.Read().Answer);
        }
    }

    private static void TakeEvent(byte[] bytes)
    {
        var reader = new OpenCodeSessionReader("s");
        try
        {
            using var document = OutsideJson.Parse(bytes, out var wasMended);
            reader.OnMessages(OpenCodeMessage.ListOf(document.RootElement));
            if (OpenCodeEvent.Of(document.RootElement, 1, wasMended) is { } entry)
            {
                _ = entry.ParentOfCreated;
                reader.OnEvent("message.updated", System.Text.Json.JsonSerializer.SerializeToElement(Json("""{"info":{"role":"assistant","id":"m"}}""")), 1);
                reader.OnEvent(entry.Type, entry.Properties, entry.Timestamp);
            }
        }
        catch (System.Text.Json.JsonException)
        {
            // Half a line: passed over.
        }

        Assert.NotNull(reader.Read().Answer);
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
