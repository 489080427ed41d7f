namespace Bench.Fixtures.Gateway;

/// <summary>The way of one attempt through the gateway: its base URL, and what the agent asked there.</summary>
public sealed class GatewayRoute : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<RequestEntry> entries = [];
    private readonly TaskCompletionSource firstRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource missed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, int> repeats = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource closed = new();
    private readonly TimeProvider clock;
    private readonly Action<GatewayRoute> onDispose;
    private TaskCompletionSource? idle;
    private readonly TaskCompletionSource repeatsExhausted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int failedInARow;
    private int open;
    private long lastActivity;
    private int disposed;

    internal GatewayRoute(RouteSpec spec, string baseUrl, TimeProvider clock, Action<GatewayRoute> onDispose)
    {
        Spec = spec;
        BaseUrl = baseUrl;
        this.clock = clock;
        this.onDispose = onDispose;
        Closed = closed.Token;
        lastActivity = clock.GetTimestamp();
    }

    /// <summary>What it was opened for.</summary>
    public RouteSpec Spec { get; }

    /// <summary><c>http://127.0.0.1:PORT/jobs/JOB/ATTEMPT</c>; agents append <c>/v1/messages</c>, <c>/v1/chat/completions</c> or <c>/v1beta/models/M:generateContent</c>.</summary>
    public string BaseUrl { get; }

    /// <summary>The model requests up to now, in order of arrival.</summary>
    public IReadOnlyList<GatewayRequest> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. entries.Select(e => e.Snapshot)];
            }
        }
    }

    /// <summary>When the first model request arrived; null when none has.</summary>
    public long? FirstRequestTimestamp
    {
        get
        {
            lock (gate)
            {
                return entries.Count == 0 ? null : entries[0].Snapshot.StartTimestamp;
            }
        }
    }

    /// <summary>A model request is open: the agent waits for its model.</summary>
    public bool IsAsking
    {
        get
        {
            lock (gate)
            {
                return open > 0;
            }
        }
    }

    /// <summary>When the last byte came or went; before any, the moment of opening.</summary>
    public long LastActivityTimestamp => Interlocked.Read(ref lastActivity);

    /// <summary>Completes when a request was not on the cassette: the attempt cannot come to a good end any more.</summary>
    public Task Missed => missed.Task;

    /// <summary>Completes when the agent asks again after more failed requests in a row than <see cref="RouteSpec.MaxRepeats"/> lets it repeat, or is asked to wait longer than <see cref="RouteSpec.LongestWait"/>.</summary>
    public Task RepeatsExhausted => repeatsExhausted.Task;

    /// <summary>Is cancelled when the route is disposed.</summary>
    internal CancellationToken Closed { get; }

    /// <summary>Completes when the first model request has arrived.</summary>
    public Task WaitForFirstRequestAsync(CancellationToken cancellationToken) => firstRequest.Task.WaitAsync(cancellationToken);

    /// <summary>Completes when no model request is open. An agent may be gone some moments before the end of its last request is booked.</summary>
    public Task WaitForIdleAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (open == 0)
            {
                return Task.CompletedTask;
            }

            idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return idle.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Closes the route: open requests are aborted, later ones refused. What was seen stays readable.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            onDispose(this);
            closed.Cancel();
            closed.Dispose();
        }
    }

    internal void Touch() => Interlocked.Exchange(ref lastActivity, clock.GetTimestamp());

    internal void MarkMissed() => missed.TrySetResult();

    /// <summary>How often an equal request came before, from 0.</summary>
    internal int NextRepeat(string key)
    {
        lock (gate)
        {
            var before = repeats.GetValueOrDefault(key);
            repeats[key] = before + 1;
            return before;
        }
    }

    internal void Begin(RequestEntry entry)
    {
        lock (gate)
        {
            entries.Add(entry);
            if (open++ == 0)
            {
                Spec.OnAsking?.Invoke(true);
            }
        }

        Touch();
        firstRequest.TrySetResult();
    }

    /// <summary>Whether a further own request is one too many; says so to who waits.</summary>
    internal bool ExceedsRepeats()
    {
        lock (gate)
        {
            if (Spec.MaxRepeats is not { } most || failedInARow <= most)
            {
                return false;
            }
        }

        repeatsExhausted.TrySetResult();
        return true;
    }

    internal void End(GatewayRequest request)
    {
        Touch();
        TaskCompletionSource? waiting = null;
        lock (gate)
        {
            if (!request.Hidden)
            {
                failedInARow = request.Status >= 400 || request.Error is not null ? failedInARow + 1 : 0;
            }

            if (--open == 0)
            {
                (waiting, idle) = (idle, null);
                Spec.OnAsking?.Invoke(false);
            }
        }

        waiting?.TrySetResult();
        if (!request.Hidden && request.RetryAfter > Spec.LongestWait)
        {
            // It would wait, and its job with it, until its limit comes.
            repeatsExhausted.TrySetResult();
        }
    }
}
