using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Queueing;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>
/// The rounds of a soak, one after the other: a round begins when every job of the one before has ended, and none begins after the gate is decided.
/// Its artifacts are written before the first job, after every round and at the end of the run.
/// </summary>
public sealed class SoakRounds
{
    private readonly SoakSettings soak;
    private readonly RunFolder folder;
    private readonly ISoakJobs jobs;
    private readonly List<IGrouping<int, Job>> rounds;
    private readonly Dictionary<int, TaskCompletionSource> ends;
    private readonly TaskCompletionSource decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SoakReport? report;
    private int begun;

    /// <summary>Prepares the rounds of a plan and writes the first artifacts.</summary>
    internal SoakRounds(SoakSettings soak, RunPlan plan, RunFolder folder, ISoakJobs jobs)
    {
        this.soak = soak;
        this.folder = folder;
        this.jobs = jobs;
        rounds = [.. plan.Jobs.GroupBy(job => job.Trial).OrderBy(round => round.Key)];
        ends = rounds.ToDictionary(round => round.Key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Refresh();
    }

    /// <summary>What the soak came to so far; null when it could not be written, which makes the run fail.</summary>
    public SoakReport? Report => Volatile.Read(ref report);

    /// <summary>Waits until a round has ended, or will not be run.</summary>
    /// <param name="round">Its number, from 1.</param>
    /// <exception cref="BenchUsageException">No job of the round was selected.</exception>
    public Task RoundAsync(int round) => ends.TryGetValue(round, out var end)
        ? end.Task
        : throw new BenchUsageException(FormattableString.Invariant($"Round {round} is not in this run: a test filter left its jobs out. Run the soak without a filter."));

    /// <summary>Waits until no round is left to run.</summary>
    public Task DecidedAsync() => decided.Task;

    /// <summary>Runs the rounds that have not ended yet. Does not throw, and leaves nobody waiting: what goes wrong between the jobs is a failure of the jobs that are left, and of the run.</summary>
    /// <param name="queue">Runs the jobs of a round.</param>
    /// <param name="handler">What a job does.</param>
    /// <param name="cancellationToken">Ends the jobs in flight and all that have not started; every job has its end all the same.</param>
    internal async Task RunAsync(JobQueue queue, IJobHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            var clean = new List<bool>();
            foreach (var round in rounds)
            {
                var decision = SoakGate.Decide(clean, soak.Rounds, soak.MaxRounds);
                if (decision != SoakDecision.GoOn && !cancellationToken.IsCancellationRequested)
                {
                    LeaveOut(round.Key, SoakGate.WhyNotRun(decision, soak.Rounds));
                    break;
                }

                if (!cancellationToken.IsCancellationRequested)
                {
                    begun = round.Key;
                    Refresh();
                }

                await queue.RunAsync([.. round.Where(job => !jobs.HasEnded(job.JobId))], handler, cancellationToken);
                clean.Add(round.All(job => jobs.HasPassed(job.JobId)));
                Refresh();
                ends[round.Key].TrySetResult();
            }
        }
        catch (Exception problem)
        {
            // Whoever waits for a job or a round would wait for ever.
            jobs.GiveUp(problem);
        }
        finally
        {
            foreach (var end in ends.Values)
            {
                end.TrySetResult();
            }

            decided.TrySetResult();
        }
    }

    private void LeaveOut(int first, string why)
    {
        jobs.LeaveOut(first, why);
        Refresh();
    }

    private void Refresh()
    {
        try
        {
            Volatile.Write(ref report, SoakArtifacts.Refresh(folder, begun));
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem))
        {
            jobs.ArtifactProblem(problem as ArtifactException ?? new ArtifactException(SoakArtifacts.JsonPath(folder), problem));
        }
    }
}

/// <summary>The jobs of a soak, as its rounds see them.</summary>
internal interface ISoakJobs
{
    /// <summary>The job has its record, or will never have one.</summary>
    bool HasEnded(string jobId);

    /// <summary>The job has its record, and passed.</summary>
    bool HasPassed(string jobId);

    /// <summary>The jobs of this round and of all later ones are not run.</summary>
    void LeaveOut(int firstRound, string why);

    /// <summary>The rounds cannot go on for a reason that nobody foresaw: jobs without an end get it as Bench's own failures, and the run fails.</summary>
    void GiveUp(Exception problem);

    /// <summary>The soak's artifacts could not be written.</summary>
    void ArtifactProblem(Exception problem);
}
