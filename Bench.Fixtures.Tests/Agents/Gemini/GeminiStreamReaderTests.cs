using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.Gemini;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Agents.Gemini;

public sealed class GeminiStreamReaderTests
{
    private const string Init = """{"type":"init","timestamp":"2026-11-21T03:18:34.253Z","session_id":"78c1","model":"gemini-3-flash-preview"}""";
    private const string Echo = """{"type":"message","timestamp":"2026-11-21T03:18:34.256Z","role":"user","content":"say PONG"}""";
    private const string ToolUse = """{"type":"tool_use","timestamp":"2026-11-21T03:21:10.037Z","tool_name":"write_file","tool_id":"w0","parameters":{"file_path":"made.txt"}}""";
    private const string ToolResult = """{"type":"tool_result","timestamp":"2026-11-21T03:21:10.092Z","tool_id":"w0","status":"success"}""";
    private const string Success =
        """{"type":"result","timestamp":"2026-11-21T03:18:35.245Z","status":"success","stats":{"total_tokens":19,"input_tokens":12,"output_tokens":7,"cached":4,"input":8,"duration_ms":992,"tool_calls":0,"models":{"gemini-3-flash-preview":{"total_tokens":19,"input_tokens":12,"output_tokens":7}}}}""";

    private const string NoUsage = ""","stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"models":{"gemini-3-flash-preview":{"output_tokens":0}}}}""";

    [Fact]
    public void A_success_gives_the_joined_deltas_the_session_the_model_and_the_tokens()
    {
        var reader = new GeminiStreamReader();

        var reading = ReaderFeed.Read(reader, Init, Echo, Delta("PONG "), Delta("日本語"), Success);

        Assert.Equal("PONG 日本語", reading.Answer);
        Assert.Equal("78c1", reading.SessionId);
        Assert.Equal("gemini-3-flash-preview", reading.Model);
        Assert.Equal(new TokenUsage { Input = 12, Output = 7, Cached = 4 }, reading.Tokens);
        Assert.Equal((1, 3, 4, 5), (reading.FirstEventAt, reading.FirstOutputAt, reading.LastOutputAt, reading.TerminalAt));
        Assert.True(reading.TerminalIsSuccess);
        Assert.True(reader.Ended.IsCompletedSuccessfully);
    }

    [Fact]
    public void The_echoed_prompt_is_neither_output_nor_answer()
    {
        var reading = ReaderFeed.Read(new GeminiStreamReader(), Init, Echo);

        Assert.Equal("", reading.Answer);
        Assert.Null(reading.FirstOutputAt);
    }

    [Fact]
    public void The_answer_is_what_was_said_after_the_last_tool()
    {
        var reading = ReaderFeed.Read(new GeminiStreamReader(), Init, Delta("I write it."), ToolUse, ToolResult, Delta("Done."), Success);

        Assert.Equal("Done.", reading.Answer);
    }

    [Fact]
    public void An_agent_that_ends_with_a_tool_has_said_its_answer_before()
    {
        var reading = ReaderFeed.Read(new GeminiStreamReader(), Init, Delta("I write it."), ToolUse, ToolResult, ToolUse, ToolResult, Success);

        Assert.Equal("I write it.", reading.Answer);
    }

    [Fact]
    public void A_tool_call_is_the_first_output()
    {
        var reading = ReaderFeed.Read(new GeminiStreamReader(), Init, Echo, ToolUse, ToolResult, Delta("Done."));

        Assert.Equal(3, reading.FirstOutputAt);
    }

    [Fact]
    public void The_model_is_the_one_that_was_used_and_not_the_one_that_init_names()
    {
        var switched = Success.Replace("\"models\":{\"gemini-3-flash-preview\"", "\"models\":{\"gemini-3.8-flash\"", StringComparison.Ordinal);

        var reading = ReaderFeed.Read(new GeminiStreamReader(), Init, Delta("PONG"), switched);

        Assert.Equal("gemini-3.8-flash", reading.Model);
    }

    [Theory]
    [InlineData("""[API Error: {\"error\":{\"code\":401,\"message\":\"bad key\",\"status\":\"UNAUTHENTICATED\"}}]""", "UNAUTHENTICATED", "bad key", 401)]
    [InlineData("[API Error: models/x is not found for API version v1beta]", "APIError", "models/x is not found for API version v1beta", null)]
    [InlineData("""[API Error: Resource has been exhausted (e.g. check quota).]\nPlease wait and try again later.""", "APIError", "Resource has been exhausted (e.g. check quota).", null)]
    [InlineData("You have exhausted your daily quota on this model.", "error", "You have exhausted your daily quota on this model.", null)]
    public void An_error_result_is_taken_apart(string message, string name, string sentence, int? status)
    {
        var reading = ReaderFeed.Read(
            new GeminiStreamReader(), Init, Echo, $$"""{"type":"result","status":"error","error":{"type":"unknown","message":"{{message}}"}{{NoUsage}}""");

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal((name, sentence, status), (reading.ErrorName, reading.ErrorMessage, reading.HttpStatus));
        Assert.Equal(new TokenUsage(), reading.Tokens);
    }

    [Fact]
    public void A_stream_without_a_finish_reason_is_an_error_with_the_words_of_the_error_event()
    {
        var reading = ReaderFeed.Read(
            new GeminiStreamReader(),
            Init,
            Delta("part"),
            """{"type":"error","severity":"error","message":"Model stream ended without a finish reason."}""",
            """{"type":"result","status":"error","stats":{"total_tokens":0,"models":{}}}""");

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal(("error", "Model stream ended without a finish reason."), (reading.ErrorName, reading.ErrorMessage));
        Assert.Equal("agent_error_event", Assert.Single(reading.Incidents).Code);
    }

    [Fact]
    public void A_run_that_was_told_to_end_has_no_terminal_event()
    {
        var reader = new GeminiStreamReader();

        var reading = ReaderFeed.Read(reader, Init, Echo, Delta("half"));

        Assert.Null(reading.TerminalAt);
        Assert.Equal("half", reading.Answer);
        Assert.False(reader.Ended.IsCompleted);
    }

    [Fact]
    public void Deltas_that_come_again_after_a_break_are_kept_as_they_came()
    {
        // The program marks no repetition, and an answer may well say a thing twice.
        var reading = ReaderFeed.Read(new GeminiStreamReader(), Init, Delta("PONG "), Delta("PONG "), Delta("there"), Success);

        Assert.Equal("PONG PONG there", reading.Answer);
    }

    [Fact]
    public void The_noise_on_standard_error_is_not_read()
    {
        var reader = new GeminiStreamReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, "YOLO mode is enabled. All tool calls will be automatically approved.", Success);

        Assert.Null(reader.Read().FirstEventAt);
        Assert.Null(reader.Read().ParserProblem);
    }

    [Fact]
    public void Text_in_the_place_of_events_is_told()
    {
        var reading = ReaderFeed.Read(new GeminiStreamReader(), "{ pretty", Success);

        Assert.Equal("A line of standard output is not a JSON object: '{ pretty'", reading.ParserProblem);
    }

    private static string Delta(string text) => $$"""{"type":"message","timestamp":"t","role":"assistant","content":"{{text}}","delta":true}""";
}
