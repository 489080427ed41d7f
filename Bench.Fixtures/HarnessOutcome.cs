using Bench.Fixtures.Failures;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>The outcome of an attempt that Bench itself could not carry out.</summary>
internal static class HarnessOutcome
{
    /// <summary>Classifies what was thrown.</summary>
    public static AttemptOutcome Of(Exception problem, string model, Redactor redactor)
    {
        var failure = FailureClassifier.Classify(new AttemptEvidence { ModelAsked = model, Exception = problem, Cancelled = problem is OperationCanceledException });
        return new AttemptOutcome
        {
            Completed = false,
            Answer = "",
            Timeline = new AttemptTimeline(),
            Cancelled = problem is OperationCanceledException,
            Failure = failure is null ? null : failure with { Evidence = redactor.Redact(failure.Evidence) },
        };
    }
}
