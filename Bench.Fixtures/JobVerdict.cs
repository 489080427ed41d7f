using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Xunit.Sdk;

namespace Bench.Fixtures;

/// <summary>Turns a job's record into the outcome of its row.</summary>
internal static class JobVerdict
{
    /// <summary>Returns when the job passed.</summary>
    /// <param name="record">The job's record.</param>
    /// <param name="failOnEnvFailure">Whether an env failure fails the row; it is skipped otherwise.</param>
    /// <param name="runFolder">The run folder, for the paths in the message.</param>
    /// <param name="standIns">How the jobs that stood in for it ended, in words; they never make it pass.</param>
    /// <exception cref="BenchFailureException">The job failed; the type is the category.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static void Throw(JobRecord record, bool failOnEnvFailure, string runFolder, IReadOnlyList<string> standIns)
    {
        if (record.Success)
        {
            return;
        }

        if (record.Status == JobStatuses.Cancelled)
        {
            throw new OperationCanceledException($"The run was cancelled before '{record.JobId}' had a result.");
        }

        var failure = FailureOf(record);
        var message = MessageOf(record, failure, runFolder) + string.Concat(standIns.Select(standIn => $"\nWent on as {standIn}; it counts for no lane."));
        throw failure.Category == FailureCategory.Env && !failOnEnvFailure
            ? SkipException.ForSkip(message)
            : BenchFailureException.Of(failure, message);
    }

    private static Failure FailureOf(JobRecord record) => new()
    {
        Category = Enum.Parse<FailureCategory>(record.FailureCategory ?? nameof(FailureCategory.Harness), ignoreCase: true),
        Reason = record.FailureReason ?? FailureReasons.ExecutorException,
        EndedBy = Enum.Parse<EndedBy>(record.EndedBy ?? nameof(EndedBy.Harness), ignoreCase: true),
        RuleId = record.FailureRule ?? "",
        Evidence = record.FailureEvidence ?? "",
    };

    private static string MessageOf(JobRecord record, Failure failure, string runFolder) => $"""
        {record.FailureCategory}/{failure.Reason} (ended by {record.EndedBy}, rule {failure.RuleId}): {failure.Evidence}
        What to do: {FailureAdvice.For(failure)}
        Record: {Path.Combine(runFolder, "raw", record.JobId + ".json")}
        """;
}
