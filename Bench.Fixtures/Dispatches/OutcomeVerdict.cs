using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

/// <summary>Why a worker ended its job before the job ended itself.</summary>
public enum DispatchEnding
{
    /// <summary>It did not.</summary>
    None,

    /// <summary><c>dispatch stop</c>.</summary>
    Stopped,

    /// <summary>A signal: the system or a person ended the worker.</summary>
    Signalled,

    /// <summary>The work tree did not change for too long.</summary>
    NoMutation,

    /// <summary>The job as a whole was over its limit.</summary>
    MaxRuntime,
}

/// <summary>What an ended job is called: state, reason and exit code in dx-runner's words where they are true, else in those of the record.</summary>
public sealed record OutcomeVerdict(string State, string ReasonCode, int? ExitCode, string? FailureCategory, string? Details)
{
    private const string Model = "model";
    private const string Harness = "harness";

    /// <summary>The verdict on a job with a record.</summary>
    /// <param name="record">The job's record.</param>
    /// <param name="ending">Why the worker ended it, if it did.</param>
    /// <param name="lacksCommit">A commit was required and there is none.</param>
    /// <param name="problems">What makes the run fail as a whole: secrets, changed agents, files that could not be written.</param>
    public static OutcomeVerdict Of(JobRecord record, DispatchEnding ending, bool lacksCommit, IReadOnlyList<string> problems)
    {
        // What had happened before the end was asked for counts.
        if (record.Status == JobStatuses.Cancelled)
        {
            return OfEnding(ending);
        }

        if (!record.Success)
        {
            return OfFailure(record);
        }

        return problems.Count > 0 ? new(DispatchOutcomeStates.Failed, DispatchReasons.RunNotClean, DispatchExitCodes.Failed, Harness, string.Join(' ', problems))
            : lacksCommit ? new(DispatchOutcomeStates.Failed, DispatchReasons.NoCommitArtifact, DispatchExitCodes.NoCommitArtifact, Model, "The agent reported success and made no commit.")
            : new(DispatchOutcomeStates.Success, DispatchReasons.ProcessExitWithRc, 0, null, null);
    }

    /// <summary>The verdict on a job that was ended before it had a result.</summary>
    public static OutcomeVerdict OfEnding(DispatchEnding ending) => ending switch
    {
        DispatchEnding.Stopped => new(DispatchOutcomeStates.Killed, DispatchReasons.ManualStop, DispatchExitCodes.Killed, null, "Somebody stopped the job."),
        DispatchEnding.NoMutation => new(DispatchOutcomeStates.Failed, DispatchReasons.NoMutationTimeout, DispatchExitCodes.LimitReached, Model, "The work tree did not change within Dispatch:NoMutation."),
        DispatchEnding.MaxRuntime => new(DispatchOutcomeStates.Failed, DispatchReasons.MaxRuntimeExceeded, DispatchExitCodes.LimitReached, Model, "The job did not end within Dispatch:MaxRuntime."),
        _ => new(DispatchOutcomeStates.Killed, DispatchReasons.Killed, DispatchExitCodes.Killed, null, "The worker was told to end."),
    };

    /// <summary>The verdict on a job whose run could not be opened.</summary>
    /// <param name="why">What is wrong.</param>
    /// <param name="reason">A failure reason.</param>
    /// <param name="category">Whose fault it is.</param>
    public static OutcomeVerdict NotStarted(string why, string reason = FailureReasons.StartFailed, string category = Harness) =>
        new(DispatchOutcomeStates.Failed, reason, DispatchExitCodes.Failed, category, why);

    /// <summary>The verdict on a job whose worker died without a word.</summary>
    public static OutcomeVerdict WorkerDied { get; } =
        new(DispatchOutcomeStates.Failed, DispatchReasons.ProcessExitedWithoutOutcome, null, Harness, "The worker was killed, or the machine went down, before the job had a result.");

    private static OutcomeVerdict OfFailure(JobRecord record)
    {
        var attempt = record.Attempts.Count > 0 ? record.Attempts[^1] : null;
        var (reason, exitCode) = record.FailureReason switch
        {
            FailureReasons.Timeout => (DispatchReasons.MaxRuntimeExceeded, DispatchExitCodes.LimitReached),
            FailureReasons.StalledRun => (DispatchReasons.ExtendedStall, DispatchExitCodes.LimitReached),
            FailureReasons.HostOverloaded or FailureReasons.HostSuspended or FailureReasons.AgentNotStarted or FailureReasons.PromptNotDelivered when attempt is { TimedOut: true } => (DispatchReasons.MaxRuntimeExceeded, DispatchExitCodes.LimitReached),
            FailureReasons.HostOverloaded or FailureReasons.HostSuspended or FailureReasons.AgentNotStarted or FailureReasons.PromptNotDelivered when attempt is { Stalled: true } => (DispatchReasons.ExtendedStall, DispatchExitCodes.LimitReached),
            FailureReasons.ModelUnavailable => (record.System == "opencode" ? DispatchReasons.OpenCodeModelUnavailable : DispatchReasons.ModelUnavailable, DispatchExitCodes.ModelUnavailable),
            FailureReasons.QuotaOrRateLimit when record.System == "opencode" => (DispatchReasons.OpenCodeRateLimited, CodeOf(attempt)),
            FailureReasons.QuotaOrRateLimit when record.System == "gemini" => (DispatchReasons.GeminiCapacityExhausted, CodeOf(attempt)),
            FailureReasons.RuntimeNonzero => (DispatchReasons.ProcessExitWithRc, CodeOf(attempt)),
            var other => (other ?? FailureReasons.ExecutorException, CodeOf(attempt)),
        };
        return new(DispatchOutcomeStates.Failed, reason, exitCode, record.FailureCategory, $"{record.FailureCategory}/{record.FailureReason}: {record.FailureEvidence}");
    }

    // An agent that ends with 0 and fails all the same must not look like one that did well.
    private static int CodeOf(AttemptRecord? attempt)
    {
        const int SignalBase = 128;
        return attempt?.Signal is { } signal ? SignalBase + signal : attempt?.ReturnCode is { } code && code != 0 ? code : DispatchExitCodes.Failed;
    }
}
