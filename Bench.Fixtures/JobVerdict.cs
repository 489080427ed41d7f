using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Workflows;
using Xunit.Sdk;

namespace Bench.Fixtures;

/// <summary>Turns a job's record into the outcome of its row.</summary>
internal static class JobVerdict
{
    /// <summary>What the row throws: null when the job passed, a skip for an env failure that is not to fail it, else a failure whose type is the category.</summary>
    /// <param name="record">The job's record.</param>
    /// <param name="failOnEnvFailure">Whether an env failure fails the row; one that <see cref="MaySkip"/> is skipped otherwise.</param>
    /// <param name="runFolder">The run folder, for the paths in the message.</param>
    /// <param name="standIns">How the jobs that stood in for it ended, in words; they never make it pass.</param>
    public static Exception? Of(JobRecord record, bool failOnEnvFailure, string runFolder, IReadOnlyList<string> standIns)
    {
        if (record.Success)
        {
            return null;
        }

        if (record.Status == JobStatuses.Cancelled)
        {
            return new OperationCanceledException($"The run was cancelled before '{record.JobId}' had a result.");
        }

        var failure = FailureOf(record);
        var message = MessageOf(record, failure, runFolder) + string.Concat(standIns.Select(standIn => $"\nWent on as {standIn}; it counts for no lane."));
        return !failOnEnvFailure && MaySkip(record)
            ? SkipException.ForSkip(message)
            : BenchFailureException.Of(failure, message);
    }

    /// <summary>The word for what <see cref="Of"/> gives.</summary>
    public static string WordOf(Exception? verdict) => verdict switch
    {
        null => RowOutcomes.Passed,
        SkipException => RowOutcomes.Skipped,
        _ => RowOutcomes.Failed,
    };

    // What a person has named, or has to give, and is not there or is refused, is that person's to correct: no other day makes it better.
    private static bool MaySkip(JobRecord record) =>
        record.FailureCategory == "env"
        && record.FailureReason is not (FailureReasons.AuthError or FailureReasons.WrongBaseUrl)
        && (record.FailureReason != FailureReasons.CliMissing || record.FailureRule == MissingAgentLane.LookedForRule);

    private static Failure FailureOf(JobRecord record) => new()
    {
        Category = Enum.Parse<FailureCategory>(record.FailureCategory ?? nameof(FailureCategory.Harness), ignoreCase: true),
        Reason = record.FailureReason ?? FailureReasons.ExecutorException,
        EndedBy = Enum.Parse<EndedBy>(record.EndedBy ?? nameof(EndedBy.Harness), ignoreCase: true),
        RuleId = record.FailureRule ?? "",
        Evidence = record.FailureEvidence ?? "",
    };

    private static string MessageOf(JobRecord record, Failure failure, string runFolder) => $"""
        {record.FailureCategory}/{failure.Reason} (ended by {record.EndedBy}, rule {failure.RuleId}): {failure.Evidence}{string.Concat(FailureDetails.Of(record).Select(detail => $"\n  {detail}"))}
        What to do: {FailureAdvice.For(failure)}{TextIn(record, runFolder)}
        Record: {Path.Combine(runFolder, "raw", record.JobId + ".json")}
        """;

    private static string TextIn(JobRecord record, string runFolder) =>
        FailureAdvice.LogOf(record.FailureRule) is { } log && FailureDetails.LogsOf(record).FirstOrDefault(entry => entry.Name == log || (log == "stdout" && entry.Name == "events")).Path is { } path
            ? $" The text stands in {Path.Combine(runFolder, path)}."
            : "";
}
