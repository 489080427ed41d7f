using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Dispatches;

/// <summary>Who jobs can be dispatched to, and which workflow runs them.</summary>
public static class DispatchProviders
{
    /// <summary>All providers, in the order in which work is routed when one cannot take it.</summary>
    public static IReadOnlyList<string> All { get; } = ["opencode", "cc-glm", "gemini"];

    /// <summary>The headless workflow of a provider; null when there is no such provider.</summary>
    public static WorkflowDescription? WorkflowOf(string provider) =>
        WorkflowCatalog.All.FirstOrDefault(workflow => workflow.System == provider && workflow.Kind == WorkflowKind.Headless);

    /// <summary>Where work goes that a provider cannot take: those after it, in order; empty for the last.</summary>
    public static IReadOnlyList<string> RoutesFrom(string provider) => [.. All.SkipWhile(other => other != provider).Skip(1)];

    /// <summary>What is wrong with a name that is no provider.</summary>
    public static string Unknown(string provider) =>
        $"--provider is '{provider}', which does not exist.{NearestName.Hint(provider, All)} Known: {NearestName.Quoted(All)}.";
}
