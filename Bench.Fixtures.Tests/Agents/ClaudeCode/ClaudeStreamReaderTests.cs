using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Processes;
using static Bench.Fixtures.Tests.Agents.ClaudeCode.ClaudeLines;

namespace Bench.Fixtures.Tests.Agents.ClaudeCode;

public sealed class ClaudeStreamReaderTests
{
    [Fact]
    public void A_success_gives_answer_model_session_and_tokens_with_cached_ones_in_the_input()
    {
        var reader = new ClaudeStreamReader();

        var reading = ReaderFeed.Read(reader, Init, Assistant("PONG"), Result("PONG 日本語 🎉"));

        Assert.Equal("PONG 日本語 🎉", reading.Answer);
        Assert.Equal("5e55", reading.SessionId);
        Assert.Equal("glm-5", reading.Model);
        Assert.Equal("end_turn", reading.FinishReason);
        Assert.Equal(new TokenUsage { Input = 18, Output = 7, Cached = 4, Reasoning = 3 }, reading.Tokens);
        Assert.Equal((1, 2, 2, 3), (reading.FirstEventAt, reading.FirstOutputAt, reading.LastOutputAt, reading.TerminalAt));
        Assert.True(reading.TerminalIsSuccess);
        Assert.Null(reading.ErrorName);
        Assert.Null(reading.ParserProblem);
        Assert.True(reader.Ended.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("text_delta", "\"text\":\"P\"")]
    [InlineData("thinking_delta", "\"thinking\":\"hm\"")]
    [InlineData("input_json_delta", "\"partial_json\":\"{\"")]
    public void The_first_delta_is_the_first_output_and_the_start_of_a_message_is_not(string kind, string body)
    {
        var reading = ReaderFeed.Read(
            new ClaudeStreamReader(),
            Init,
            """{"type":"system","subtype":"status","status":"requesting","session_id":"5e55"}""",
            Part("message_start", "\"message\":{\"model\":\"glm-5\"}"),
            Part("content_block_start", "\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
            Part("content_block_delta", $$"""
                "delta":{"type":"{{kind}}",{{body}}}
                """.Trim()),
            Assistant("PONG"),
            Result());

        Assert.Equal(5, reading.FirstOutputAt);
        Assert.Equal(6, reading.LastOutputAt);
    }

    [Fact]
    public void A_tool_call_is_output_and_a_tool_result_is_not()
    {
        var reading = ReaderFeed.Read(
            new ClaudeStreamReader(),
            Init,
            """{"type":"user","message":{"role":"user","content":[{"tool_use_id":"t","type":"tool_result","content":"text of a file"}]},"session_id":"5e55"}""",
            Part("content_block_start", "\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"Bash\",\"input\":{}}"));

        Assert.Equal(3, reading.FirstOutputAt);
        Assert.Equal("", reading.Answer);
    }

    [Fact]
    public void Of_two_results_the_last_one_counts_and_tokens_are_not_added_twice()
    {
        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, Assistant("waiting"), Result("waiting"), Init, Assistant("done"), Result("done"));

        Assert.Equal("done", reading.Answer);
        Assert.Equal(6, reading.TerminalAt);
        Assert.Equal(18, reading.Tokens.Input);
    }

    [Fact]
    public void A_result_while_a_sub_agent_works_in_the_background_is_not_the_last_word()
    {
        var reader = new ClaudeStreamReader();

        ReaderFeed.Read(reader, Init, """{"type":"system","subtype":"background_tasks_changed","tasks":[{"task_id":"a"}],"session_id":"5e55"}""", Result());
        var endedEarly = reader.Ended.IsCompleted;
        ReaderFeed.Read(reader, """{"type":"system","subtype":"background_tasks_changed","tasks":[],"session_id":"5e55"}""", Init, Result("done"));

        Assert.False(endedEarly);
        Assert.True(reader.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("404", ",\"api_error_type\":\"not_found_error\"", "model_not_found", "not_found_error", 404)]
    [InlineData("429", "", "rate_limit", "rate_limit", 429)]
    [InlineData("529", ",\"api_error_type\":\"overloaded_error\"", "server_error", "overloaded_error", 529)]
    [InlineData("null", ",\"api_error\":\"connection_failed\"", "unknown", "connection_failed", null)]
    [InlineData("null", "", "authentication_failed", "authentication_failed", null)]
    public void A_failed_model_request_is_an_error_although_its_subtype_says_success(string status, string fields, string synthetic, string name, int? http)
    {
        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, Synthetic(synthetic, "API Error: no"), ApiError(status, fields, "API Error: no"));

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal(3, reading.TerminalAt);
        Assert.Equal(name, reading.ErrorName);
        Assert.Equal("API Error: no", reading.ErrorMessage);
        Assert.Equal(http, reading.HttpStatus);
        Assert.Equal("", reading.Answer);
        Assert.Null(reading.FirstOutputAt);
        Assert.Equal(new TokenUsage(), reading.Tokens);
    }

    [Theory]
    [InlineData("error_max_turns", "max_turns", "Reached maximum number of turns (2)")]
    [InlineData("error_max_budget_usd", "budget_exhausted", "Reached maximum budget")]
    [InlineData("error_during_execution", "aborted_streaming", "Request was aborted.")]
    public void A_result_without_a_result_key_is_an_error_named_by_its_subtype(string subtype, string reason, string message)
    {
        var reading = ReaderFeed.Read(
            new ClaudeStreamReader(),
            Init,
            Assistant("half"),
            $$$"""{"type":"result","subtype":"{{{subtype}}}","is_error":{{{(subtype == "error_during_execution" ? "true" : "false")}}},"terminal_reason":"{{{reason}}}","stop_reason":null,"errors":["{{{message}}}"],"permission_denials":[],"modelUsage":{}}""");

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal(subtype, reading.ErrorName);
        Assert.Equal(message, reading.ErrorMessage);
        Assert.Equal(reason, reading.FinishReason);
        Assert.Equal("half", reading.Answer);
    }

    [Fact]
    public void A_refusal_keeps_its_stop_reason()
    {
        var refusal = ApiError("null", "", "API Error: safeguards").Replace("stop_sequence", "refusal", StringComparison.Ordinal);

        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, refusal);

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal("refusal", reading.FinishReason);
    }

    [Fact]
    public void A_run_with_denied_tools_is_no_success_although_it_ended_well()
    {
        var denied = Result("I could not.").Replace("\"permission_denials\":[]", "\"permission_denials\":[{\"tool_name\":\"Bash\"},{\"tool_name\":\"Write\"}]", StringComparison.Ordinal);

        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, denied);

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal(2, reading.PermissionDenials);
        Assert.Equal(("permission_denied", "claude was not allowed to use: Bash, Write."), (reading.ErrorName, reading.ErrorMessage));
    }

    [Fact]
    public void An_empty_result_ends_well_without_an_answer()
    {
        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, Result(""));

        Assert.True(reading.TerminalIsSuccess);
        Assert.Equal("", reading.Answer);
    }

    [Fact]
    public void A_prompt_that_the_program_took_as_its_own_command_is_an_error()
    {
        var reading = ReaderFeed.Read(
            new ClaudeStreamReader(),
            Init,
            """{"type":"assistant","message":{"model":"<synthetic>","content":[{"type":"text","text":"/help isn't available in this environment."}]},"local_command_source":"x","local_command_outcome":{"kind":"unavailable_headless"}}""",
            """{"is_error":false,"num_turns":0,"stop_reason":null,"modelUsage":{},"permission_denials":[],"subtype":"success","result":"/help isn't available in this environment.","type":"result"}""");

        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal("prompt_taken_as_command", reading.ErrorName);
        Assert.Equal("", reading.Answer);
    }

    [Fact]
    public void Repeated_requests_and_a_change_of_model_are_incidents()
    {
        var reading = ReaderFeed.Read(
            new ClaudeStreamReader(),
            Init,
            """{"type":"system","subtype":"api_retry","attempt":1,"max_retries":2,"retry_delay_ms":512,"error_status":429,"error":"rate_limit"}""",
            """{"type":"system","subtype":"api_retry","attempt":2,"max_retries":2,"retry_delay_ms":1024,"error_status":null,"error":"unknown"}""",
            """{"type":"system","subtype":"model_fallback","trigger":"overloaded","original_model":"glm-5","fallback_model":"glm-4"}""",
            Result());

        Assert.Equal(
            [
                "agent_retried: claude repeated a model request: rate_limit (HTTP 429), try 1 of 2, after 512 ms",
                "agent_retried: claude repeated a model request: unknown (no status), try 2 of 2, after 1024 ms",
                "agent_model_fallback: claude went from 'glm-5' to 'glm-4': overloaded",
            ],
            reading.Incidents.Select(i => $"{i.Code}: {i.Detail}"));
    }

    [Fact]
    public void The_model_is_the_main_agents_and_not_a_sub_agents()
    {
        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, Assistant("main"), Assistant("sub", model: "haiku", parent: "\"toolu_1\""));

        Assert.Equal("glm-5", reading.Model);
        Assert.Equal("main", reading.Answer);
    }

    [Fact]
    public void A_killed_run_has_no_terminal_event_and_keeps_what_was_said()
    {
        var reader = new ClaudeStreamReader();

        var reading = ReaderFeed.Read(
            reader,
            Init,
            """{"type":"system","subtype":"permission_denied","tool_name":"Bash","session_id":"5e55"}""",
            Assistant("half"));

        Assert.Null(reading.TerminalAt);
        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal("half", reading.Answer);
        Assert.Equal(1, reading.PermissionDenials);
        Assert.False(reader.Ended.IsCompleted);
    }

    [Fact]
    public void Standard_error_is_no_event()
    {
        var reader = new ClaudeStreamReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, """[claude-code:unrecognized_model] {"model":"glm-5","query_source":"sdk"}""", Assistant("x"));

        Assert.Equal(new AgentReading().FirstEventAt, reader.Read().FirstEventAt);
        Assert.Null(reader.Read().ParserProblem);
    }

    [Theory]
    [InlineData("Warning: something", "A line of standard output is not a JSON object: 'Warning: something'")]
    [InlineData("[1]", "A line of standard output is not a JSON object: '[1]'")]
    [InlineData("{\"type\":", "A line of standard output is not a JSON object: '{\"type\":'")]
    public void A_line_of_another_format_is_told_and_the_rest_is_read(string line, string problem)
    {
        var reading = ReaderFeed.Read(new ClaudeStreamReader(), Init, line, "", Result());

        Assert.Equal(problem, reading.ParserProblem);
        Assert.Equal("PONG", reading.Answer);
    }

    [Fact]
    public void Broken_text_and_a_cut_line_are_told_and_do_not_stop_the_reading()
    {
        var reader = new ClaudeStreamReader();
        byte[] invalid = [.. "{\"type\":\"assistant\",\"message\":{\"model\":\"glm-5\",\"content\":[{\"type\":\"text\",\"text\":\""u8, 0xff, 0xfe, .. "\"}]}}"u8];

        reader.OnLine(new OutputLine(OutputChannel.Stdout, 1, invalid, IsTruncated: false));
        var afterInvalid = reader.Read();
        reader.OnLine(new OutputLine(OutputChannel.Stdout, 2, "{\"type\":"u8.ToArray(), IsTruncated: true));
        ReaderFeed.Feed(reader, OutputChannel.Stdout, 3, Result());

        Assert.Equal((1, (string?)null), (afterInvalid.MendedTexts, afterInvalid.ParserProblem));
        Assert.Contains("was cut", reader.Read().ParserProblem, StringComparison.Ordinal);
        Assert.Equal("PONG", reader.Read().Answer);
    }
}
