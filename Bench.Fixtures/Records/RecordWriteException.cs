using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>A job's record could not be kept as it should.</summary>
public sealed class RecordWriteException : ArtifactException
{
    internal RecordWriteException(JobRecord record, string path, Exception cause)
        : base(path, cause)
    {
        Record = record;
    }

    /// <summary>The record as it counts: as it was where it is on disk, failed where its document is missing.</summary>
    public JobRecord Record { get; }

    /// <summary>A job whose document is missing has not passed, whatever its agent did: nobody could check it.</summary>
    internal static RecordWriteException OfDocument(JobRecord record, string path, Exception cause)
    {
        var failure = FailureClassifier.Classify(new AttemptEvidence { ModelAsked = record.Model, Exception = new ArtifactException(path, cause) })!;
        var failed = record with
        {
            Success = false,
            Flaky = false,
            Status = JobStatuses.Failed,
            FailureCategory = failure.Category.ToString().ToLowerInvariant(),
            FailureReason = failure.Reason,
            FailureRule = failure.RuleId,
            FailureEvidence = failure.Evidence,
            EndedBy = failure.EndedBy.ToString().ToLowerInvariant(),
        };
        return new RecordWriteException(record.Success ? failed : record, path, cause);
    }
}
