using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// Turns all that was seen of an attempt into its outcome: one for all workflows. The gateway's word on models, tokens and times goes before the lane's.
/// An exit code alone proves nothing: 0 after an error is still an error, another one after a good answer is an incident.
/// </summary>
/// <param name="classify">Says who is to blame; null where nothing failed.</param>
/// <param name="redact">Takes secrets out of a text.</param>
/// <param name="clock">The clock of the facts' timestamps.</param>
public sealed partial class OutcomeBuilder(Func<AttemptEvidence, Failure?> classify, Func<string, string> redact, TimeProvider clock)
{
    /// <summary>The outcome.</summary>
    /// <param name="facts">What was seen.</param>
    /// <param name="verdict">The checks' verdict; null when they did not run, as without a completed attempt.</param>
    public AttemptOutcome Build(AttemptFacts facts, AnswerVerdict? verdict)
    {
        facts = facts.UntilCutOff();
        var completed = facts.IsCompleted;
        var own = facts.OwnRequests;
        var failure = FailureOf(facts, verdict);
        return new AttemptOutcome
        {
            Completed = completed,
            Failure = failure is null ? null : failure with { Evidence = redact(failure.Evidence) },
            Incidents = [.. IncidentsOf(facts, completed).Select(i => i with { Detail = redact(i.Detail) })],
            Answer = redact(facts.Reading.Answer),
            ExitCode = facts.Exit?.ExitCode,
            Signal = facts.Exit?.Signal,
            TimedOut = facts.TimedOut,
            Stalled = facts.Stalled,
            Cancelled = facts.Cancelled,
            Timeline = TimelineOf(facts),
            SessionId = facts.Reading.SessionId,
            ModelSelected = ModelSelected(facts),
            FinishReason = FinishReasonOf(facts),
            Tokens = TokensOf(facts),
            ModelRequests = facts.Requests?.Count(r => !r.WasRefused),
            HiddenModelRequests = facts.Requests?.Count(r => r.Hidden && !r.WasRefused),
            ModelTime = facts.Requests is null ? null : UnionOf(own, facts.EndTimestamp),
            CpuTime = facts.CpuTime,
            CpuIsShared = facts.CpuIsShared,
            PeakMemoryBytes = facts.PeakMemoryBytes,
            Load = facts.Load,
            Checks = completed && verdict is not null ? [.. verdict.Checks.Select(Redacted)] : [],
            HintMatchRatio = completed ? verdict?.HintMatchRatio : null,
            StderrTail = RedactedTail(facts),
            StdoutBytes = facts.Exit?.StdoutBytes ?? 0,
            StderrBytes = facts.Exit?.StderrBytes ?? 0,
        };
    }

    private Failure? FailureOf(AttemptFacts facts, AnswerVerdict? verdict)
    {
        var failure = classify(EvidenceOf(facts, verdict));
        if (failure is not null || facts.IsCompleted || facts.Cancelled)
        {
            return failure;
        }

        // No rule fired, and yet there is no answer: it must not pass for a success.
        return new Failure
        {
            Category = FailureCategory.Model,
            Reason = FailureReasons.MalformedOutput,
            EndedBy = EndedBy.Agent,
            RuleId = "no_good_ending",
            Evidence = "The lane ended without a terminal event that says that the work is done, and no rule knows why.",
        };
    }

    private AttemptEvidence EvidenceOf(AttemptFacts facts, AnswerVerdict? verdict)
    {
        var reading = facts.Reading;
        var completed = facts.IsCompleted;
        var decisive = completed ? null : facts.CassetteMiss ?? DecisiveRequest(facts);
        return new AttemptEvidence
        {
            // After a good ending the exit is an incident: what decides is the answer.
            ExitCode = completed ? null : facts.Exit?.ExitCode,
            Signal = completed ? null : facts.Exit?.Signal,
            TimedOut = facts.TimedOut,
            Stalled = facts.Stalled,
            StoodStill = facts.StoodStill,
            RetriesExhausted = facts.RetriesExhausted,
            Cancelled = facts.Cancelled,
            Exception = facts.Exception ?? facts.Exit?.LogProblem ?? facts.Exit?.ReadProblem,
            HttpStatus = completed ? null : reading.HttpStatus ?? decisive?.Status,
            ErrorName = completed ? null : ErrorNameOf(facts, decisive),
            ErrorMessage = completed ? null : RedactOptional(ErrorMessageOf(facts, decisive)),
            GatewayError = decisive?.ErrorDetail is null ? null : decisive.Error,
            GatewayErrorDetail = RedactOptional(decisive?.ErrorDetail),
            UnattributedRequests = !completed && decisive is null && facts.EndedUnattributed ? facts.UnattributedRequests : 0,
            RetryAfter = decisive?.RetryAfter,
            ModelRequests = facts.RequestsInTime?.Count,
            HasOutput = reading.FirstOutputAt is not null,
            CpuTime = facts.CpuTime,
            CpuPressure = facts.Load.Pressure,
            HostIsOverloaded = facts.Load.IsOverBound,
            PromptBytesLeft = facts.Exit?.InputLeft,
            StderrTail = RedactedTail(facts),
            StdoutLines = Redacted(reading.OwnLines),
            HasTerminalEvent = reading.TerminalAt is not null,

            // A stray line before a readable terminal event did no harm.
            ParserProblem = reading.TerminalAt is null ? RedactOptional(reading.ParserProblem) : null,
            FinishReason = FinishReasonOf(facts),
            AnswerIsEmpty = string.IsNullOrWhiteSpace(reading.Answer),
            PermissionDenials = reading.PermissionDenials,
            ModelAsked = facts.ModelAsked,
            ModelAnswered = ModelAnsweredAsAsked(facts),
            FailedChecks = verdict is null ? [] : [.. verdict.Failed.Select(redact)],
        };
    }

    /// <summary>
    /// The failed request that the attempt ended with: the last own one, where it failed and was not repeated with success.
    /// One that the gateway refused because the agent would not stop says nothing about the provider.
    /// </summary>
    private static GatewayRequest? DecisiveRequest(AttemptFacts facts) =>
        facts.OwnRequests.LastOrDefault(r => r.Error != GatewayRequest.RepeatsExhausted) is { } last && AttemptFacts.IsFailed(last) ? last : null;

    // An agent makes words of its own of an error that stands where the answer should: what the provider said goes before.
    private static bool IsInAnswer(GatewayRequest? request) => request?.Error is GatewayRequest.NoAnswer or GatewayRequest.ErrorInAnswer;

    private static string? ErrorNameOf(AttemptFacts facts, GatewayRequest? decisive)
    {
        if (IsInAnswer(decisive) && (decisive!.ErrorName ?? (decisive.ErrorDetail is null ? null : decisive.Error)) is { } said)
        {
            return said;
        }

        if (facts.AnsweredWithoutModel)
        {
            return "no_model_request";
        }

        // "error" is a reader's stand-in where the lane gives no name.
        return facts.Reading.ErrorName is { } name and not "error" ? name : decisive?.ErrorName ?? UpstreamError(decisive) ?? facts.Reading.ErrorName;
    }

    /// <summary>What the gateway noted of a provider that gave no error to name. Its other codes speak of the agent or of Bench.</summary>
    private static string? UpstreamError(GatewayRequest? request) =>
        request?.Error is { } code && code.StartsWith("upstream_", StringComparison.Ordinal) ? code : null;

    private static string? ErrorMessageOf(AttemptFacts facts, GatewayRequest? decisive) => IsInAnswer(decisive) && (decisive!.ProviderMessage ?? decisive.ErrorDetail) is { } said ? said
        : facts.AnsweredWithoutModel
        ? "The lane reports an answer, but the gateway has answered no model request of this attempt: the answer cannot be the model's. Check the lane's base URL."
        : facts.Reading.ErrorMessage ?? UpstreamMessage(UpstreamError(decisive));

    private static string? UpstreamMessage(string? code) => code switch
    {
        "upstream_connect" => "The gateway saw that the provider could not be reached.",
        "upstream_disconnected" => "The gateway saw the provider break the connection.",
        "upstream_truncated" => "The gateway saw the provider's answer end without a finish reason.",
        _ => null,
    };

    /// <summary>The model that answered; another spelling of the one asked for counts as that one.</summary>
    private static string? ModelAnsweredAsAsked(AttemptFacts facts) =>
        ModelSelected(facts) is { } selected && !ModelNames.AreSame(facts.BareModel, selected) ? selected : ModelSelected(facts) is null ? null : facts.ModelAsked;

    /// <summary>Redacted as one text: a secret may have several lines.</summary>
    private string[] RedactedTail(AttemptFacts facts) => Redacted(facts.StderrTail);

    private string[] Redacted(IReadOnlyList<string> lines) => lines.Count == 0 ? [] : redact(string.Join('\n', lines)).Split('\n');

    private string? RedactOptional(string? text) => text is null ? null : redact(text);

    private CheckResult Redacted(CheckResult check) => check with { Value = redact(check.Value), Detail = RedactOptional(check.Detail) };
}
