using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Gates;

/// <summary>The words of the original soak for how a job ended, from its record. A state that nobody knows is a failure.</summary>
internal static class SoakStates
{
    public const string Pending = "pending";
    public const string Missing = "missing";
    private const string Unknown = "unknown";

    /// <summary>The reason code of a job whose record has a status that this version of Bench does not know.</summary>
    public const string UnknownState = "unknown_state";

    /// <summary>The reason code of a job that left no record.</summary>
    public const string NoRecord = "no_record";

    /// <summary>The reason code of a job that was cancelled.</summary>
    public const string Cancelled = "cancelled";

    private static readonly Dictionary<string, string> ByReason = new()
    {
        [FailureReasons.StartFailed] = "start_failed",
        [FailureReasons.CliMissing] = "start_failed",
        [FailureReasons.ExecutorException] = "exception",
        [FailureReasons.Timeout] = "timeout",
        [FailureReasons.WaitTimeout] = "timeout",
        [FailureReasons.StalledRun] = "stalled",
    };

    /// <summary>The job passed, and says so in every way.</summary>
    public static bool IsSuccess(JobRecord? record) => record is { Success: true, Status: JobStatuses.Passed };

    /// <summary>The state.</summary>
    public static string StatusOf(JobRecord? record, bool mayStillCome) => record switch
    {
        null => mayStillCome ? Pending : Missing,
        { Status: JobStatuses.Cancelled } => "stopped",
        { Status: not (JobStatuses.Passed or JobStatuses.Failed) } => Unknown,
        { Success: true } => "exited_ok",
        { Attempts: [.., { TimedOut: true }] } => "timeout",
        { Attempts: [.., { Stalled: true }] } => "stalled",
        { FailureReason: { } reason } when ByReason.TryGetValue(reason, out var state) => state,

        // The process ended as it should, and the answer is not what was asked for.
        { Completed: true } => "exited_ok",
        _ => "exited_err",
    };

    /// <summary>Why the job is no success; null when it is one, or may still become one.</summary>
    public static string? ReasonOf(JobRecord? record, bool mayStillCome) => record switch
    {
        null => mayStillCome ? null : NoRecord,
        { Status: JobStatuses.Cancelled } => Cancelled,
        { Status: not (JobStatuses.Passed or JobStatuses.Failed) } => UnknownState,
        { Status: JobStatuses.Passed, Success: true } => null,

        // The original's word, whatever ended the attempt at its limit.
        { FailureReason: FailureReasons.Timeout } => FailureReasons.WaitTimeout,
        _ => record.FailureReason ?? UnknownState,
    };

    /// <summary>The original's word for the outcome.</summary>
    public static string OutcomeOf(JobRecord? record, bool mayStillCome) => record switch
    {
        null => mayStillCome ? Pending : Missing,
        { Status: JobStatuses.Cancelled } => "killed",
        _ => IsSuccess(record) ? "success" : "failed",
    };

    /// <summary>It reached an end of its own.</summary>
    public static bool IsEnded(JobRecord? record) => record is { Status: JobStatuses.Passed or JobStatuses.Failed, Censored: false };
}
