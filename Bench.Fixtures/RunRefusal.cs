using Bench.Fixtures.Failures;

namespace Bench.Fixtures;

/// <summary>Why a run could not be opened, as its one failing row says it.</summary>
internal static class RunRefusal
{
    /// <summary>A caller's mistake and a cancel as they are; anything else with its cause, whose fault it is, and what to do.</summary>
    public static Exception Of(Exception problem)
    {
        if (problem is BenchUsageException or BenchFailureException or OperationCanceledException)
        {
            return problem;
        }

        var failure = FailureClassifier.Classify(new AttemptEvidence { ModelAsked = "", Exception = problem })!;
        return BenchFailureException.Of(failure, $"""
            The run could not be opened: {failure.Category.ToString().ToLowerInvariant()}/{failure.Reason} (rule {failure.RuleId}): {failure.Evidence}
            What to do: {FailureAdvice.For(failure)} No job was run.
            """, problem);
    }

    /// <summary>The same for somebody who throws it again: the usage error without the way it came.</summary>
    public static Exception Again(Exception problem) => problem is BenchUsageException usage ? new BenchUsageException(usage.Problems) : problem;
}
