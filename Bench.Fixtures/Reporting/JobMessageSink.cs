using System.Collections.Concurrent;
using Xunit.Sdk;
using Xunit.v3;

namespace Bench.Fixtures.Reporting;

/// <summary>Tells how long a job itself took.</summary>
public interface IJobDurations
{
    /// <summary>From the job's first slot to its end, back-off included; null when it never had a slot.</summary>
    TimeSpan? DurationOf(string jobId);
}

/// <summary>
/// Passes xunit's messages on, with the job's own duration in place of the row's: all rows start at once and wait
/// for their job, so xunit's figure would be the queue wait plus the job.
/// </summary>
public sealed class JobMessageSink(IMessageSink inner, IJobDurations durations, string jobTrait) : IMessageSink
{
    private readonly ConcurrentDictionary<string, string> jobs = new();

    /// <inheritdoc />
    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestStarting starting && starting.Traits.TryGetValue(jobTrait, out var ids) && ids.FirstOrDefault() is { } jobId)
        {
            jobs[starting.TestUniqueID] = jobId;
        }

        if (message is TestResultMessage result && DurationOf(result.TestUniqueID) is { } duration)
        {
            result.ExecutionTime = (decimal)duration.TotalSeconds;
        }

        return inner.OnMessage(message);
    }

    private TimeSpan? DurationOf(string testId) => jobs.TryGetValue(testId, out var jobId) ? durations.DurationOf(jobId) : null;
}
