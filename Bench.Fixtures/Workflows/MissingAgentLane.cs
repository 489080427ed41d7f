using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Workflows;

/// <summary>A lane whose agent is not on this machine: every attempt ends at once as <c>env/cli_missing</c>.</summary>
public sealed class MissingAgentLane(MissingAgent missing) : IWorkflow
{
    /// <summary>The rule of an agent that was looked for in the usual places and is in none.</summary>
    public const string LookedForRule = "agent.missing";

    /// <summary>The rule of an agent that a setting names and that is not there, or that is there and does not start, e.g. for want of node.</summary>
    public const string UnusableRule = "agent.unusable";

    /// <inheritdoc />
    public Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken) => Task.FromResult(new AttemptOutcome
    {
        Completed = false,
        Answer = "",
        Tokens = TokenUsage.None,
        Timeline = new AttemptTimeline(),
        Failure = new Failure
        {
            Category = FailureCategory.Env,
            Reason = FailureReasons.CliMissing,
            EndedBy = EndedBy.Env,
            RuleId = missing.IsBroken || missing.IsNamed ? UnusableRule : LookedForRule,
            Evidence = missing.Message,
        },
    });
}
