using Bench.Fixtures.Agents;
using static Bench.Fixtures.Tests.Agents.OpenCode.SessionFeed;

namespace Bench.Fixtures.Tests.Agents.OpenCode;

public class OpenCodeSessionReaderTests
{
    [Fact]
    public void A_session_is_read_with_its_answer_tokens_and_instants()
    {
        var feed = new SessionFeed();

        feed.Message("msg_u", "user");
        feed.TextPart("msg_u", "the prompt");
        feed.Message("msg_a", "assistant");
        feed.TextPart("msg_a", "");
        var firstDelta = feed.Delta("msg_a", "the ");
        feed.Delta("msg_a", "answer");
        var wholeText = feed.TextPart("msg_a", "the answer");
        feed.StepFinish("msg_a", "stop");
        var idle = feed.Idle();
        feed.Messages(User("the prompt"), Assistant("the answer"));
        var reading = feed.Reader.Read();

        Assert.Equal("the answer", reading.Answer);
        Assert.Equal(("zai/glm-5", "stop", SessionId), (reading.Model, reading.FinishReason, reading.SessionId));
        Assert.Equal(new TokenUsage { Input = 1000, Output = 50, Cached = 400, Reasoning = 30 }, reading.Tokens);
        Assert.Equal((1, firstDelta, wholeText, idle), (reading.FirstEventAt, reading.FirstOutputAt, reading.LastOutputAt, reading.TerminalAt));
        Assert.True(reading.TerminalIsSuccess);
        Assert.True(feed.Reader.Ended.IsCompleted);
    }

    [Fact]
    public void The_prompt_is_neither_output_nor_answer()
    {
        var feed = new SessionFeed();

        feed.Message("msg_u", "user");
        feed.TextPart("msg_u", "say pytest and assert");
        feed.Delta("msg_u", "say");
        feed.Idle();
        feed.Messages(User("say pytest and assert"), Assistant(""));
        var reading = feed.Reader.Read();

        Assert.Equal("", reading.Answer);
        Assert.Null(reading.FirstOutputAt);
    }

    [Fact]
    public void Reasoning_and_tools_are_output_too()
    {
        var reasoning = new SessionFeed();
        reasoning.Message("msg_a", "assistant");
        var tool = new SessionFeed();
        tool.Message("msg_a", "assistant");

        var thought = reasoning.Delta("msg_a", "hm");
        var call = tool.Part("msg_a", new { type = "tool", tool = "write", state = new { status = "pending" } });

        Assert.Equal(thought, reasoning.Reader.Read().FirstOutputAt);
        Assert.Equal(call, tool.Reader.Read().FirstOutputAt);
    }

    [Fact]
    public void Tokens_of_all_model_answers_add_up_and_the_last_text_is_the_answer()
    {
        var feed = new SessionFeed();

        feed.Idle();
        feed.Messages(User("p"), Assistant("I write it.", "tool-calls"), Assistant("done"));

        Assert.Equal(2000, feed.Reader.Read().Tokens.Input);
        Assert.Equal("done", feed.Reader.Read().Answer);
    }

    [Fact]
    public void A_summary_is_no_answer()
    {
        var feed = new SessionFeed();
        var summary = new { info = new { role = "assistant", summary = true, time = new { completed = 3 }, finish = "stop" }, parts = new[] { new { type = "text", text = "summary" } } };

        feed.Idle();
        feed.Messages(User("p"), Assistant("the answer"), summary);

        Assert.Equal("the answer", feed.Reader.Read().Answer);
    }

    [Fact]
    public void A_refused_key_is_read_with_its_status()
    {
        var feed = new SessionFeed();
        var error = new { name = "APIError", data = new { message = "key refused", statusCode = 401, isRetryable = false } };

        feed.Error("APIError", error.data);
        feed.Idle();
        feed.Messages(User("p"), Assistant("", finish: null, error: error));
        var reading = feed.Reader.Read();

        Assert.Equal(("APIError", "key refused", 401), (reading.ErrorName, reading.ErrorMessage, reading.HttpStatus));
        Assert.False(reading.TerminalIsSuccess);
        Assert.NotNull(reading.TerminalAt);
    }

    [Fact]
    public void An_unknown_model_is_named_as_that_though_no_assistant_message_exists()
    {
        var feed = new SessionFeed();

        feed.Error("UnknownError", new { message = "Model not found: zai/nosuch." });
        feed.Idle();
        feed.Error("UnknownError", new { message = "ProviderModelNotFoundError: Model not found: zai/nosuch.\n    at <anonymous>" });
        feed.Messages(User("p"));
        var reading = feed.Reader.Read();

        Assert.Equal(("ProviderModelNotFoundError", "Model not found: zai/nosuch."), (reading.ErrorName, reading.ErrorMessage));
        Assert.False(reading.TerminalIsSuccess);
        Assert.True(feed.Reader.Failed.IsCompleted);
    }

    [Fact]
    public void A_filtered_answer_is_an_end_without_success()
    {
        var feed = new SessionFeed();

        feed.Idle();
        feed.Messages(User("p"), Assistant("", "content-filter", new { name = "ContentFilterError", data = new { message = "blocked" } }));

        Assert.Equal("ContentFilterError", feed.Reader.Read().ErrorName);
        Assert.False(feed.Reader.Read().TerminalIsSuccess);
    }

    [Fact]
    public void A_session_that_is_idle_after_a_denied_tool_has_not_ended_well()
    {
        var feed = new SessionFeed();
        var denied = new { type = "tool", tool = "write", state = new { status = "error", error = "The user rejected permission to use this specific tool call." } };

        feed.Idle();
        feed.Messages(User("p"), Assistant("", "tool-calls", tools: [denied]));
        var reading = feed.Reader.Read();

        Assert.Null(reading.TerminalAt);
        Assert.Equal(1, reading.PermissionDenials);
    }

    [Fact]
    public void A_message_that_was_never_finished_is_no_end()
    {
        var feed = new SessionFeed();

        feed.Idle();
        feed.Messages(User("p"), Assistant("half", finish: null, completed: false));

        Assert.Null(feed.Reader.Read().TerminalAt);
        Assert.False(feed.Reader.Read().TerminalIsSuccess);
    }

    [Fact]
    public void An_unknown_finish_ends_the_waiting_at_once_and_wants_an_abort()
    {
        var feed = new SessionFeed();
        feed.Message("msg_a", "assistant");

        feed.StepFinish("msg_a", "unknown");

        Assert.True(feed.Reader.Ended.IsCompleted);
        Assert.True(feed.Reader.NeedsAbort);
        feed.Reader.OnAbort();
        feed.Error("MessageAbortedError", new { message = "Aborted" });
        feed.Idle();
        feed.Messages(User("p"), Assistant("half", "unknown"), Assistant("", finish: null, error: new { name = "MessageAbortedError", data = new { message = "Aborted" } }));
        Assert.Null(feed.Reader.Read().TerminalAt);
        Assert.Null(feed.Reader.Read().ErrorName);
        Assert.Equal("unknown", feed.Reader.Read().FinishReason);
    }

    [Fact]
    public void The_end_of_a_session_that_Bench_aborts_is_not_its_own()
    {
        var feed = new SessionFeed();
        feed.Message("msg_a", "assistant");

        feed.Reader.OnAbort();
        feed.Idle();
        feed.Messages(User("p"), Assistant("half"));

        Assert.Null(feed.Reader.Read().TerminalAt);
        Assert.False(feed.Reader.Read().TerminalIsSuccess);
    }

    [Fact]
    public void A_question_that_nobody_answers_wants_an_abort()
    {
        var feed = new SessionFeed();

        feed.Event("permission.asked", new { sessionID = SessionId, permission = "external_directory" });

        Assert.True(feed.Reader.NeedsAbort);
        Assert.Equal(1, feed.Reader.Read().PermissionDenials);
        Assert.Contains("external_directory", feed.Reader.Read().ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeated_model_requests_are_an_incident()
    {
        var feed = new SessionFeed();

        feed.Event("session.status", new { sessionID = SessionId, status = new { type = "retry", attempt = 1, message = "too many requests", next = 1 } });
        feed.Idle();
        feed.Messages(User("p"), Assistant("a"));

        var incident = Assert.Single(feed.Reader.Read().Incidents);
        Assert.Equal("agent_retried", incident.Code);
        Assert.Contains("too many requests", incident.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_was_got_over_does_not_fail_the_session()
    {
        var feed = new SessionFeed();

        feed.Error("UnknownError", new { message = "a title could not be made" });
        feed.Idle();
        feed.Messages(User("p"), Assistant("the answer"));

        Assert.True(feed.Reader.Read().TerminalIsSuccess);
        Assert.Null(feed.Reader.Read().ErrorName);
    }
}
