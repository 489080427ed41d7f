using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// Any workflow in the dry-run profile: no process, no gateway, no waiting, and the outcome that <see cref="DryRunSimulation"/> makes up.
/// Nothing answered, so there are no answer, model, tokens or verdicts of checks.
/// </summary>
/// <param name="neverFails">Every attempt succeeds, with the latencies of the simulation: a soak's dry run shows how a soak goes, not a verdict drawn by lot.</param>
public sealed class DryRunLane(bool neverFails = false) : IWorkflow
{
    /// <inheritdoc />
    public Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var simulation = DryRunSimulation.Of(request.RunId, request.Job, request.Attempt);
        simulation = neverFails ? simulation with { Success = true, FailureCategory = null, ReturnCode = 0 } : simulation;
        return Task.FromResult(new AttemptOutcome
        {
            Completed = simulation.Success,
            Failure = FailureOf(simulation),
            Answer = "",
            ExitCode = simulation.ReturnCode,
            Cancelled = cancellationToken.IsCancellationRequested,
            Timeline = new AttemptTimeline
            {
                Spawned = TimeSpan.Zero,
                Submitted = TimeSpan.Zero,
                Ready = TimeSpan.FromMilliseconds(simulation.StartupLatencyMs),
                FirstOutput = TimeSpan.FromMilliseconds(simulation.FirstOutputLatencyMs),
                Completed = TimeSpan.FromMilliseconds(simulation.CompletionLatencyMs),
                Exited = TimeSpan.FromMilliseconds(simulation.CompletionLatencyMs),
            },
        });
    }

    private static Failure? FailureOf(DryRunSimulation simulation) => simulation.Success ? null : new Failure
    {
        Category = simulation.FailureCategory switch
        {
            "harness" => FailureCategory.Harness,
            "model" => FailureCategory.Model,
            _ => FailureCategory.Env,
        },
        Reason = DryRunSimulation.FailureReason,
        EndedBy = EndedBy.Harness,
        RuleId = "dry_run",
        Evidence = string.Create(CultureInfo.InvariantCulture, $"The dry-run profile simulates this failure (seed {simulation.Seed})."),
    };
}
