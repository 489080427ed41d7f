using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// One attempt on a server lane, from its empty work tree to its outcome. Both lanes rest on the server's session: its events for the instants,
/// its messages for the content. What was seen before something failed stays evidence.
/// </summary>
/// <param name="shared">The run's server.</param>
/// <param name="models">What stands behind the model.</param>
/// <param name="services">What the lanes of a run share.</param>
/// <param name="request">The attempt.</param>
/// <param name="submit">Hands the prompt over to the session, the lane's own way.</param>
internal sealed class OpenCodeServerAttempt(
    SharedOpenCodeServer shared,
    ModelSource models,
    LaneServices services,
    AttemptRequest request,
    Func<OpenCodeSession, JobWorkspace, CancellationToken, Task<IOpenCodeSubmission>> submit)
{
    /// <summary>The most that the last message may take to be finished after the session's end, and that the messages of a session may take which a limit ended.</summary>
    private static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MessagePause = TimeSpan.FromMilliseconds(100);

    /// <summary>The most that the gateway may take to book the end of a request whose agent has gone.</summary>
    private static readonly TimeSpan BookingLimit = TimeSpan.FromSeconds(2);

    private readonly long start = services.Clock.GetTimestamp();
    private readonly LoadWatch load = new(services.Clock);
    private readonly List<Incident> incidents = [];
    private readonly OutcomeBuilder outcomes = new(services.Classify, services.Redactor.Redact, services.Clock);
    private IReadOnlyList<GatewayRequest> requests = [];
    private ServerShare? share;
    private int unattributed;
    private OpenCodeSession? session;
    private IOpenCodeSubmission? submission;
    private AgentReading? refusal;
    private AttemptEnding ending;
    private long? cutOffAt;
    private Exception? problem;
    private long? disposedAt;

    public async Task<AttemptOutcome> RunAsync(CancellationToken cancellationToken)
    {
        AnswerVerdict? verdict = null;
        try
        {
            verdict = await RunOnServerAsync(await shared.GetAsync(cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ending = AttemptEnding.Cancelled;
            cutOffAt ??= services.Clock.GetTimestamp();
        }
        catch (Exception exception)
        {
            problem ??= exception is OpenCodeApiException ? ServerFailed("opencode_server.api", exception.Message, exception) : exception;
        }

        return outcomes.Build(Facts(), verdict);
    }

    private async Task<AnswerVerdict?> RunOnServerAsync(OpenCodeServer server, CancellationToken cancellationToken)
    {
        if (!server.Models.Contains(request.Job.Model))
        {
            refusal = Refuse(server);
            return null;
        }

        var workspace = await services.Workspaces.CreateAsync(request.Job.JobId, request.Attempt, cancellationToken);
        try
        {
            await RunOnRouteAsync(server, workspace, cancellationToken);
            return Facts().IsCompleted ? await VerifyAsync(workspace, cancellationToken) : null;
        }
        finally
        {
            await RemoveAsync(workspace);
        }
    }

    private async Task RunOnRouteAsync(OpenCodeServer server, JobWorkspace workspace, CancellationToken cancellationToken)
    {
        using var route = services.Gateway.OpenRoute(models.RouteOf(request, AgentKind.OpenCode, workspace.Root));
        var unattributedBefore = services.Gateway.UnattributedRequests;
        try
        {
            await RunSessionAsync(server, workspace, route, cancellationToken);
        }
        finally
        {
            requests = route.Requests;
            unattributed = services.Gateway.UnattributedRequests - unattributedBefore;
        }
    }

    private async Task RunSessionAsync(OpenCodeServer server, JobWorkspace workspace, GatewayRoute route, CancellationToken cancellationToken)
    {
        var log = new SessionEventLog(request.EventsLogPath, services.Redactor, services.MaxLogBytes, start, services.Clock);
        try
        {
            share = server.Share();
            session = await OpenCodeSession.CreateAsync(server, services, route, log, workspace, Title, cancellationToken);
            await RunPromptAsync(server, session, workspace, route, cancellationToken);
        }
        finally
        {
            share?.Dispose();
            await log.DisposeAsync();
            problem ??= log.Problem ?? session?.Problem;
        }
    }

    private async Task RunPromptAsync(OpenCodeServer server, OpenCodeSession session, JobWorkspace workspace, GatewayRoute route, CancellationToken cancellationToken)
    {
        var isSettled = false;
        try
        {
            submission = await submit(session, workspace, cancellationToken);
            var watch = new OpenCodeSessionWatch(session, submission, route, request, shared.Options.QuietPeriod, services.Clock);
            ending = await watch.WaitAsync(cancellationToken);
            cutOffAt = ending.IsCutOff() ? services.Clock.GetTimestamp() : null;
            await EndAsync(server, watch, cancellationToken);
            await SettleAsync(route);
            isSettled = true;
        }
        finally
        {
            if (!isSettled)
            {
                await session.AbortAsync();
            }

            await (submission?.DisposeAsync() ?? ValueTask.CompletedTask);
            await session.DisposeAsync();
            disposedAt = services.Clock.GetTimestamp();
        }
    }

    private async Task EndAsync(OpenCodeServer server, OpenCodeSessionWatch watch, CancellationToken cancellationToken)
    {
        if (ending == AttemptEnding.Exited)
        {
            problem = ServerFailed("opencode_server.exit", $"OpenCode's server ended with {Ending(await server.Exited)} while the attempt was in flight.");
            await submission!.EndAsync(isSuccess: false, stopNow: true);
            return;
        }

        if (watch.WasAsked)
        {
            incidents.Add(new Incident("terminal_event_missed", "No event said that the session had ended; the server said so when it was asked."));
        }

        var isOver = ending == AttemptEnding.LastWord && !session!.Reader.NeedsAbort;
        if (!isOver)
        {
            await session!.AbortAsync();
        }

        await ReadTruthAsync(isOver, cancellationToken);
        await submission!.EndAsync(session!.Reader.Read().TerminalIsSuccess, stopNow: !isOver);
    }

    /// <summary>Without its messages a good answer looks like none, so a busy server gets the time it needs: the client's own limit makes a failure of the server.</summary>
    private async Task ReadTruthAsync(bool isOver, CancellationToken cancellationToken)
    {
        if (isOver)
        {
            await session!.ReadMessagesAsync(cancellationToken);
        }

        using var limit = new CancellationTokenSource(MessageLimit, services.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await (isOver ? FinishMessageAsync(either.Token) : session!.ReadMessagesAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A message that is never finished: no terminal event, and classified as that. Of an attempt that a limit ended, what the events told counts.
        }
    }

    /// <summary>An error's <c>idle</c> comes before its message is finished: read until it is.</summary>
    private async Task FinishMessageAsync(CancellationToken cancellationToken)
    {
        while (session!.Messages is [.., { IsAssistant: true, IsCompleted: false }])
        {
            await Task.Delay(MessagePause, services.Clock, cancellationToken);
            await session.ReadMessagesAsync(cancellationToken);
        }
    }

    private async Task SettleAsync(GatewayRoute route)
    {
        try
        {
            await route.WaitForIdleAsync(CancellationToken.None).WaitAsync(BookingLimit, services.Clock);
        }
        catch (TimeoutException)
        {
            // An upstream that does not notice that its caller has gone: the request stays open in the books.
        }
    }

    private Task<AnswerVerdict> VerifyAsync(JobWorkspace workspace, CancellationToken cancellationToken) =>
        new AnswerVerifier(services.Clock).VerifyAsync(
            request.Prompt,
            Facts().Reading.Answer,
            new CommandPlace(workspace.Directories.Work, AgentEnvironment.Of(workspace.Directories, workspace.Marks, System.Environment.GetEnvironmentVariable)),
            cancellationToken);

    private async Task RemoveAsync(JobWorkspace workspace)
    {
        await workspace.DisposeAsync();
        if (workspace.Leftovers is [var first, ..])
        {
            incidents.Add(new Incident("workspace_left_behind", first));
        }
    }

    /// <summary>Nothing is started for a model that the server does not have.</summary>
    private AgentReading Refuse(OpenCodeServer server) => new()
    {
        ErrorName = "ProviderModelNotFoundError",
        ErrorMessage = $"Model not found: {request.Job.Model}. The server has: {string.Join(", ", server.Models)}.",
    };

    private AttemptFacts Facts()
    {
        var read = refusal ?? session?.Reader.Read() ?? new AgentReading();
        var reading = submission?.Complete(read) ?? read;
        var endedWell = reading.TerminalIsSuccess;
        return new AttemptFacts
        {
            StartTimestamp = start,
            EndTimestamp = disposedAt ?? services.Clock.GetTimestamp(),
            ModelAsked = request.Job.Model,
            BareModel = ModelNames.Bare(AgentKind.OpenCode, request.Job.Model),
            Reading = reading,
            Requests = requests,
            UnattributedRequests = unattributed,
            Exit = submission?.Exit,
            SpawnedAt = submission?.SpawnedAt ?? session?.CreatedAt,
            ReadyAt = submission?.ReadyAt,
            SubmittedAt = submission?.SubmittedAt,
            ExitedAt = submission?.Exit is { } exit ? Math.Max(exit.ExitTimestamp, reading.TerminalAt ?? 0) : disposedAt,
            CutOffAt = cutOffAt,
            StoodStill = request.StoodStill?.Invoke() ?? TimeSpan.Zero,
            TimedOut = ending == AttemptEnding.TimedOut && !endedWell,
            Stalled = ending == AttemptEnding.Stalled && !endedWell,
            RetriesExhausted = ending == AttemptEnding.RetriesExhausted && !endedWell,
            Cancelled = ending == AttemptEnding.Cancelled,
            Exception = problem,
            StderrTail = submission?.StderrTail ?? [],
            CpuTime = share?.With(submission?.Exit?.CpuTime),
            CpuIsShared = share?.IsShared ?? false,
            PeakMemoryBytes = share?.With(submission?.Exit?.PeakMemoryBytes),
            Load = load.Read(),
            Incidents = [.. incidents, .. session?.Incidents ?? [], .. session is null ? [] : submission?.IncidentsFor(session) ?? []],
        };
    }

    private string Title => $"{request.RunId}:{request.Job.WorkflowId}:{request.Prompt.Id}";

    private EnvFailureException ServerFailed(string ruleId, string evidence, Exception? inner = null) => new(
        new Failure
        {
            Category = FailureCategory.Env,
            Reason = FailureReasons.ServerUnavailable,
            EndedBy = EndedBy.Env,
            RuleId = ruleId,
            Evidence = services.Redactor.Redact(evidence),
        },
        $"{services.Redactor.Redact(evidence)} See '{shared.Options.LogPath}'.",
        inner);

    private static string Ending(ProcessExit exit) => exit.ExitCode is { } code
        ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}")
        : string.Create(CultureInfo.InvariantCulture, $"signal {exit.Signal}");
}
