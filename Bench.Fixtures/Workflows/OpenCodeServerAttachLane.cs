using Bench.Fixtures.Agents;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// <c>opencode_server_attach_run</c>: each attempt is a session of the run's shared server, driven by <c>opencode run --attach</c>.
/// The client ends as soon as its call has returned, often without having printed the answer, and with exit code 0 after an error:
/// the record rests on the session, and what the client lost is an incident.
/// </summary>
/// <param name="server">The run's server.</param>
/// <param name="models">What stands behind the model.</param>
/// <param name="services">What the lanes of a run share.</param>
public sealed class OpenCodeServerAttachLane(SharedOpenCodeServer server, ModelSource models, LaneServices services) : IServerWorkflow
{
    /// <inheritdoc />
    public TimeSpan? StartupLatency => server.StartupLatency;

    /// <inheritdoc />
    public async Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var attempt = new OpenCodeServerAttempt(server, models, services, request, (session, workspace, _) => Task.FromResult(Start(session, workspace, request)));
        return await attempt.RunAsync(cancellationToken);
    }

    private IOpenCodeSubmission Start(OpenCodeSession session, JobWorkspace workspace, AttemptRequest request) =>
        OpenCodeAttachSubmission.Start(session, server.Options, workspace, services, request);
}
