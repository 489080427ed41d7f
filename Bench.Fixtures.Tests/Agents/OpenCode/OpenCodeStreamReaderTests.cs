using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Processes;
using static Bench.Fixtures.Tests.Agents.OpenCode.OpenCodeLines;

namespace Bench.Fixtures.Tests.Agents.OpenCode;

public class OpenCodeStreamReaderTests
{
    [Fact]
    public void A_run_is_read_with_its_answer_tokens_and_instants()
    {
        var reader = new OpenCodeStreamReader();

        var reading = ReaderFeed.Read(reader, StepStart(), Reasoning("hm"), Text("the answer"), StepFinish("stop"));

        Assert.Equal("the answer", reading.Answer);
        Assert.Equal(SessionId, reading.SessionId);
        Assert.Equal("stop", reading.FinishReason);
        Assert.Equal(new TokenUsage { Input = 1000, Output = 50, Cached = 400, Reasoning = 30 }, reading.Tokens);
        Assert.Equal((1, 2, 3, 4), (reading.FirstEventAt, reading.FirstOutputAt, reading.LastOutputAt, reading.TerminalAt));
        Assert.True(reading.TerminalIsSuccess);
        Assert.True(reader.Ended.IsCompleted);
        Assert.Null(reading.ParserProblem);
    }

    [Fact]
    public void A_tool_is_output_and_no_end_and_its_tokens_add_up()
    {
        var reader = new OpenCodeStreamReader();

        var reading = ReaderFeed.Read(reader, StepStart(), Tool("write"), StepFinish("tool-calls"));

        Assert.False(reader.Ended.IsCompleted);
        Assert.Null(reading.TerminalAt);
        Assert.Equal(2, reading.FirstOutputAt);

        ReaderFeed.Feed(reader, OutputChannel.Stdout, 4, StepStart("msg_b"), Text("done", "msg_b"), StepFinish("stop", "msg_b"));

        Assert.Equal(2000, reader.Read().Tokens.Input);
        Assert.Equal(6, reader.Read().TerminalAt);
        Assert.Equal("done", reader.Read().Answer);
    }

    [Fact]
    public void The_last_message_that_says_something_is_the_answer()
    {
        var reading = ReaderFeed.Read(
            new OpenCodeStreamReader(),
            Text("I will "), Text("write it."), Tool("write"), StepFinish("tool-calls"),
            Text("The answer is 4.", "msg_b"), Tool("read", message: "msg_b"), StepFinish("tool-calls", "msg_b"),
            Text("\n", "msg_c"), StepFinish("stop", "msg_c"));

        Assert.Equal("The answer is 4.", reading.Answer);
    }

    [Fact]
    public void An_empty_answer_ends_well_and_is_empty()
    {
        var reading = ReaderFeed.Read(new OpenCodeStreamReader(), StepStart(), StepFinish("stop"));

        Assert.True(reading.TerminalIsSuccess);
        Assert.Equal("", reading.Answer);
        Assert.Null(reading.FirstOutputAt);
    }

    [Fact]
    public void A_cut_answer_is_an_end_that_says_so()
    {
        var reading = ReaderFeed.Read(new OpenCodeStreamReader(), Text("half an ans"), StepFinish("length"));

        Assert.True(reading.TerminalIsSuccess);
        Assert.Equal("length", reading.FinishReason);
    }

    [Fact]
    public void A_filtered_answer_is_an_end_without_success()
    {
        var reading = ReaderFeed.Read(
            new OpenCodeStreamReader(),
            StepStart(),
            StepFinish("content-filter"),
            Error("ContentFilterError", new { message = "The response was blocked by the provider's content filter" }));

        Assert.False(reading.TerminalIsSuccess);
        Assert.NotNull(reading.TerminalAt);
        Assert.Equal("ContentFilterError", reading.ErrorName);
    }

    [Fact]
    public void A_refused_key_is_read_with_its_status()
    {
        var reader = new OpenCodeStreamReader();

        var reading = ReaderFeed.Read(reader, Error("APIError", new { message = "key refused", statusCode = 401, isRetryable = false }));

        Assert.Equal(("APIError", "key refused", 401), (reading.ErrorName, reading.ErrorMessage, reading.HttpStatus));
        Assert.False(reading.TerminalIsSuccess);
        Assert.True(reader.Ended.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_cause_of_an_unexpected_error_comes_from_the_log(bool logComesFirst)
    {
        var reader = new OpenCodeStreamReader();
        const string Log = """timestamp=2026-01-02T03:04:05.678Z level=ERROR run=1a2b3c4d message=failed ref=err_12ab34cd error="ProviderModelNotFoundError: Model not found: zai/nosuch. Did you mean: \"glm-5\"?" cause="ProviderModelNotFoundError: Model not found: zai/nosuch.\n    at <anonymous>" """;

        if (logComesFirst)
        {
            ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, Log);
        }

        ReaderFeed.Feed(reader, OutputChannel.Stdout, 2, UnexpectedError("err_12ab34cd"));
        if (!logComesFirst)
        {
            ReaderFeed.Feed(reader, OutputChannel.Stderr, 3, Log);
        }

        Assert.Equal("ProviderModelNotFoundError", reader.Read().ErrorName);
        Assert.Equal("Model not found: zai/nosuch. Did you mean: \"glm-5\"?", reader.Read().ErrorMessage);
    }

    [Fact]
    public void Another_errors_cause_is_not_taken()
    {
        var reader = new OpenCodeStreamReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, """timestamp=x level=ERROR message=failed ref=err_00000001 error="ProviderModelNotFoundError: Model not found: a/b." """);
        var reading = ReaderFeed.Read(reader, UnexpectedError("err_00000002"));

        Assert.Equal("UnknownError", reading.ErrorName);
    }

    [Fact]
    public void A_rejected_permission_is_no_end()
    {
        var reading = ReaderFeed.Read(
            new OpenCodeStreamReader(),
            StepStart(),
            Tool("write", error: "The user rejected permission to use this specific tool call."),
            StepFinish("tool-calls"));

        Assert.Null(reading.TerminalAt);
        Assert.False(reading.TerminalIsSuccess);
        Assert.Equal(1, reading.PermissionDenials);
        Assert.Equal("tool-calls", reading.FinishReason);
    }

    [Fact]
    public void A_tool_that_failed_by_itself_is_no_denial()
    {
        var reading = ReaderFeed.Read(new OpenCodeStreamReader(), Tool("read", error: "File not found: a.txt"), StepFinish("tool-calls"));

        Assert.Equal(0, reading.PermissionDenials);
    }

    [Fact]
    public void An_unknown_finish_is_a_last_word_and_no_end()
    {
        var reader = new OpenCodeStreamReader();
        var nothing = new { input = 0, output = 0, reasoning = 0, cache = new { read = 0, write = 0 } };

        var reading = ReaderFeed.Read(reader, StepStart(), Text("half"), StepFinish("unknown", tokens: nothing));

        Assert.True(reader.Ended.IsCompleted);
        Assert.Null(reading.TerminalAt);
        Assert.Equal("unknown", reading.FinishReason);
    }

    [Fact]
    public void Tokens_that_nobody_reported_are_unknown()
    {
        var nothing = new { input = 0, output = 0, reasoning = 0, cache = new { read = 0, write = 0 } };

        var reading = ReaderFeed.Read(new OpenCodeStreamReader(), Text("x"), StepFinish("stop", tokens: nothing));

        Assert.Equal(new TokenUsage(), reading.Tokens);
    }

    [Fact]
    public void Another_step_after_an_end_takes_the_end_back()
    {
        var reading = ReaderFeed.Read(new OpenCodeStreamReader(), Text("a"), StepFinish("stop"), StepStart("msg_b"));

        Assert.Null(reading.TerminalAt);
        Assert.False(reading.TerminalIsSuccess);
    }

    [Fact]
    public void Standard_error_is_neither_event_nor_output()
    {
        var reader = new OpenCodeStreamReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, "> build · glm-5", "timestamp=x level=WARN message=slow");

        Assert.Null(reader.Read().FirstEventAt);
        Assert.Null(reader.Read().FirstOutputAt);
        Assert.Null(reader.Read().ErrorName);
    }

    [Fact]
    public void What_the_program_died_of_is_read_from_standard_error()
    {
        var reader = new OpenCodeStreamReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, "\u001b[91m\u001b[1mError: \u001b[0mSession not found");

        Assert.Equal(("Error", "Session not found"), (reader.Read().ErrorName, reader.Read().ErrorMessage));
    }

    [Fact]
    public void Repeated_model_requests_are_an_incident()
    {
        var reader = new OpenCodeStreamReader();
        const string Failed = """timestamp=x level=ERROR run=1 message="stream error" providerID=zai modelID=glm-5 session.id=ses_1 small=false agent=build mode=primary error.error="AI_APICallError: too many requests" """;

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, Failed, Failed);
        var reading = ReaderFeed.Read(reader, Text("answer"), StepFinish("stop"));

        var incident = Assert.Single(reading.Incidents);
        Assert.Equal("agent_retried", incident.Code);
        Assert.Contains("2 times", incident.Detail, StringComparison.Ordinal);
        Assert.Contains("too many requests", incident.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_request_that_failed_once_and_for_good_was_not_repeated()
    {
        var reader = new OpenCodeStreamReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, """timestamp=x level=ERROR run=1 message="stream error" error.error="AI_APICallError: key refused" """);
        var reading = ReaderFeed.Read(reader, Error("APIError", new { message = "key refused", statusCode = 401 }));

        Assert.Empty(reading.Incidents);
    }

    [Fact]
    public void More_repeated_requests_in_a_row_than_it_may_make_are_a_sign_that_it_will_not_end()
    {
        var reader = new OpenCodeStreamReader(maxRepeats: 1);
        const string Failed = """timestamp=x level=ERROR run=1 message="stream error" error.error="AI_APICallError: Cannot connect to API: Unable to connect." """;

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, Failed, Failed);
        ReaderFeed.Read(reader, StepFinish("tool-calls"));
        ReaderFeed.Feed(reader, OutputChannel.Stderr, 2, Failed, Failed);
        var before = (reader.Ended.IsCompleted, reader.Read().RetriesExhausted, reader.Read().ErrorName);
        ReaderFeed.Feed(reader, OutputChannel.Stderr, 3, Failed);
        var reading = reader.Read();

        Assert.Equal((false, false, (string?)null), before);
        Assert.True(reader.Ended.IsCompleted);
        Assert.Equal((true, "AI_APICallError", "Cannot connect to API: Unable to connect."), (reading.RetriesExhausted, reading.ErrorName, reading.ErrorMessage?.Trim()));
        Assert.Null(reading.TerminalAt);
    }

    [Fact]
    public void A_line_that_is_no_JSON_is_a_problem_and_the_rest_is_read()
    {
        var reading = ReaderFeed.Read(new OpenCodeStreamReader(), "INFO starting", Text("answer"), StepFinish("stop"));

        Assert.NotNull(reading.ParserProblem);
        Assert.Equal("answer", reading.Answer);
    }
}
