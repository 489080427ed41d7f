namespace Bench.Fixtures.Records;

/// <summary>The <c>event</c> words of <c>raw/journal.ndjson</c>.</summary>
public static class JournalEvents
{
    /// <summary>The run began, or was resumed.</summary>
    public const string RunStarted = "run_started";

    /// <summary>A job was given its slot.</summary>
    public const string JobStarted = "job_started";

    /// <summary>One try at a job ended.</summary>
    public const string AttemptFinished = "attempt_finished";

    /// <summary>A provider turned an attempt away for its rate: none of its jobs starts for a while.</summary>
    public const string ProviderPaused = "provider_paused";

    /// <summary>A job ended; the line holds its whole record.</summary>
    public const string JobFinished = "job_finished";

    /// <summary>Something about the run as a whole, for people.</summary>
    public const string Notice = "notice";

    /// <summary>The run ended in an orderly way.</summary>
    public const string RunFinished = "run_finished";
}
