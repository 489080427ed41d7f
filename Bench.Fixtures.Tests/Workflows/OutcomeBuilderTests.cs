using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Workflows;
using static Bench.Fixtures.Tests.Workflows.SampleFacts;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>Whether an attempt succeeded, and what speaks for whose fault it was.</summary>
public sealed class OutcomeBuilderTests
{
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
}
