using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Workflows;
using static Bench.Fixtures.Tests.Workflows.SampleFacts;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>Instants, model time, tokens and the model that answered.</summary>
public sealed class OutcomeMeasuresTests
{
    [Fact]
    public void Tokens_are_the_gateways_over_all_requests_and_the_lanes_where_it_saw_none()
    {
        var hidden = Answered with { Hidden = true, ModelAnswered = "small", InputTokens = 100, OutputTokens = null };

        var outcome = Build(Facts with { Requests = [hidden, Answered] }, Passed);

        Assert.Equal(new TokenUsage { Input = 112, Output = 7, Cached = 3, Reasoning = 4, AtLeast = TokenCounts.Output }, outcome.Tokens);
        Assert.Equal((2, 1), (outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.True(outcome.Success);
    }

    [Fact]
    public void Tokens_that_some_requests_did_not_report_are_lower_bounds()
    {
        var silent = Answered with { InputTokens = null, OutputTokens = null };

        var outcome = Build(Facts with { Requests = [Answered with { InputTokens = 34, OutputTokens = 3 }, silent, silent, silent, silent] }, Passed);

        Assert.Equal((34, 3), (outcome.Tokens.Input, outcome.Tokens.Output));
        Assert.Equal(TokenCounts.Input | TokenCounts.Output, outcome.Tokens.AtLeast);
    }

    [Fact]
    public void Tokens_of_an_answer_that_broke_off_were_counted_up_to_there_at_best()
    {
        var outcome = Build(Facts with { Requests = [Answered with { OutputTokens = 1, FinishReason = null, Error = "upstream_truncated" }] }, Passed);

        Assert.Equal((12, 1, TokenCounts.Output), (outcome.Tokens.Input, outcome.Tokens.Output, outcome.Tokens.AtLeast));
    }

    [Fact]
    public void A_request_that_was_refused_used_no_tokens()
    {
        var nothing = Good with { Tokens = new TokenUsage() };

        Assert.Equal((12, 7, TokenCounts.None), Of(Refused, Answered));
        Assert.Equal((0, 0, TokenCounts.None), Of(Refused));
        Assert.Equal((0, 0, TokenCounts.None), Of());
        Assert.Equal((null, null, TokenCounts.None), Of(Answered with { InputTokens = null, OutputTokens = null }));

        (long?, long?, TokenCounts) Of(params GatewayRequest[] requests)
        {
            var tokens = Build(Facts with { Reading = nothing, Requests = requests }, Passed).Tokens;
            return (tokens.Input, tokens.Output, tokens.AtLeast);
        }
    }

    [Fact]
    public void An_attempt_that_Bench_ended_is_known_up_to_that_moment_and_not_to_what_its_agent_said_when_it_was_killed()
    {
        var facts = Facts with { TimedOut = true, CutOffAt = At(120), Exit = Exit with { WasStopped = true }, Reading = Good with { TerminalAt = At(125), TerminalIsSuccess = false } };

        Assert.Equal(Ms(120), Build(facts, null).Timeline.Ended);
        Assert.Equal(Ms(120), Build(facts with { Reading = Good with { TerminalAt = null, TerminalIsSuccess = false } }, null).Timeline.Ended);
        Assert.Equal(Ms(100), Build(facts with { TimedOut = false, Cancelled = true, Reading = Good }, null).Timeline.Ended);
        Assert.Null(Build(facts with { TimedOut = false, Reading = Good }, Passed).Timeline.CutOff);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void What_an_agent_does_after_Bench_has_ended_it_had_not_happened(bool timedOut, bool stalled, bool cancelled)
    {
        var facts = Facts with
        {
            TimedOut = timedOut,
            Stalled = stalled,
            Cancelled = cancelled,
            CutOffAt = At(45),
            ReadyAt = At(50),
            Exit = Exit with { WasStopped = true },
            Reading = Good with { TerminalAt = null, TerminalIsSuccess = false, FirstEventAt = At(48) },
        };

        var outcome = Build(facts, null);
        var early = Build(facts with { ReadyAt = null, Requests = [Answered with { StartTimestamp = At(30) }], Reading = facts.Reading with { FirstOutputAt = At(44) } }, null);
        var (late, own) = (EvidenceOf(facts), EvidenceOf(facts with { Requests = [Refused with { StartTimestamp = At(45) }] }));

        Assert.Equal((null, null, null, null, Ms(45)), (outcome.Timeline.Ready, outcome.Timeline.FirstOutput, outcome.Timeline.LastOutput, outcome.Timeline.ModelFirstToken, outcome.Timeline.Ended));
        Assert.Equal((Ms(30), Ms(44), null, null), (early.Timeline.Ready, early.Timeline.FirstOutput, early.Timeline.LastOutput, early.Timeline.ModelFirstToken));
        Assert.Equal((0, false, null), (late.ModelRequests, late.HasOutput, late.ErrorName));
        Assert.Equal((1, "rate_limit_error"), (own.ModelRequests, own.ErrorName));
        Assert.Equal((1, 12), (outcome.ModelRequests, outcome.Tokens.Input));
    }

    [Fact]
    public void Model_time_counts_overlaps_once_hidden_requests_never_and_an_open_request_to_the_end()
    {
        GatewayRequest[] requests =
        [
            Answered with { StartTimestamp = At(10), EndTimestamp = At(30) },
            Answered with { StartTimestamp = At(20), EndTimestamp = At(40) },
            Answered with { StartTimestamp = At(20), EndTimestamp = At(25) },
            Answered with { StartTimestamp = At(60), EndTimestamp = At(70), Hidden = true },
            Answered with { StartTimestamp = At(100), EndTimestamp = null },
        ];

        var outcome = Build(Facts with { Requests = requests }, Passed);

        Assert.Equal(Ms(30 + 40), outcome.ModelTime);
    }

    [Fact]
    public void Without_a_gateway_its_numbers_are_unknown_and_ready_is_the_first_event()
    {
        var outcome = Build(Facts with { Requests = null }, Passed);

        Assert.True(outcome.Success);
        Assert.Null(outcome.ModelRequests);
        Assert.Null(outcome.HiddenModelRequests);
        Assert.Null(outcome.ModelTime);
        Assert.Equal(Ms(40), outcome.Timeline.Ready);
        Assert.Equal(1, outcome.Tokens.Input);
    }

    [Fact]
    public void The_model_asked_for_is_the_models_own_name_in_the_evidence()
    {
        var evidence = EvidenceOf(Facts);

        Assert.Equal(evidence.ModelAsked, evidence.ModelAnswered);
    }

    [Theory]
    [InlineData("glm-4.6", "glm-5")]
    [InlineData("glm-5", "glm-4.6")]
    [InlineData(null, "glm-4.6")]
    public void A_model_that_gateway_or_lane_names_and_nobody_asked_for_is_evidence(string? atGateway, string? atLane)
    {
        var facts = Facts with { Requests = [Answered with { ModelAnswered = atGateway }], Reading = Good with { Model = atLane } };

        var outcome = Build(facts, Passed);

        Assert.Equal("glm-4.6", EvidenceOf(facts).ModelAnswered);
        Assert.Equal("glm-4.6", outcome.ModelSelected);
    }

    [Fact]
    public void No_model_is_selected_where_the_gateway_saw_none_answer()
    {
        var failed = Good with { TerminalIsSuccess = false, Model = "glm-5" };

        Assert.Null(Build(Facts with { Reading = failed, Requests = [] }, null).ModelSelected);
        Assert.Null(Build(Facts with { Reading = failed, Requests = [Refused] }, null).ModelSelected);
        Assert.Null(Build(Facts with { Reading = failed, Requests = [Refused, Answered with { Hidden = true }] }, null).ModelSelected);
        Assert.Equal("glm-5", Build(Facts with { Reading = failed, Requests = [Refused, Answered] }, null).ModelSelected);
        Assert.Equal("glm-5", Build(Facts with { Reading = failed, Requests = null }, null).ModelSelected);
    }

    [Fact]
    public void An_agent_that_went_to_another_model_is_seen_though_its_requests_count_as_hidden()
    {
        var facts = Facts with { Requests = [Answered with { Hidden = true, ModelAnswered = "gemini-3.8-flash" }], Reading = Good with { Model = null } };

        Assert.Equal("gemini-3.8-flash", EvidenceOf(facts).ModelAnswered);
    }

    [Fact]
    public void Requests_that_Bench_refused_are_evidence_and_no_model_requests()
    {
        var exhausted = Refused with { Status = null, Error = GatewayRequest.RepeatsExhausted, ErrorName = null, WasRefused = true };
        var facts = Facts with { Reading = new AgentReading(), Requests = [Refused, exhausted, exhausted with { Hidden = true }], RetriesExhausted = true };

        var outcome = Build(facts, null);

        Assert.Equal((1, 0), (outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.Equal(3, EvidenceOf(facts).ModelRequests);
    }

    [Fact]
    public void A_model_without_a_name_is_no_other_model()
    {
        var outcome = Build(Facts with { Reading = Good with { Model = "" }, Requests = [Answered with { ModelAnswered = null }] }, Passed);

        Assert.Equal((true, null), (outcome.Success, outcome.ModelSelected));
    }
}
