using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows;

/// <summary>A prompt handed over by <c>opencode run --attach</c> to a session that exists already.</summary>
internal sealed class OpenCodeAttachSubmission : IOpenCodeSubmission
{
    private readonly OpenCodeStreamReader reader = new();
    private readonly PartCounter counter;
    private readonly StderrTail tail;
    private readonly RedactedLog stdout;
    private readonly RedactedLog stderr;
    private readonly AgentProcess process;
    private readonly LaneServices services;
    private bool hung;

    private OpenCodeAttachSubmission(ProcessSpec spec, LaneServices services, AttemptRequest request)
    {
        this.services = services;
        counter = new PartCounter(reader);
        tail = new StderrTail(counter);
        stdout = new RedactedLog(request.StdoutLogPath, services.Redactor, services.MaxLogBytes);
        stderr = new RedactedLog(request.StderrLogPath, services.Redactor, services.MaxLogBytes);
        try
        {
            process = AgentProcess.Start(spec with { StdoutLog = stdout.Stream, StderrLog = stderr.Stream, Meter = services.Meter }, tail, services.Clock);
        }
        catch
        {
            CloseLogs();
            throw;
        }
    }

    public long SpawnedAt => process.StartTimestamp;

    /// <summary>The first model request says it, as on the headless lane.</summary>
    public long? ReadyAt => null;

    public long SubmittedAt => process.StartTimestamp;

    public long? LastSignAt => process.LastByteTimestamp;

    public long? LastWorkAt => process.LastWorkTimestamp;

    public Task ClientGone => process.Completion;

    public ProcessExit? Exit => process.Completion.IsCompletedSuccessfully ? process.Completion.Result : null;

    public IReadOnlyList<string> StderrTail => tail.Lines;

    /// <summary>Starts the client, with folders and variables of the attempt's own.</summary>
    public static IOpenCodeSubmission Start(
        OpenCodeSession session, OpenCodeServerOptions options, JobWorkspace workspace, LaneServices services, AttemptRequest request)
    {
        OpenCodeConfiguration.WriteForClient(workspace.Directories, options.OpenCode, request.Timeout);
        var title = $"{request.RunId}:{request.Job.WorkflowId}:{request.Prompt.Id}";
        var spec = new ProcessSpec
        {
            FileName = options.Binary.Path,
            Arguments =
            [
                .. options.Binary.LeadingArguments,
                .. OpenCodeAgent.Arguments(request.Job.Model, title),
                "--attach", session.Server.Address.ToString().TrimEnd('/'),
                "--session", session.Id,
                "--dir", workspace.Directories.Work,
            ],
            WorkingDirectory = workspace.Directories.Work,
            Environment = OpenCodeEnvironment.OfClient(workspace.Directories, workspace.Marks, options.Password),
            StandardInput = OpenCodeAgent.StandardInput(request.Prompt.Text),
        };
        return new OpenCodeAttachSubmission(spec, services, request);
    }

    public async Task EndAsync(bool isSuccess, bool stopNow)
    {
        if (!stopNow)
        {
            try
            {
                await process.Completion.WaitAsync(isSuccess ? services.ExitGrace : services.ErrorExitGrace, services.Clock);
            }
            catch (TimeoutException)
            {
                hung = true;
            }
        }

        await process.StopAsync(services.StopGrace, CancellationToken.None);
    }

    /// <summary>Where the session knows no error, the client may: it could not reach it, or handed nothing over.</summary>
    public AgentReading Complete(AgentReading reading)
    {
        if (reading.TerminalIsSuccess || reading.ErrorName is not null)
        {
            return reading;
        }

        // The session has left an abort by Bench out; the client still tells of it.
        var client = reader.Read();
        return client.ErrorName == OpenCodeSessionReader.AbortedName ? reading : reading with { ErrorName = client.ErrorName, ErrorMessage = client.ErrorMessage, HttpStatus = client.HttpStatus };
    }

    public IReadOnlyList<Incident> IncidentsFor(OpenCodeSession session)
    {
        var incidents = new List<Incident>();
        if (hung)
        {
            incidents.Add(new Incident("client_hung", "The client was still there after its session had ended, and was stopped."));
        }

        if (Exit is { WasStopped: false } exit && counter.Missing(session.Messages) is { Length: > 0 } missing)
        {
            incidents.Add(new Incident("attach_output_lost", string.Create(
                CultureInfo.InvariantCulture, $"The client ended with exit code {exit.ExitCode} and did not print {missing}; the record has them from the session.")));
        }

        return incidents;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        CloseLogs();
    }

    private void CloseLogs()
    {
        stdout.Dispose();
        stderr.Dispose();
    }
}
