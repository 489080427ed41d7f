namespace Bench.Fixtures.Settings;

/// <summary>Jobs that are delegated one by one and outlive their caller.</summary>
public sealed record DispatchSettings
{
    /// <summary>The absolute path of the folder with the jobs' state; empty in settings that were not read. Default: <c>artifacts/dispatch</c>.</summary>
    public string Dir { get; init; } = "";

    /// <summary>Most jobs in flight per provider (<c>opencode</c>, <c>cc-glm</c>, <c>gemini</c>); each at least 1. Default: 2, 2 and 1.</summary>
    public IReadOnlyDictionary<string, int> Limits { get; init; } = new Dictionary<string, int> { ["opencode"] = 2, ["cc-glm"] = 2, ["gemini"] = 1 };

    /// <summary>Limit of a job. Default: 120 min.</summary>
    public TimeSpan MaxRuntime { get; init; } = TimeSpan.FromMinutes(120);

    /// <summary>A job in a given work tree that has not changed for so long is ended; zero never ends one. Default: 30 min.</summary>
    public TimeSpan NoMutation { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A job without output and model traffic for so long is ended. Default: 20 min.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(20);
}
