using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>A lane whose jobs a dx-runner runs: start, check until it has ended, report, and the answer from its log. No gateway stands in between: models, tokens and times inside are not seen.</summary>
/// <param name="runner">The dx-runner.</param>
/// <param name="workspaces">Makes the work trees of attempts.</param>
/// <param name="redactor">Knows every secret of the run.</param>
/// <param name="clock">All stamps and limits.</param>
/// <param name="beadsIdOf">The id under which a job is dispatched.</param>
public sealed class DxRunnerLane(DxRunnerCli runner, JobWorkspaces workspaces, Redactor redactor, TimeProvider clock, Func<Job, string> beadsIdOf) : IWorkflow
{
    /// <summary>Between two looks at a job, and two starts that a cap refused. Default: 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var attempt = new DxRunnerAttempt(runner, redactor, clock, Interval, beadsIdOf(request.Job), request);
        try
        {
            await using var workspace = await workspaces.CreateAsync(request.Job.JobId, request.Attempt, cancellationToken);
            return await RunAsync(attempt, workspace, request, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return attempt.Outcome("", null) with { Cancelled = true };
        }
    }

    // A job that may still run is stopped before the tree that it works in is removed, whatever ended the waiting for it.
    private static async Task<AttemptOutcome> RunAsync(DxRunnerAttempt attempt, JobWorkspace workspace, AttemptRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt.RunAsync(workspace, cancellationToken);
        }
        catch (Exception problem) when (problem is ProcessStartException or TimeoutException)
        {
            return attempt.Outcome("", FailureClassifier.Classify(new AttemptEvidence { ModelAsked = request.Job.Model, Exception = problem }));
        }
        finally
        {
            await attempt.StopAsync();
        }
    }
}
