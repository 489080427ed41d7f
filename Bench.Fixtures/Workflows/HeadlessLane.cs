using Bench.Fixtures.Agents;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Workflows;

/// <summary>A workflow that runs one agent process per attempt: cc-glm, <c>opencode run</c> and Gemini alike.</summary>
/// <param name="workflow">Which workflow it is.</param>
/// <param name="agent">How its agent is prepared and read.</param>
/// <param name="binary">The agent that was found.</param>
/// <param name="models">What stands behind its model.</param>
/// <param name="services">What the lanes of a run share.</param>
public sealed class HeadlessLane(WorkflowDescription workflow, IHeadlessAgent agent, AgentBinary binary, ModelSource models, LaneServices services) : IWorkflow
{
    /// <inheritdoc />
    public async Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var attempt = new HeadlessAttempt(workflow, agent, binary, models, services, request);
        return await attempt.RunAsync(cancellationToken);
    }
}
