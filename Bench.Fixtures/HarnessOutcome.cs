using Bench.Fixtures.Failures;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>The outcome of an attempt that Bench itself could not carry out.</summary>
internal static class HarnessOutcome
{
    /// <summary>Classifies what was thrown.</summary>
    /// <param name="problem">What was thrown.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="redactor">Knows every secret of the run.</param>
    /// <param name="isCancelled">The run was cancelled: an <see cref="OperationCanceledException"/> is that cancel, and no wait that somebody else gave up.</param>
    public static AttemptOutcome Of(Exception problem, string model, Redactor redactor, bool isCancelled)
    {
        isCancelled &= problem is OperationCanceledException;
        var failure = FailureClassifier.Classify(new AttemptEvidence { ModelAsked = model, Exception = problem, Cancelled = isCancelled });
        return new AttemptOutcome
        {
            Completed = false,
            Answer = "",
            Timeline = new AttemptTimeline(),
            Cancelled = isCancelled,
            Failure = failure is null ? null : failure with { Evidence = redactor.Redact(failure.Evidence) },
        };
    }
}
