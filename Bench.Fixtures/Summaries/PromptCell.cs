using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>What a summary needs of the trials of one prompt on one workflow.</summary>
internal sealed class PromptCell
{
    // The earliest failed trial, whose reason the cell shows; none yet.
    private int failedTrial = int.MaxValue;

    public int Trials { get; private set; }

    public int Passed { get; private set; }

    /// <summary>Trials that passed or that the model failed.</summary>
    public int Answerable { get; private set; }

    /// <summary>Jobs whose first attempt says something about the lane.</summary>
    public int AnswerableFirst { get; private set; }

    public long RetryCount { get; private set; }

    public string? FailureCategory { get; private set; }

    public string? FailureReason { get; private set; }

    /// <summary>Completion latencies of passed trials.</summary>
    public Samples PassedCompletion { get; } = new();

    /// <summary>Completion latencies of those that the model failed; what the environment or Bench failed, and what was cancelled, says nothing about the lane.</summary>
    public Samples OtherCompletion { get; } = new();

    /// <summary>One of the others is a lower bound.</summary>
    public bool HasBound { get; private set; }

    public void Add(in RecordRow row)
    {
        Trials++;
        Answerable += row.Outcome is JobOutcome.Passed or JobOutcome.FailedModel ? 1 : 0;
        AnswerableFirst += row.CountsInFirstAttempt ? 1 : 0;
        RetryCount += row.RetryCount;
        if (row.Success)
        {
            Passed++;
            PassedCompletion.Add(row.CompletionLatencyMs);
            return;
        }

        if (row.Outcome == JobOutcome.FailedModel)
        {
            OtherCompletion.Add(row.CompletionLatencyMs);
            HasBound |= row.AtLeast.HasFlag(RecordBounds.CompletionLatencyMs);
        }

        TakeFailure(row.Trial, row.FailureCategory ?? (row.Outcome == JobOutcome.Cancelled ? "cancelled" : "harness"), row.FailureReason);
    }

    public void Merge(PromptCell other)
    {
        Trials += other.Trials;
        Answerable += other.Answerable;
        AnswerableFirst += other.AnswerableFirst;
        RetryCount += other.RetryCount;
        Passed += other.Passed;
        PassedCompletion.Merge(other.PassedCompletion);
        OtherCompletion.Merge(other.OtherCompletion);
        HasBound |= other.HasBound;
        TakeFailure(other.failedTrial, other.FailureCategory, other.FailureReason);
    }

    // Should two records be of one trial, the words decide, not the order.
    private void TakeFailure(int trial, string? category, string? reason)
    {
        var order = trial.CompareTo(failedTrial);
        order = order != 0 ? order : string.CompareOrdinal(category, FailureCategory);
        order = order != 0 ? order : string.CompareOrdinal(reason, FailureReason);
        if (order < 0)
        {
            (failedTrial, FailureCategory, FailureReason) = (trial, category, reason);
        }
    }
}
