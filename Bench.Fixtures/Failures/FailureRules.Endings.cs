using System.Globalization;

namespace Bench.Fixtures.Failures;

/// <summary>How the attempt ended, and what its answer is worth.</summary>
public static partial class FailureRules
{
    private const int ExitNotExecutable = 126;
    private const int ExitNotFound = 127;

    // SIGHUP, SIGINT, SIGKILL, SIGTERM: sent from outside. The others a program earns by itself.
    private static readonly int[] SentSignals = [1, 2, 9, 15];

    private static IEnumerable<FailureRule> OfLimits() =>
    [
        Model("finish.refused", FailureReasons.ContentRefused, EndedBy.Provider, "The model stopped with `content-filter`, `refusal`, `SAFETY` or the like, whatever the agent makes of it.", e => ErrorSigns.IsRefusal(e.FinishReason) ? Finish(e) : null),
        Model("finish.malformed", FailureReasons.MalformedOutput, EndedBy.Provider, "The model stopped with `unknown` (the provider's answer did not say why it ended) or `MALFORMED_FUNCTION_CALL`.", e => ErrorSigns.IsMalformedFinish(e.FinishReason) ? Finish(e) : null),
        Model("finish.error", FailureReasons.ErrorEvent, EndedBy.Provider, "The model stopped with `error`.", e => IsErrorFinish(e) ? Finish(e) : null),
        Env("limit.suspended", FailureReasons.HostSuspended, EndedBy.Harness, "A limit was reached, and Bench or the whole machine had stood still while the attempt was in flight: a stopped process, a paused container, a laptop that slept.", e => (e.TimedOut || e.Stalled) && e.StoodStill > TimeSpan.Zero ? StoodStill(e) : null),
        Model("limit.timeout", FailureReasons.Timeout, EndedBy.Harness, "The attempt's limit was reached, and none of the signs above says why.", e => e.TimedOut && !HasNotBegun(e) ? WithLastWord("The attempt's limit was reached", e) : null),
        Model("limit.stalled", FailureReasons.StalledRun, EndedBy.Harness, "No sign of life for the stall threshold, and none of the signs above says why.", e => e.Stalled && !HasNotBegun(e) ? WithLastWord("No sign of life for the stall threshold", e) : null),
        Env("exit.not_found", FailureReasons.CliMissing, EndedBy.Env, "Exit code 127 without a terminal event: a shell did not find the program.", OnExit(ExitNotFound)),
        Env("exit.not_executable", FailureReasons.PermissionDenied, EndedBy.Env, "Exit code 126 without a terminal event: a shell may not execute the program.", OnExit(ExitNotExecutable)),
        Model("tool.denied", FailureReasons.ErrorEvent, EndedBy.Agent, "The agent was not allowed to use a tool and came to no good end. After a good end a denial decides nothing: the checks do.", Denied),
    ];

    private static IEnumerable<FailureRule> OfEndings() =>
    [
        Model("error.other", FailureReasons.ErrorEvent, EndedBy.Agent, "The agent reported an error that no rule above knows.", e => e.ErrorMessage is not null || e.ErrorName is not (null or "error") ? EvidenceText.OfError(e) : null),
        Harness("output.limit", FailureReasons.ParserError, EndedBy.Harness, "The agent's output was longer than Bench reads, and no terminal event came.", e => ErrorSigns.IsOverReadingLimit(e.ParserProblem) ? e.ParserProblem : null),
        Model("exit.signal", FailureReasons.RuntimeNonzero, EndedBy.Agent, "A signal of its own ended the agent, e.g. SIGSEGV or SIGABRT.", e => e.Signal is { } signal && !SentSignals.Contains(signal) ? Signal(e) : null),
        Model("exit.killed", FailureReasons.RuntimeNonzero, EndedBy.Env, "A signal from outside ended the agent (SIGHUP, SIGINT, SIGKILL, SIGTERM), and no limit of Bench had been reached: perhaps the memory ran out.", e => e.Signal is not null ? Signal(e) : null),
        Model("output.malformed", FailureReasons.MalformedOutput, EndedBy.Agent, "The agent printed something else than its documented format, and no terminal event came.", e => e.ParserProblem),
        Model("exit.nonzero", FailureReasons.RuntimeNonzero, EndedBy.Agent, "An exit code other than 0, and nothing else that says why.", e => e.ExitCode is { } code and not 0 ? WithLastWord(string.Create(CultureInfo.InvariantCulture, $"Exit code {code}"), e) : null),
    ];

    private static IEnumerable<FailureRule> OfAnswers() =>
    [
        Model("answer.model_mismatch", FailureReasons.ModelMismatch, EndedBy.Provider, "Another model answered than the one asked for. Other spellings of one model have been made equal before.", Mismatch),
        Model("output.no_ending", FailureReasons.MalformedOutput, EndedBy.Agent, "The lane ended without its terminal event, and nothing says why.", e => e.HasTerminalEvent ? null : WithLastWord("The lane ended without its terminal event", e)),
        Model("answer.empty", FailureReasons.EmptyAnswer, EndedBy.Agent, "The answer is empty or blank.", e => e.AnswerIsEmpty ? $"The answer is empty; finish reason '{e.FinishReason ?? "not said"}'." : null),
        Model("answer.hint_mismatch", FailureReasons.HintMismatch, EndedBy.Agent, "Checks failed, all of them of the kind `contains`.", e => e.FailedChecks.Count > 0 && e.FailedChecks.All(IsHint) ? FailedChecks(e) : null),
        Model("answer.check_failed", FailureReasons.CheckFailed, EndedBy.Agent, "Checks failed, at least one of another kind.", e => e.FailedChecks.Count > 0 ? FailedChecks(e) : null),
    ];

    private static string StoodStill(AttemptEvidence e) => string.Create(
        CultureInfo.InvariantCulture, $"{(e.TimedOut ? "The attempt's limit was reached" : "No sign of life for the stall threshold")}; Bench, or the whole machine, stood still for {e.StoodStill.TotalSeconds:0.0} s of that time.");

    private static Func<AttemptEvidence, string?> OnExit(int code) => evidence =>
        !evidence.HasTerminalEvent && evidence.ExitCode == code ? WithLastWord(string.Create(CultureInfo.InvariantCulture, $"Exit code {code}"), evidence) : null;

    /// <summary>A prompt of OpenCode that nobody answers is a denial too; any other error goes before.</summary>
    private static string? Denied(AttemptEvidence e)
    {
        var isAboutDenial = e.ErrorName is null or "permission.asked" or "question.asked";
        return e.PermissionDenials > 0 && isAboutDenial && e is { Signal: null, ExitCode: null or 0 } && !IsGood(e)
            ? string.Create(CultureInfo.InvariantCulture, $"{e.PermissionDenials} tool uses were not allowed, and no good end came. {e.ErrorMessage}")
            : null;
    }

    private static string? Mismatch(AttemptEvidence e) =>
        e.ModelAnswered is { } answered && !string.Equals(answered, e.ModelAsked, StringComparison.OrdinalIgnoreCase)
            ? $"'{e.ModelAsked}' was asked for, '{answered}' answered."
            : null;

    private static string Finish(AttemptEvidence e) =>
        EvidenceText.OfError(e) is { Length: > 0 } error ? $"Finish reason '{e.FinishReason}'. {error}" : $"Finish reason '{e.FinishReason}'.";

    private static string Signal(AttemptEvidence e) => WithLastWord(string.Create(CultureInfo.InvariantCulture, $"Ended by signal {e.Signal}"), e);

    private static string WithLastWord(string fact, AttemptEvidence e) =>
        EvidenceText.LastStderr(e) is { } line ? $"{fact}; last line on standard error: {line}" : $"{fact}.";

    private static bool IsHint(string check) => check.StartsWith("contains:", StringComparison.Ordinal);

    private static string FailedChecks(AttemptEvidence e) => $"Failed: {string.Join("; ", e.FailedChecks)}";
}
