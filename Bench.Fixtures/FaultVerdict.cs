using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;

namespace Bench.Fixtures;

/// <summary>Turns the record of a job whose model failed on purpose into the outcome of its row: it passes when the job ended as expected.</summary>
internal static class FaultVerdict
{
    private const string RuleId = "fault.expectation";

    /// <summary>What the row throws: null when the job ended as expected, else that Bench blamed somebody else, tried more or less often, or waited too long.</summary>
    public static Exception? Of(JobRecord record, FaultExpectation expected, int maxRetries, string runFolder)
    {
        var differences = Differences(record, expected, maxRetries).ToList();
        if (differences.Count == 0)
        {
            return null;
        }

        var failure = new Failure
        {
            Category = FailureCategory.Harness,
            Reason = FailureReasons.UnexpectedOutcome,
            EndedBy = EndedBy.Harness,
            RuleId = RuleId,
            Evidence = string.Join("; ", differences),
        };
        return BenchFailureException.Of(failure, $"""
            harness/{failure.Reason}: under the fault '{record.Fault}' {failure.Evidence}
            What was seen: {record.OutcomeName} (ended by {record.EndedBy ?? "nobody"}, rule {record.FailureRule ?? "none"}): {record.FailureEvidence}
            What to do: {FailureAdvice.For(failure)}
            Record: {Path.Combine(runFolder, "raw", record.JobId + ".json")}
            """);
    }

    /// <summary>The job ended because the machine was overloaded, or stood still: nothing can be said of Bench or its lane.</summary>
    public static bool IsOfTheMachine(string? failureReason) => failureReason is FailureReasons.HostOverloaded or FailureReasons.HostSuspended;

    private static IEnumerable<string> Differences(JobRecord record, FaultExpectation expected, int maxRetries)
    {
        if (record.OutcomeName is var outcome && outcome != expected.Outcome)
        {
            yield return $"'{expected.Outcome}' was expected, '{outcome}' came";
        }

        // What an overloaded machine ended says nothing of how Bench takes the fault; it has used up one of the attempts.
        var judged = record.Attempts.Where(attempt => !IsOfTheMachine(attempt.FailureReason)).ToList();
        var attempts = Math.Min(expected.Attempts, maxRetries + 1 - (record.Attempts.Count - judged.Count));
        if (judged.Count != attempts)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(attempts, "attempt")} {(attempts == 1 ? "was" : "were")} expected, there {(judged.Count == 1 ? "was" : "were")} {judged.Count}");
        }

        // How long an agent takes that waits for a core says nothing of Bench either.
        var seconds = judged.Where(attempt => !(attempt.CpuPressure >= MachineLoad.PressureBound)).Sum(a => a.Seconds ?? 0);
        if (seconds > expected.Within.TotalSeconds)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the end was expected within {expected.Within.TotalSeconds:0} s, it took {seconds:0.0} s");
        }
    }
}
