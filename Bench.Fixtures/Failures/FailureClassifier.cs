namespace Bench.Fixtures.Failures;

/// <summary>Says who is to blame for an ended attempt: the first rule of <see cref="FailureRules.All"/> that fires. The model's answer is never read.</summary>
public static class FailureClassifier
{
    /// <summary>
    /// The failure that the evidence shows; null when it shows none, and for a cancelled attempt: cancelled is a state of its own.
    /// A failure that Bench threw as a <see cref="BenchFailureException"/> stays as it was thrown.
    /// </summary>
    public static Failure? Classify(AttemptEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (evidence.Cancelled)
        {
            return null;
        }

        if (evidence.Exception.Chain().OfType<BenchFailureException>().FirstOrDefault() is { } thrown)
        {
            return thrown.Failure;
        }

        foreach (var rule in FailureRules.All)
        {
            if (rule.Sign(evidence) is { } sign)
            {
                return FailureOf(rule, evidence, sign);
            }
        }

        return null;
    }

    private static Failure FailureOf(FailureRule rule, AttemptEvidence evidence, string sign) => new()
    {
        Category = rule.Category,
        Reason = rule.Reason,

        // An agent that still tries again when its limit comes was ended by the limit, whatever made it try again.
        EndedBy = evidence.TimedOut || evidence.Stalled || evidence.RetriesExhausted ? EndedBy.Harness : rule.EndedBy,
        RuleId = rule.Id,
        Evidence = EvidenceText.Line(sign),
        RetryAfter = evidence.RetryAfter,
    };
}
