using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Workflows;

/// <summary>A lane whose agent is not on this machine: every attempt ends at once as <c>env/cli_missing</c>.</summary>
public sealed class MissingAgentLane(MissingAgent missing) : IWorkflow
{
    /// <inheritdoc />
    public Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken) => Task.FromResult(new AttemptOutcome
    {
        Completed = false,
        Answer = "",
        Timeline = new AttemptTimeline(),
        Failure = new Failure
        {
            Category = FailureCategory.Env,
            Reason = FailureReasons.CliMissing,
            EndedBy = EndedBy.Env,
            RuleId = "agent.missing",
            Evidence = missing.Message,
        },
    });
}
