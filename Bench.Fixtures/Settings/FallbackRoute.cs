namespace Bench.Fixtures.Settings;

/// <summary>Where jobs go on whose model is unavailable on their lane: systems in order, each with one lane.</summary>
public static class FallbackRoute
{
    private static readonly IReadOnlyDictionary<string, string> Lanes = new Dictionary<string, string>
    {
        ["cc-glm"] = WorkflowCatalog.CcGlmHeadless,
        ["gemini"] = WorkflowCatalog.GeminiRunHeadless,
    };

    /// <summary>The systems that may be on a route.</summary>
    public static IReadOnlyList<string> Systems { get; } = [.. Lanes.Keys];

    /// <summary>The lanes behind a system, in order; a system that is on the route itself goes on behind its own place, one that does not exist has none. Empty without a route, and at its end.</summary>
    /// <param name="system">The system of the lane that failed.</param>
    /// <param name="route">See <see cref="BenchSettings.Fallback"/>.</param>
    public static IEnumerable<WorkflowDescription> After(string system, IReadOnlyList<string> route) =>
        route.Skip(route.ToList().IndexOf(system) + 1).Where(Lanes.ContainsKey).Select(next => WorkflowCatalog.Find(Lanes[next])!);

    /// <summary>The lanes that jobs of these workflows may go on in, without repetition; empty without a route.</summary>
    public static IReadOnlyList<WorkflowDescription> Of(IEnumerable<string> workflowIds, IReadOnlyList<string> route) =>
        [.. workflowIds.Select(id => WorkflowCatalog.Find(id)).OfType<WorkflowDescription>().SelectMany(workflow => After(workflow.System, route)).Distinct()];
}
