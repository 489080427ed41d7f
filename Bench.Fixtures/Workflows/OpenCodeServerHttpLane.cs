using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Workflows;

/// <summary><c>opencode_server_http</c>: each attempt is a session of the run's shared server, driven over its HTTP API.</summary>
/// <param name="server">The run's server.</param>
/// <param name="models">What stands behind the model.</param>
/// <param name="services">What the lanes of a run share.</param>
public sealed class OpenCodeServerHttpLane(SharedOpenCodeServer server, ModelSource models, LaneServices services) : IServerWorkflow
{
    /// <inheritdoc />
    public TimeSpan? StartupLatency => server.StartupLatency;

    /// <inheritdoc />
    public async Task<AttemptOutcome> RunAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var attempt = new OpenCodeServerAttempt(server, models, services, request, (session, _, cancel) => SubmitAsync(session, request, cancel));
        return await attempt.RunAsync(cancellationToken);
    }

    private async Task<IOpenCodeSubmission> SubmitAsync(OpenCodeSession session, AttemptRequest request, CancellationToken cancellationToken)
    {
        var submittedAt = services.Clock.GetTimestamp();
        await session.SubmitAsync(request.Job.Model, request.Prompt.Text, cancellationToken);
        return new OpenCodeHttpSubmission(session.CreatedAt, session.ReadyAt, submittedAt);
    }
}
