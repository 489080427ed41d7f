using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows;

/// <summary>One attempt's session on the shared server: created before its prompt, so that its events and model requests are known by its id.</summary>
internal sealed class OpenCodeSession : IOpenCodeSessionObserver, IAsyncDisposable
{
    /// <summary>How long the server may take for a call that cleans up.</summary>
    private static readonly TimeSpan CleanupLimit = TimeSpan.FromSeconds(10);

    private readonly OpenCodeServer server;
    private readonly ModelGateway gateway;
    private readonly GatewayRoute route;
    private readonly SessionEventLog log;
    private readonly List<Incident> incidents = [];
    private readonly IDisposable subscription;
    private TaskCompletionSource gap = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int gaps;

    private OpenCodeSession(OpenCodeServer server, ModelGateway gateway, GatewayRoute route, SessionEventLog log, string directory, string id)
    {
        this.server = server;
        this.gateway = gateway;
        this.route = route;
        this.log = log;
        Directory = directory;
        Id = id;
        Reader = new OpenCodeSessionReader(id);
        subscription = server.Events.Subscribe(id, this);
        gateway.BindSession(id, route);
    }

    /// <summary>The session's id.</summary>
    public string Id { get; }

    /// <summary>The folder that it works in.</summary>
    public string Directory { get; }

    /// <summary>What was read of it.</summary>
    public OpenCodeSessionReader Reader { get; }

    /// <summary>Its messages, as last read.</summary>
    public IReadOnlyList<OpenCodeMessage> Messages { get; private set; } = [];

    /// <summary>Nobody else works in its folder.</summary>
    public required bool OwnsTree { get; init; }

    /// <summary>Just before it was asked for.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When it was there.</summary>
    public required long ReadyAt { get; init; }

    /// <summary>The server that it lives on.</summary>
    public OpenCodeServer Server => server;

    /// <summary>What taking an event failed with; null when all were taken.</summary>
    public Exception? Problem { get; private set; }

    /// <summary>Completes when events may have been missed since the last <see cref="ForgetGap"/>.</summary>
    public Task Gap => Volatile.Read(ref gap).Task;

    /// <summary>Creates a session in a workspace's tree and attributes its model requests to the route.</summary>
    public static async Task<OpenCodeSession> CreateAsync(
        OpenCodeServer server, LaneServices services, GatewayRoute route, SessionEventLog log, JobWorkspace workspace, string title, CancellationToken cancellationToken)
    {
        var directory = workspace.Directories.Work;
        var createdAt = services.Clock.GetTimestamp();
        var id = await server.Client.CreateSessionAsync(directory, title, cancellationToken);
        return new OpenCodeSession(server, services.Gateway, route, log, directory, id) { OwnsTree = workspace.OwnsTree, CreatedAt = createdAt, ReadyAt = services.Clock.GetTimestamp() };
    }

    /// <summary>Hands the prompt over.</summary>
    public Task SubmitAsync(string model, string prompt, CancellationToken cancellationToken) =>
        server.Client.SubmitAsync(Id, Directory, OpenCodeModel.Parse(model), prompt, cancellationToken);

    /// <summary>Whether the session has nothing more to do: not at work, and a prompt was there.</summary>
    /// <param name="withoutPrompt">A session that never got a prompt counts too: nobody is left to hand it over.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<bool> IsOverAsync(bool withoutPrompt, CancellationToken cancellationToken)
    {
        if (await server.Client.IsBusyAsync(Id, Directory, cancellationToken))
        {
            return false;
        }

        await ReadMessagesAsync(cancellationToken);
        return withoutPrompt || Messages.Count > 0;
    }

    /// <summary>Reads the messages again: what they say is the truth.</summary>
    public async Task ReadMessagesAsync(CancellationToken cancellationToken)
    {
        Messages = await server.Client.GetMessagesAsync(Id, cancellationToken);
        Reader.OnMessages(Messages);
    }

    /// <summary>Ends what the session does.</summary>
    public async Task AbortAsync()
    {
        Reader.OnAbort();
        await TryAsync("session_not_aborted", cancel => server.Client.AbortAsync(Id, cancel));
    }

    /// <summary>What was odd.</summary>
    public IReadOnlyList<Incident> Incidents => gaps == 0
        ? [.. incidents]
        : [.. incidents, new Incident("event_stream_lost", "The event stream broke and was connected again: first and last output may be seen late or not at all.")];

    /// <inheritdoc />
    public void OnEvent(in OpenCodeEvent entry)
    {
        try
        {
            Reader.OnEvent(entry.Type, entry.Properties, entry.Timestamp);
            Note(entry);
        }
        catch (Exception exception)
        {
            // The thread that reads the events of all jobs must not fall for one of them.
            Problem ??= exception;
        }
    }

    /// <inheritdoc />
    public void OnChildEvent(in OpenCodeEvent entry)
    {
        try
        {
            if (entry.ParentOfCreated is not null)
            {
                gateway.BindSession(entry.SessionId, route);
            }

            Reader.OnChildEvent(entry.Timestamp);
            Note(entry);
        }
        catch (Exception exception)
        {
            Problem ??= exception;
        }
    }

    /// <inheritdoc />
    public void OnGap()
    {
        Interlocked.Increment(ref gaps);
        Volatile.Read(ref gap).TrySetResult();
    }

    /// <summary>The session was read again; what came before is known.</summary>
    public void ForgetGap() => Volatile.Write(ref gap, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Deletes the session, and frees what the server keeps for its folder where that is the session's alone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!server.Exited.IsCompleted)
        {
            await TryAsync("session_not_deleted", cancel => server.Client.DeleteSessionAsync(Id, cancel));

            // In a tree that others work in too, it would cancel their sessions.
            if (OwnsTree)
            {
                await TryAsync("instance_not_disposed", cancel => server.Client.DisposeInstanceAsync(Directory, cancel));
            }
        }

        subscription.Dispose();
    }

    private void Note(in OpenCodeEvent entry)
    {
        if (entry.WasMended)
        {
            Reader.OnMended();
        }

        log.Add(entry);
    }

    private async Task TryAsync(string code, Func<CancellationToken, Task> call)
    {
        using var limit = new CancellationTokenSource(CleanupLimit);
        try
        {
            await call(limit.Token);
        }
        catch (Exception exception) when (exception is OpenCodeApiException or OperationCanceledException)
        {
            // A server that dies meanwhile is somebody else's finding.
            if (!server.Exited.IsCompleted)
            {
                incidents.Add(new Incident(code, exception.Message));
            }
        }
    }
}
