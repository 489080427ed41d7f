namespace Bench.Fixtures.Settings;

/// <summary>How a workflow runs its agent.</summary>
public enum WorkflowKind
{
    /// <summary>One agent process per attempt.</summary>
    Headless,

    /// <summary>Attempts share one agent server per run.</summary>
    Server,
}

/// <summary>The agent command line behind a workflow.</summary>
public enum AgentKind
{
    /// <summary><c>opencode</c>.</summary>
    OpenCode,

    /// <summary><c>claude</c>.</summary>
    ClaudeCode,

    /// <summary><c>gemini</c>.</summary>
    Gemini,
}

/// <summary>What the product knows about a workflow before it runs.</summary>
/// <param name="Id">Snake-case id, as in records and filters.</param>
/// <param name="System">The system column of summaries: <c>opencode</c>, <c>cc-glm</c> or <c>gemini</c>.</param>
/// <param name="Kind">Headless or server.</param>
/// <param name="Agent">The agent command line.</param>
/// <param name="IsDefault">Whether it runs when no workflows are named.</param>
public sealed record WorkflowDescription(string Id, string System, WorkflowKind Kind, AgentKind Agent, bool IsDefault);

/// <summary>The workflows that exist, in their canonical order.</summary>
public static class WorkflowCatalog
{
    /// <summary>Claude Code on GLM, one process per attempt.</summary>
    public const string CcGlmHeadless = "cc_glm_headless";

    /// <summary><c>opencode run</c>, one process per attempt.</summary>
    public const string OpenCodeRunHeadless = "opencode_run_headless";

    /// <summary><c>opencode serve</c> over HTTP, one server per run.</summary>
    public const string OpenCodeServerHttp = "opencode_server_http";

    /// <summary><c>opencode run --attach</c> against the shared server.</summary>
    public const string OpenCodeServerAttachRun = "opencode_server_attach_run";

    /// <summary><c>gemini</c>, one process per attempt.</summary>
    public const string GeminiRunHeadless = "gemini_run_headless";

    /// <summary>All workflows, in canonical order.</summary>
    public static IReadOnlyList<WorkflowDescription> All { get; } =
    [
        new(CcGlmHeadless, "cc-glm", WorkflowKind.Headless, AgentKind.ClaudeCode, IsDefault: true),
        new(OpenCodeRunHeadless, "opencode", WorkflowKind.Headless, AgentKind.OpenCode, IsDefault: true),
        new(OpenCodeServerHttp, "opencode", WorkflowKind.Server, AgentKind.OpenCode, IsDefault: true),
        new(OpenCodeServerAttachRun, "opencode", WorkflowKind.Server, AgentKind.OpenCode, IsDefault: true),
        new(GeminiRunHeadless, "gemini", WorkflowKind.Headless, AgentKind.Gemini, IsDefault: false),
    ];

    /// <summary>The workflow with this id, or null.</summary>
    public static WorkflowDescription? Find(string id) => All.FirstOrDefault(w => w.Id == id);
}
