namespace Bench.Fixtures.Failures;

/// <summary>
/// The classification rules, in the order in which they are tried: what Bench threw, what its gateway refused, what the provider answered, how the attempt ended,
/// what stands on standard error, whether the agent ever began, what the answer is worth.
/// </summary>
public static partial class FailureRules
{
    /// <summary>All rules; ids are unique, the first that fires decides.</summary>
    public static IReadOnlyList<FailureRule> All { get; } =
    [
        .. OfExceptions(),
        .. OfGateway(),
        .. OfErrors(),
        .. OfNoAnswer(),
        .. OfHttp(),
        .. OfLimits(),
        .. OfStderr(),
        .. OfUnasked(),
        .. OfStarts(),
        .. OfEndings(),
        .. OfAnswers(),
    ];

    /// <summary>The attempt ended by the lane's own terminal event, with an answer and no error.</summary>
    private static bool IsGood(AttemptEvidence e) =>
        e is { HasTerminalEvent: true, AnswerIsEmpty: false, ErrorName: null, ErrorMessage: null, Signal: null, ExitCode: null or 0 }
        && !IsHttpError(e)
        && !IsErrorFinish(e);

    private static bool IsHttpError(AttemptEvidence e) => e.HttpStatus is >= 400;

    private static bool IsErrorFinish(AttemptEvidence e) => e.FinishReason == "error";

    private static FailureRule Harness(string id, string reason, EndedBy endedBy, string description, Func<AttemptEvidence, string?> sign) =>
        new() { Id = id, Category = FailureCategory.Harness, Reason = reason, EndedBy = endedBy, Description = description, Sign = sign };

    private static FailureRule Model(string id, string reason, EndedBy endedBy, string description, Func<AttemptEvidence, string?> sign) =>
        new() { Id = id, Category = FailureCategory.Model, Reason = reason, EndedBy = endedBy, Description = description, Sign = sign };

    private static FailureRule Env(string id, string reason, EndedBy endedBy, string description, Func<AttemptEvidence, string?> sign) =>
        new() { Id = id, Category = FailureCategory.Env, Reason = reason, EndedBy = endedBy, Description = description, Sign = sign };
}
