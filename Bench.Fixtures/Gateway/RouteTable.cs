using System.Collections.Concurrent;
using System.Globalization;

namespace Bench.Fixtures.Gateway;

/// <summary>Which attempt a request belongs to: by its path, or at the shared base URL by its agent session.</summary>
internal sealed class RouteTable(TimeProvider clock)
{
    /// <summary>How long a request waits for its session to be bound: an agent may ask before the lane has read the session's id.</summary>
    public static readonly TimeSpan BindingWait = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, GatewayRoute> byPath = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<GatewayRoute>> sessions = new(StringComparer.Ordinal);

    private int unattributed;

    /// <summary>Model requests that named no session of an open attempt.</summary>
    public int Unattributed => Volatile.Read(ref unattributed);

    public static string KeyOf(string jobId, string attempt) => jobId + "/" + attempt;

    public void Add(GatewayRoute route)
    {
        if (!byPath.TryAdd(KeyOf(route.Spec), route))
        {
            throw new InvalidOperationException($"The route of job '{route.Spec.JobId}', attempt {route.Spec.Attempt}, is open already. Dispose it before opening it again.");
        }
    }

    public void Remove(GatewayRoute route) => byPath.TryRemove(KeyValuePair.Create(KeyOf(route.Spec), route));

    public GatewayRoute? Find(string key) => byPath.GetValueOrDefault(key);

    public void MarkUnattributed() => Interlocked.Increment(ref unattributed);

    /// <summary>Binds a session; requests that wait for it go on. Binding again moves the session.</summary>
    public void Bind(string sessionId, GatewayRoute route)
    {
        var binding = sessions.GetOrAdd(sessionId, _ => NewBinding());
        if (!binding.TrySetResult(route))
        {
            var moved = NewBinding();
            moved.SetResult(route);
            sessions[sessionId] = moved;
        }
    }

    /// <summary>The route of a session that is bound; null at once when it is not.</summary>
    public GatewayRoute? FindBound(string sessionId) =>
        sessions.TryGetValue(sessionId, out var binding) && binding.Task.IsCompletedSuccessfully ? binding.Task.Result : null;

    /// <summary>The route of a session, once it is bound; null when it is not in time. A sub-agent's session belongs where its parent's does.</summary>
    public async Task<GatewayRoute?> FindSessionAsync(string? sessionId, string? parentId, CancellationToken cancellationToken)
    {
        string[] ids = [.. new[] { sessionId, parentId }.Where(id => !string.IsNullOrEmpty(id)).Select(id => id!)];
        if (ids.Length == 0)
        {
            return null;
        }

        var bindings = ids.Select(id => sessions.GetOrAdd(id, _ => NewBinding()).Task).ToList();
        if (!bindings.Exists(b => b.IsCompleted))
        {
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny([.. bindings, Task.Delay(BindingWait, clock, giveUp.Token)]);
            await giveUp.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        var route = bindings.FirstOrDefault(b => b.IsCompleted)?.Result;
        if (route is not null && sessionId is not null)
        {
            // A grandchild names only its parent.
            sessions[sessionId].TrySetResult(route);
        }

        return route;
    }

    private static string KeyOf(RouteSpec spec) => KeyOf(spec.JobId, spec.Attempt.ToString(CultureInfo.InvariantCulture));

    private static TaskCompletionSource<GatewayRoute> NewBinding() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
