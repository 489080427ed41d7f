using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows;

/// <summary>One attempt on a headless lane, from its empty work tree to its outcome. What was seen before something failed stays evidence.</summary>
internal sealed class HeadlessAttempt(
    WorkflowDescription workflow, IHeadlessAgent agent, AgentBinary binary, ModelSource models, LaneServices services, AttemptRequest request)
{
    /// <summary>The most that the gateway may take to book the end of a request whose agent has gone.</summary>
    private static readonly TimeSpan BookingLimit = TimeSpan.FromSeconds(2);

    private readonly long start = services.Clock.GetTimestamp();
    private readonly LoadWatch load = new(services.Clock);
    private readonly IAgentReader reader = agent.CreateReader();
    private readonly List<Incident> incidents = [];
    private readonly OutcomeBuilder outcomes = new(services.Classify, services.Redactor.Redact, services.Clock);
    private IReadOnlyList<GatewayRequest> requests = [];
    private IReadOnlyList<string> stderrTail = [];
    private ProcessExit? exit;
    private AttemptEnding ending;
    private long? cutOffAt;

    public async Task<AttemptOutcome> RunAsync(CancellationToken cancellationToken)
    {
        AnswerVerdict? verdict = null;
        Exception? problem = null;
        try
        {
            var workspace = await services.Workspaces.CreateAsync(request.Job.JobId, request.Attempt, cancellationToken);
            try
            {
                await RunAgentAsync(workspace, cancellationToken);
                if (Facts(null).IsCompleted)
                {
                    verdict = await VerifyAsync(workspace, cancellationToken);
                }
            }
            finally
            {
                await RemoveAsync(workspace);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ending = AttemptEnding.Cancelled;
            cutOffAt ??= services.Clock.GetTimestamp();
        }
        catch (Exception exception)
        {
            problem = exception;
        }

        return outcomes.Build(Facts(problem), verdict);
    }

    private async Task RunAgentAsync(JobWorkspace workspace, CancellationToken cancellationToken)
    {
        using var route = services.Gateway.OpenRoute(models.RouteOf(request, workflow.Agent, workspace.Root));
        using var stdout = new RedactedLog(request.StdoutLogPath, services.Redactor, services.MaxLogBytes);
        using var stderr = new RedactedLog(request.StderrLogPath, services.Redactor, services.MaxLogBytes);
        var spec = agent.Prepare(TaskFor(workspace, route)) with { StdoutLog = stdout.Stream, StderrLog = stderr.Stream, Meter = services.Meter };
        var tail = new StderrTail(reader);
        await using var process = AgentProcess.Start(spec, tail, services.Clock);
        try
        {
            ending = await new AttemptWatch(process, reader, route, request, services.Clock).WaitAsync(cancellationToken);
            cutOffAt = ending.IsCutOff() ? services.Clock.GetTimestamp() : null;
            exit = await EndAsync(process);
            await SettleAsync(route);
        }
        finally
        {
            stderrTail = tail.Lines;
            requests = route.Requests;
        }
    }

    /// <summary>Lets an agent that has said its last word go by itself for a while, and stops every other one.</summary>
    private async Task<ProcessExit> EndAsync(AgentProcess process)
    {
        if (ending == AttemptEnding.Exited)
        {
            return await process.Completion;
        }

        // A last word that is no terminal event says that the agent will never end: it goes on asking the model.
        if (ending == AttemptEnding.LastWord && reader.Read() is { TerminalAt: not null, TerminalIsSuccess: var isSuccess })
        {
            var grace = isSuccess ? services.ExitGrace : services.ErrorExitGrace;
            try
            {
                return await process.Completion.WaitAsync(grace, services.Clock);
            }
            catch (TimeoutException)
            {
                incidents.Add(new Incident(
                    isSuccess ? "hung_after_success" : "hung_after_error",
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The agent was still there {grace.TotalSeconds:0.#} s after its last word and was stopped.")));
            }
        }

        return await process.StopAsync(services.StopGrace, CancellationToken.None);
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

    private async Task RemoveAsync(JobWorkspace workspace)
    {
        await workspace.DisposeAsync();
        if (workspace.Leftovers is [var first, ..])
        {
            incidents.Add(new Incident("workspace_left_behind", first));
        }
    }

    private async Task<AnswerVerdict> VerifyAsync(JobWorkspace workspace, CancellationToken cancellationToken) =>
        await new AnswerVerifier(services.Clock).VerifyAsync(
            request.Prompt,
            reader.Read().Answer,
            new CommandPlace(workspace.Directories.Work, AgentEnvironment.Of(workspace.Directories, workspace.Marks, Environment.GetEnvironmentVariable)),
            cancellationToken);

    private AgentTask TaskFor(JobWorkspace workspace, GatewayRoute route) => new()
    {
        Binary = binary,
        Model = request.Job.Model,
        Prompt = request.Prompt.Text,
        Title = $"{request.RunId}:{request.Job.WorkflowId}:{request.Prompt.Id}",
        Directories = workspace.Directories,
        BaseUrl = route.BaseUrl,
        Token = services.Gateway.Token,
        Timeout = request.Timeout,
        Marks = workspace.Marks,
    };

    private AttemptFacts Facts(Exception? problem)
    {
        var reading = exit is null ? reader.Read() : agent.Conclude(reader.Read(), exit);
        var endedWell = reading.TerminalIsSuccess;
        return new AttemptFacts
        {
            StartTimestamp = start,
            EndTimestamp = exit?.ExitTimestamp ?? services.Clock.GetTimestamp(),
            ModelAsked = request.Job.Model,
            BareModel = ModelNames.Bare(workflow.Agent, request.Job.Model),
            Reading = reading,
            Requests = requests,
            Exit = exit,
            CutOffAt = cutOffAt,
            StoodStill = request.StoodStill?.Invoke() ?? TimeSpan.Zero,
            TimedOut = ending == AttemptEnding.TimedOut && !endedWell,
            Stalled = ending == AttemptEnding.Stalled && !endedWell,
            RetriesExhausted = (ending == AttemptEnding.RetriesExhausted || (ending == AttemptEnding.LastWord && reading.RetriesExhausted)) && !endedWell,
            Cancelled = ending == AttemptEnding.Cancelled,
            Exception = problem,
            StderrTail = stderrTail,
            CpuTime = exit?.CpuTime,
            PeakMemoryBytes = exit?.PeakMemoryBytes,
            Load = load.Read(),
            Incidents = incidents,
        };
    }
}
