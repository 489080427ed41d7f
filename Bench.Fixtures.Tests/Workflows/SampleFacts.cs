using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>What was seen of an attempt that went well, and the outcome made of it. Timestamps are milliseconds after the start of the attempt, at 1000 ms of the clock.</summary>
internal static class SampleFacts
{
    internal static readonly AgentReading Good = new()
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

    internal static readonly GatewayRequest Answered = new()
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

    internal static readonly GatewayRequest Refused = Answered with
    {
        Status = 429, ModelAnswered = null, Error = "http_429", ErrorName = "rate_limit_error", RetryAfter = TimeSpan.FromSeconds(3),
        FirstTokenTimestamp = null, FinishReason = null, InputTokens = null, OutputTokens = null,
    };

    internal static readonly ProcessExit Exit = new()
    {
        ExitCode = 0, Signal = null, StartTimestamp = At(5), ExitTimestamp = At(130), FirstByteTimestamp = At(40), LastByteTimestamp = At(100),
        StdoutBytes = 10, StderrBytes = 20, WasStopped = false, PipeHeldByDescendant = false, DescendantsKilled = 0,
    };

    internal static readonly AttemptFacts Facts = new()
    {
        StartTimestamp = At(0),
        EndTimestamp = At(140),
        ModelAsked = "zhipuai-coding-plan/glm-5",
        BareModel = "glm-5",
        Reading = Good,
        Requests = [Answered],
        Exit = Exit,
    };

    internal static readonly AnswerVerdict Passed = new([new CheckResult("contains", "PONG", Passed: true, null)], 1);

    internal static readonly TimeProvider Clock = TimeProvider.System;

    internal static long At(double ms) => TimeProvider.System.TimestampFrequency + (long)(ms * TimeProvider.System.TimestampFrequency / 1000);

    internal static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    internal static AttemptOutcome Build(AttemptFacts facts, AnswerVerdict? verdict) => new OutcomeBuilder(_ => null, text => text, Clock).Build(facts, verdict);

    internal static AttemptEvidence EvidenceOf(AttemptFacts facts, AnswerVerdict? verdict = null)
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
