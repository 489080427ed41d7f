using Bench.Fixtures.Records;

namespace Bench.Fixtures;

/// <summary>How far a job of a run is, and who waits for its record. Holds no record longer than somebody needs it: thousands would fill the memory.</summary>
/// <param name="origin">The job that this one stands in for; null for a job of the plan.</param>
internal sealed class JobProgress(JobProgress? origin = null)
{
    private JobRecord? held;
    private TaskCompletionSource<JobRecord>? result = origin is null ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;

    /// <summary>The job that this one stands in for; null for a job of the plan.</summary>
    public JobProgress? Origin { get; } = origin;

    /// <summary>So far; the record has them in the end.</summary>
    public List<AttemptRecord> Attempts { get; private set; } = [];

    /// <summary>How the jobs that stood in for this one ended, in order, in words; empty as a rule.</summary>
    public List<string> StandIns { get; } = [];

    /// <summary>The run was cancelled before the job had a result.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>The job has its record, and passed.</summary>
    public bool HasPassed { get; private set; }

    /// <summary>When the job had its first slot; null before.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>In USD, so far; null while unknown.</summary>
    public decimal? Cost { get; private set; }

    /// <summary>The cost of an attempt, or a part of it, is unknown.</summary>
    public bool CostIsAtLeast { get; private set; }

    /// <summary>From the first submit to the result.</summary>
    public ResultTime ResultTime { get; } = new();

    /// <summary>Takes the job's record; a job of the plan hands it out when nothing stands in for it any more.</summary>
    /// <param name="record">The record.</param>
    /// <param name="goesOn">Another job stands in for this one.</param>
    public void End(JobRecord record, bool goesOn)
    {
        (IsCancelled, HasPassed, Attempts) = (record.Status == JobStatuses.Cancelled, record is { Success: true, Status: JobStatuses.Passed }, []);
        if (Origin is null)
        {
            held = record;
        }
        else
        {
            var why = record.FailureReason is { } reason ? $" ({record.FailureCategory}/{reason})" : "";
            Origin.StandIns.Add($"{record.JobId}: {record.Status}{why}");
        }

        if (!goesOn)
        {
            (Origin ?? this).Release();
        }
    }

    /// <summary>The job of the plan will not run; whoever waits for its record gets a <see cref="JobNotRunException"/>.</summary>
    /// <param name="why">One sentence.</param>
    public void LeaveOut(string why)
    {
        result!.SetException(new JobNotRunException(why));

        // Nobody may ask for it.
        _ = result.Task.Exception;
    }

    /// <summary>There is no record to hand out, not even of a failure; whoever waits for it gets the exception.</summary>
    public void Fail(Exception problem)
    {
        if ((Origin ?? this).result is { } waiting && waiting.TrySetException(problem))
        {
            // Nobody may ask for it.
            _ = waiting.Task.Exception;
        }
    }

    /// <summary>Waits for the record, once; whoever asks later, or for a job that stands in, gets it from where it is kept.</summary>
    public async Task<JobRecord> TakeAsync(Func<JobRecord> readAgain)
    {
        if (result is not { } waiting)
        {
            return readAgain();
        }

        var record = await waiting.Task;
        result = null;
        return record;
    }

    /// <summary>Adds an attempt's cost; null is unknown.</summary>
    /// <param name="cost">In USD.</param>
    /// <param name="isAtLeast">A part of it is unknown.</param>
    public void AddCost(decimal? cost, bool isAtLeast)
    {
        CostIsAtLeast |= cost is null || isAtLeast;
        Cost = cost is null ? Cost : (Cost ?? 0) + cost;
    }

    private void Release()
    {
        if (held is { } record)
        {
            result?.TrySetResult(record);
            held = null;
        }
    }
}
