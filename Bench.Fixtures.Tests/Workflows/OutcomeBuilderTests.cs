using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>Timestamps are milliseconds after the start of the attempt, at 1000 ms of the clock.</summary>
public sealed class OutcomeBuilderTests
{
    private static readonly AgentReading Good = new()
    {
        Answer = "PONG",
        SessionId = "ses",
        Model = "glm-5",
        FinishReason = "end_turn",
        Tokens = new TokenUsage { Input = 1, Output = 2, Cached = 3, Reasoning = 4 },
        FirstEventAt = At(40),
        FirstOutputAt = At(80),
        LastOutputAt = At(90),
        TerminalAt = At(100),
        TerminalIsSuccess = true,
    };

    private static readonly GatewayRequest Answered = new()
    {
        Api = ModelApi.AnthropicMessages,
        ModelAsked = "glm-5",
        ModelAnswered = "glm-5",
        Status = 200,
        StartTimestamp = At(50),
        FirstTokenTimestamp = At(70),
        EndTimestamp = At(95),
        FinishReason = "end_turn",
        InputTokens = 12,
        OutputTokens = 7,
    };

    private static readonly GatewayRequest Refused = Answered with
    {
        Status = 429, ModelAnswered = null, Error = "http_429", ErrorName = "rate_limit_error", RetryAfter = TimeSpan.FromSeconds(3),
        FirstTokenTimestamp = null, FinishReason = null, InputTokens = null, OutputTokens = null,
    };

    private static readonly ProcessExit Exit = new()
    {
        ExitCode = 0, Signal = null, StartTimestamp = At(5), ExitTimestamp = At(130), FirstByteTimestamp = At(40), LastByteTimestamp = At(100),
        StdoutBytes = 10, StderrBytes = 20, WasStopped = false, PipeHeldByDescendant = false, DescendantsKilled = 0,
    };

    private static readonly AttemptFacts Facts = new()
    {
        StartTimestamp = At(0),
        EndTimestamp = At(140),
        ModelAsked = "zhipuai-coding-plan/glm-5",
        BareModel = "glm-5",
        Reading = Good,
        Requests = [Answered],
        Exit = Exit,
    };

    private static readonly AnswerVerdict Passed = new([new CheckResult("contains", "PONG", Passed: true, null)], 1);

    [Fact]
    public void A_good_attempt_is_a_success_with_all_its_measures()
    {
        var outcome = Build(Facts, Passed);

        Assert.True(outcome.Success);
        Assert.Equal("PONG", outcome.Answer);
        Assert.Equal(
            new AttemptTimeline
            {
                Spawned = Ms(5), Submitted = Ms(5), Ready = Ms(50), FirstOutput = Ms(80), LastOutput = Ms(90), Completed = Ms(100), Exited = Ms(130), ModelFirstToken = Ms(70),
            },
            outcome.Timeline);
        Assert.Equal(Ms(45), outcome.ModelTime);
        Assert.Equal((1, 0), (outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.Equal(("glm-5", "ses", "end_turn"), (outcome.ModelSelected, outcome.SessionId, outcome.FinishReason));
        Assert.Equal((0, null, 10L, 20L), (outcome.ExitCode, outcome.Signal, outcome.StdoutBytes, outcome.StderrBytes));
        Assert.Equal(1, outcome.HintMatchRatio);
        Assert.Single(outcome.Checks);
        Assert.Empty(outcome.Incidents);
    }

    [Theory]
    [InlineData(0.79, FailureCategory.Model, FailureReasons.AgentNotStarted)]
    [InlineData(0.8, FailureCategory.Env, FailureReasons.HostOverloaded)]
    [InlineData(null, FailureCategory.Model, FailureReasons.AgentNotStarted)]
    public void What_ends_before_the_first_model_request_is_the_machines_where_it_was_overloaded(double? pressure, FailureCategory category, string reason)
    {
        var facts = Facts with
        {
            Reading = new AgentReading(), Requests = [], Stalled = true, CpuTime = TimeSpan.FromSeconds(1.25), PeakMemoryBytes = 17, CpuIsShared = true,
            Load = new LoadReading(pressure, 3.5),
        };

        var outcome = new OutcomeBuilder(FailureClassifier.Classify, text => text, TimeProvider.System).Build(facts, null);

        Assert.Equal((category, reason), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.Contains("1.3 s", outcome.Failure.Evidence, StringComparison.Ordinal);
        Assert.Equal((facts.CpuTime, true, 17L, facts.Load), (outcome.CpuTime, outcome.CpuIsShared, outcome.PeakMemoryBytes, outcome.Load));
    }

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
    public void An_answer_without_any_answered_model_request_is_no_answer_of_the_model()
    {
        var facts = Facts with { Requests = [] };

        var evidence = EvidenceOf(facts);

        Assert.False(Build(facts, Passed).Success);
        Assert.Equal("no_model_request", evidence.ErrorName);
        Assert.Contains("cannot be the model's", evidence.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_with_exit_code_0_fails_and_says_so()
    {
        var facts = Facts with
        {
            Reading = Good with { TerminalIsSuccess = false, ErrorName = "error", ErrorMessage = "Model stream ended." },
            Requests = [Refused],
        };

        var outcome = Build(facts, null);

        Assert.False(outcome.Completed);
        Assert.False(outcome.Success);
        Assert.Equal(["zero_exit_on_error"], outcome.Incidents.Select(i => i.Code));
        Assert.Equal(Ms(100), outcome.Timeline.Completed);
        Assert.Empty(outcome.Checks);
        Assert.Null(outcome.HintMatchRatio);
    }

    [Fact]
    public void The_last_failed_request_speaks_where_the_lane_is_silent()
    {
        var evidence = EvidenceOf(Facts with
        {
            Reading = Good with { TerminalIsSuccess = false, ErrorName = "error", HttpStatus = null },
            Requests = [Answered, Refused],
        });

        Assert.Equal((429, "rate_limit_error", TimeSpan.FromSeconds(3)), (evidence.HttpStatus, evidence.ErrorName, evidence.RetryAfter));
    }

    [Fact]
    public void The_lanes_own_error_goes_before_the_gateways()
    {
        var evidence = EvidenceOf(Facts with
        {
            Reading = Good with { TerminalIsSuccess = false, ErrorName = "APIError", HttpStatus = 503 },
            Requests = [Refused],
        });

        Assert.Equal((503, "APIError"), (evidence.HttpStatus, evidence.ErrorName));
    }

    [Theory]
    [InlineData("upstream_connect", "upstream_connect")]
    [InlineData("upstream_disconnected", "upstream_disconnected")]
    [InlineData("upstream_truncated", "upstream_truncated")]
    [InlineData("client_disconnected", null)]
    [InlineData("route_closed", null)]
    public void A_provider_that_gave_no_error_to_name_is_known_by_what_the_gateway_noted(string noted, string? expected)
    {
        var evidence = EvidenceOf(Facts with
        {
            Reading = Good with { TerminalIsSuccess = false, ErrorName = null },
            Requests = [Refused with { Status = null, Error = noted, ErrorName = null }],
        });

        Assert.Equal(expected, evidence.ErrorName);
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

    [Theory]
    [InlineData(GatewayRequest.ErrorInAnswer)]
    [InlineData(GatewayRequest.NoAnswer)]
    public void What_the_provider_says_in_place_of_an_answer_goes_before_the_lanes_own_error(string error)
    {
        var evidence = EvidenceOf(Facts with
        {
            Reading = Good with { TerminalIsSuccess = false, ErrorName = "UnknownError", ErrorMessage = "Type validation failed" },
            Requests = [Answered, Answered with { Error = error, ErrorName = "rate_limit_error", ProviderMessage = "slow down", ModelAnswered = null }],
        });

        Assert.Equal(("rate_limit_error", "slow down"), (evidence.ErrorName, evidence.ErrorMessage));
        Assert.Equal("error.quota", FailureClassifier.Classify(evidence)!.RuleId);
    }

    [Fact]
    public void A_model_without_a_name_is_no_other_model()
    {
        var outcome = Build(Facts with { Reading = Good with { Model = "" }, Requests = [Answered with { ModelAnswered = null }] }, Passed);

        Assert.Equal((true, null), (outcome.Success, outcome.ModelSelected));
    }

    [Fact]
    public void An_agent_that_would_not_stop_repeating_is_judged_by_the_request_before_the_one_it_did_not_get()
    {
        var facts = Facts with
        {
            Reading = new AgentReading(),
            Requests = [Refused, Refused, Refused with { Status = null, Error = GatewayRequest.RepeatsExhausted, ErrorName = null, RetryAfter = null }],
            RetriesExhausted = true,
        };

        var evidence = EvidenceOf(facts);

        Assert.Equal((true, 429, "rate_limit_error"), (evidence.RetriesExhausted, evidence.HttpStatus, evidence.ErrorName));
        Assert.Equal(EndedBy.Harness, FailureClassifier.Classify(evidence)!.EndedBy);
        Assert.Equal(["agent_retries_ended", "agent_retried"], Build(facts, null).Incidents.Select(i => i.Code));
    }

    [Fact]
    public void Output_that_nobody_counted_is_output_all_the_same()
    {
        var broken = Facts with { Reading = new AgentReading(), Requests = [Answered with { OutputTokens = null, EndTimestamp = null }] };
        var silent = Facts with { Reading = new AgentReading(), Requests = [Answered with { OutputTokens = null, FirstTokenTimestamp = null }] };

        Assert.True(Build(broken, null).ProducedOutput);
        Assert.False(Build(silent, null).ProducedOutput);
    }

    [Fact]
    public void A_failed_request_that_was_repeated_with_success_is_an_incident_and_no_evidence()
    {
        var facts = Facts with { Requests = [Refused, Answered with { Error = "client_disconnected", Status = 200 }, Answered] };

        var outcome = Build(facts, Passed);
        var evidence = EvidenceOf(facts);

        Assert.True(outcome.Success);
        Assert.Equal(
            [
                "agent_retried: The agent went on after 2 failed model requests: http_429, client_disconnected.",
                "answer_may_repeat: A model answer broke off after its first token (http_429, client_disconnected) and was asked for again: its beginning may stand in the output twice.",
            ],
            outcome.Incidents.Select(i => $"{i.Code}: {i.Detail}"));
        Assert.Equal((null, null, null), (evidence.HttpStatus, evidence.ErrorName, evidence.RetryAfter));
    }

    [Fact]
    public void A_bad_exit_after_a_good_answer_is_an_incident_and_no_evidence()
    {
        var facts = Facts with { Exit = Exit with { ExitCode = null, Signal = 11 } };

        var outcome = Build(facts, Passed);

        Assert.True(outcome.Success);
        Assert.Equal(["nonzero_exit_after_answer: After its answer the agent ended with signal 11."], outcome.Incidents.Select(i => $"{i.Code}: {i.Detail}"));
        Assert.Equal(11, outcome.Signal);
        Assert.Null(EvidenceOf(facts).Signal);
    }

    [Fact]
    public void The_end_of_an_agent_that_Bench_stopped_after_its_answer_is_no_bad_exit()
    {
        var facts = Facts with { Exit = Exit with { ExitCode = null, Signal = 15, WasStopped = true }, Incidents = [new Incident("hung_after_success", "x")] };

        Assert.Equal(["hung_after_success"], Build(facts, Passed).Incidents.Select(i => i.Code));
    }

    [Fact]
    public void What_the_agent_left_behind_is_an_incident()
    {
        var outcome = Build(Facts with { Exit = Exit with { PipeHeldByDescendant = true, DescendantsKilled = 2 } }, Passed);

        Assert.Equal(["pipe_held_by_descendant", "descendants_killed"], outcome.Incidents.Select(i => i.Code));
    }

    [Fact]
    public void A_log_that_could_not_be_written_is_evidence_against_Bench()
    {
        var problem = new IOException("No space left on device");

        Assert.Same(problem, EvidenceOf(Facts with { Exit = Exit with { LogProblem = problem } }).Exception);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_limit_censors_the_completion_and_keeps_the_exit(bool timedOut, bool stalled)
    {
        var facts = Facts with
        {
            TimedOut = timedOut, Stalled = stalled,
            Reading = Good with { TerminalAt = null, TerminalIsSuccess = false },
            Exit = Exit with { ExitCode = 143, WasStopped = true },
        };

        var outcome = Build(facts, null);
        var evidence = EvidenceOf(facts);

        Assert.Null(outcome.Timeline.Completed);
        Assert.Equal(Ms(130), outcome.Timeline.Exited);
        Assert.Equal((timedOut, stalled), (outcome.TimedOut, outcome.Stalled));
        Assert.Equal((timedOut, stalled, 143), (evidence.TimedOut, evidence.Stalled, evidence.ExitCode));
    }

    [Fact]
    public void A_cancelled_attempt_is_no_success_even_when_its_answer_was_good()
    {
        var outcome = Build(Facts with { Cancelled = true }, null);

        Assert.True(outcome.Cancelled);
        Assert.False(outcome.Success);
        Assert.Null(outcome.Failure);
    }

    [Fact]
    public void A_crash_without_a_word_completes_with_the_process()
    {
        var facts = Facts with { Reading = new AgentReading(), Requests = [], Exit = Exit with { ExitCode = 1 } };

        var outcome = Build(facts, null);

        Assert.Equal(Ms(130), outcome.Timeline.Completed);
        Assert.Equal(1, EvidenceOf(facts).ExitCode);
        Assert.Empty(outcome.Incidents);
    }

    [Fact]
    public void An_attempt_without_a_good_ending_fails_even_when_no_rule_knows_why()
    {
        var outcome = Build(Facts with { Reading = Good with { TerminalIsSuccess = false }, Requests = [Answered] }, null);

        Assert.Equal((FailureCategory.Model, "malformed_output", "no_good_ending"), (outcome.Failure!.Category, outcome.Failure.Reason, outcome.Failure.RuleId));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void An_empty_answer_is_not_complete(string answer)
    {
        var facts = Facts with { Reading = Good with { Answer = answer } };

        Assert.False(Build(facts, null).Completed);
        Assert.True(EvidenceOf(facts).AnswerIsEmpty);
    }

    [Fact]
    public void Denied_tools_finish_reason_and_failed_checks_are_evidence()
    {
        var verdict = new AnswerVerdict([new CheckResult("regex", "x+", Passed: false, "no match"), new CheckResult("contains", "y", Passed: true, null)], 0.5);

        var evidence = EvidenceOf(Facts with { Reading = Good with { PermissionDenials = 2, FinishReason = null } }, verdict);

        Assert.Equal(2, evidence.PermissionDenials);
        Assert.Equal("end_turn", evidence.FinishReason);
        Assert.Equal(["regex: x+ (no match)"], evidence.FailedChecks);
    }

    [Fact]
    public void Unreadable_output_counts_only_where_no_terminal_event_could_be_read()
    {
        var facts = Facts with { Reading = Good with { ParserProblem = "line 1" } };
        var without = facts with { Reading = facts.Reading with { TerminalAt = null, TerminalIsSuccess = false } };

        Assert.Null(EvidenceOf(facts).ParserProblem);
        Assert.Equal(["unreadable_output"], Build(facts, Passed).Incidents.Select(i => i.Code));
        Assert.Equal("line 1", EvidenceOf(without).ParserProblem);
    }

    [Theory]
    [InlineData("MAX_TOKENS")]
    [InlineData("length")]
    public void An_answer_cut_at_the_output_limit_is_told(string reason)
    {
        var outcome = Build(Facts with { Reading = Good with { FinishReason = null }, Requests = [Answered with { FinishReason = reason }] }, Passed);

        Assert.Equal(["answer_truncated"], outcome.Incidents.Select(i => i.Code));
    }

    [Fact]
    public void Everything_that_leaves_is_redacted()
    {
        var facts = Facts with
        {
            Reading = Good with { Answer = "a SECRET", Incidents = [new Incident("i", "SECRET")], TerminalAt = null, ErrorMessage = "SECRET", ParserProblem = "SECRET" },
            StderrTail = ["SECRET"],
        };
        AttemptEvidence? evidence = null;
        var builder = new OutcomeBuilder(
            e =>
            {
                evidence = e;
                return new Failure { Category = FailureCategory.Model, Reason = "r", EndedBy = EndedBy.Agent, RuleId = "r", Evidence = "SECRET" };
            },
            text => text.Replace("SECRET", "***", StringComparison.Ordinal),
            Clock);

        var outcome = builder.Build(facts, null);

        Assert.Equal("a ***", outcome.Answer);
        Assert.Equal("***", outcome.Failure!.Evidence);
        Assert.Equal(["***"], outcome.StderrTail);
        Assert.Equal(["***"], outcome.Incidents.Select(i => i.Detail));
        Assert.Equal(("***", "***", "***"), (evidence!.ErrorMessage, evidence.ParserProblem, Assert.Single(evidence.StderrTail)));
    }

    private static readonly TimeProvider Clock = TimeProvider.System;

    private static long At(double ms) => TimeProvider.System.TimestampFrequency + (long)(ms * TimeProvider.System.TimestampFrequency / 1000);

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static AttemptOutcome Build(AttemptFacts facts, AnswerVerdict? verdict) => new OutcomeBuilder(_ => null, text => text, Clock).Build(facts, verdict);

    private static AttemptEvidence EvidenceOf(AttemptFacts facts, AnswerVerdict? verdict = null)
    {
        AttemptEvidence? evidence = null;
        new OutcomeBuilder(
            e =>
            {
                evidence = e;
                return null;
            },
            text => text,
            Clock).Build(facts, verdict);
        return evidence!;
    }
}
