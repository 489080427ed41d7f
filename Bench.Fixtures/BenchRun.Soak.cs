using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Fixtures;

// The run's jobs, as the rounds of a soak see them.
public sealed partial class BenchRun : ISoakJobs
{
    /// <inheritdoc />
    bool ISoakJobs.HasEnded(string jobId) => jobs[jobId].EndedAt is not null;

    /// <inheritdoc />
    bool ISoakJobs.HasPassed(string jobId) => jobs[jobId].HasPassed;

    /// <inheritdoc />
    void ISoakJobs.LeaveOut(int firstRound, string why)
    {
        resources.Manifest = resources.Manifest.WithoutRounds(round => round >= firstRound, why);
        _ = Write(() => writer.WriteManifest(resources.Manifest.ToJson()));
        foreach (var job in Plan.Jobs.Where(job => job.Trial >= firstRound && jobs[job.JobId].EndedAt is null))
        {
            jobs[job.JobId].EndedAt = Clock.GetUtcNow();
            jobs[job.JobId].LeaveOut(FormattableString.Invariant($"round {job.Trial} was not run: {why}."));
        }
    }

    /// <inheritdoc />
    void ISoakJobs.GiveUp(Exception problem) => GiveUpAllLeft(problem);

    /// <inheritdoc />
    void ISoakJobs.ArtifactProblem(Exception problem) => resources.WriteProblem ??= problem;
}
