using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>What the gateway refuses by itself is the harness's failure.</summary>
public sealed class GatewayRefusalTests
{
    private static readonly GatewayRequest Answered = new() { Api = ModelApi.OpenAiChat, ModelAsked = "glm-5", ModelAnswered = "glm-5", Status = 200, StartTimestamp = 1, EndTimestamp = 2, OutputTokens = 3 };

    private static readonly AgentReading Good = new() { Answer = "PONG", Model = "glm-5", TerminalAt = 3, TerminalIsSuccess = true };

    [Fact]
    public void A_hidden_request_that_is_not_on_the_cassette_fails_an_attempt_that_answered_without_it()
    {
        var missed = Answered with { Hidden = true, Status = 400, Error = GatewayRequest.CassetteMiss, ErrorDetail = "A request of 'wf__p1' is not on 'c.ndjson'.", OutputTokens = null };

        var outcome = Build(Good, missed, Answered);

        Assert.False(outcome.Completed);
        Assert.Equal((FailureCategory.Harness, FailureReasons.CassetteMiss, "gateway.cassette_miss"), (outcome.Failure!.Category, outcome.Failure.Reason, outcome.Failure.RuleId));
        Assert.Equal("cassette_miss: A request of 'wf__p1' is not on 'c.ndjson'.", outcome.Failure.Evidence);
        Assert.False(outcome.Failure.IsRetryable(producedOutputTokens: false));
    }

    [Theory]
    [InlineData("too_many_requests", 503, "overloaded_error")]
    [InlineData("body_too_large", 413, "request_too_large")]
    [InlineData("internal_error", 500, "api_error")]
    public void A_limit_of_the_gateway_is_neither_the_models_nor_the_providers_failure(string error, int status, string name)
    {
        var refused = Answered with { Status = status, Error = error, ErrorName = name, ErrorDetail = "Its limit.", ModelAnswered = null, OutputTokens = null };

        var outcome = Build(new AgentReading { TerminalAt = 3, ErrorName = "APIError", ErrorMessage = "Overloaded", HttpStatus = status }, refused);

        Assert.Equal((FailureCategory.Harness, FailureReasons.GatewayRefused), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.True(outcome.Failure.IsRetryable(producedOutputTokens: false));
    }

    [Fact]
    public void A_defect_of_the_gateway_in_the_middle_of_an_answer_is_the_harnesss_whatever_the_agent_makes_of_it()
    {
        var broken = Answered with { Error = "internal_error", ErrorDetail = "This is a defect of the gateway." };
        var exit = new ProcessExit
        {
            ExitCode = 1,
            Signal = null,
            StartTimestamp = 0,
            ExitTimestamp = 4,
            FirstByteTimestamp = 1,
            LastByteTimestamp = 3,
            StdoutBytes = 1,
            StderrBytes = 0,
            WasStopped = false,
            PipeHeldByDescendant = false,
            DescendantsKilled = 0,
        };

        var outcome = Build(new AgentReading(), exit, broken);

        Assert.Equal((FailureCategory.Harness, FailureReasons.GatewayRefused, "internal_error: This is a defect of the gateway."), (outcome.Failure!.Category, outcome.Failure.Reason, outcome.Failure.Evidence));
    }

    [Theory]
    [InlineData("prompt_not_found")]
    [InlineData("tool_not_offered")]
    [InlineData("tool_mismatch")]
    public void A_script_that_does_not_fit_the_agent_is_the_harnesss_and_not_tried_again(string error)
    {
        var refused = Answered with { Status = 400, Error = error, ErrorName = "invalid_request_error", ErrorDetail = "The agent's tool 'bash' requires 'reason'.", ModelAnswered = null, OutputTokens = null };

        var outcome = Build(new AgentReading { TerminalAt = 3, ErrorName = "APIError", ErrorMessage = "Bad Request", HttpStatus = 400 }, refused);

        Assert.Equal((FailureCategory.Harness, FailureReasons.ScriptMismatch), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.Equal($"{error}: The agent's tool 'bash' requires 'reason'.", outcome.Failure.Evidence);
        Assert.False(outcome.Failure.IsRetryable(producedOutputTokens: false));
    }

    [Fact]
    public void Requests_that_nobody_can_attribute_are_the_harnesss_and_counted()
    {
        var facts = Facts(new AgentReading { TerminalAt = 3, ErrorName = "APIError", HttpStatus = 503 }) with { UnattributedRequests = 3 };

        var outcome = Builder.Build(facts, null);

        Assert.Equal((FailureCategory.Harness, FailureReasons.UnattributedSession), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.StartsWith("unattributed_session: 3 model requests", outcome.Failure.Evidence, StringComparison.Ordinal);
        Assert.Equal("unattributed_requests", Assert.Single(outcome.Incidents).Code);
    }

    [Fact]
    public void Requests_of_others_that_nobody_can_attribute_do_not_excuse_a_model_that_says_nothing()
    {
        var facts = Facts(new AgentReading { TerminalAt = 3, TerminalIsSuccess = true, Model = "glm-5" }, Answered) with { UnattributedRequests = 3 };

        Assert.Equal(FailureReasons.EmptyAnswer, Builder.Build(facts, null).Failure!.Reason);
    }

    [Fact]
    public void A_providers_answer_of_the_same_status_stays_the_providers()
    {
        var refused = Answered with { Status = 503, Error = "http_503", ErrorName = "overloaded_error", ModelAnswered = null };

        var outcome = Build(new AgentReading { TerminalAt = 3, HttpStatus = 503 }, refused);

        Assert.Equal((FailureCategory.Env, FailureReasons.ProviderOverloaded), (outcome.Failure!.Category, outcome.Failure.Reason));
    }

    [Fact]
    public void A_request_too_many_that_the_agent_asked_again_with_success_decides_nothing()
    {
        var refused = Answered with { Status = 503, Error = "too_many_requests", ErrorDetail = "Its limit." };

        Assert.Null(Build(Good, refused, Answered).Failure);
    }

    private static OutcomeBuilder Builder { get; } = new(FailureClassifier.Classify, text => text, TimeProvider.System);

    private static AttemptOutcome Build(AgentReading reading, params GatewayRequest[] requests) => Builder.Build(Facts(reading, requests), null);

    private static AttemptOutcome Build(AgentReading reading, ProcessExit exit, params GatewayRequest[] requests) => Builder.Build(Facts(reading, requests) with { Exit = exit }, null);

    private static AttemptFacts Facts(AgentReading reading, params GatewayRequest[] requests) =>
        new() { StartTimestamp = 0, EndTimestamp = 4, ModelAsked = "glm-5", BareModel = "glm-5", Reading = reading, Requests = requests };
}
