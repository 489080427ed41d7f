using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Agents.Gemini;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>Builds the lanes of a run. A new workflow gets its line here.</summary>
internal sealed class BenchLanes(
    BenchSettings settings,
    IReadOnlyDictionary<AgentKind, AgentLocation> agents,
    IReadOnlyDictionary<string, ScriptedAnswer>? scripts,
    Cassette? cassette,
    Func<string, string?> readVariable,
    LaneServices services,
    OpenCodeOptions openCode,
    SharedOpenCodeServer? server,
    IDictionary<string, UpstreamTarget> upstreams)
{
    /// <summary>The lane of a workflow.</summary>
    public IWorkflow Of(WorkflowDescription workflow)
    {
        if (agents[workflow.Agent].Binary is not { } binary)
        {
            return new MissingAgentLane(agents[workflow.Agent].Missing!);
        }

        var models = ModelsOf(workflow);
        return workflow.Id switch
        {
            WorkflowCatalog.CcGlmHeadless => new HeadlessLane(workflow, CcGlm(), binary, models, services),
            WorkflowCatalog.OpenCodeRunHeadless => new HeadlessLane(workflow, new OpenCodeAgent(openCode), binary, models, services),
            WorkflowCatalog.OpenCodeServerHttp => new OpenCodeServerHttpLane(server!, models, services),
            WorkflowCatalog.OpenCodeServerAttachRun => new OpenCodeServerAttachLane(server!, models, services),
            WorkflowCatalog.GeminiRunHeadless => new HeadlessLane(workflow, new GeminiAgent(), binary, models, services),
            _ => throw new InvalidOperationException($"Workflow '{workflow.Id}' is in the catalog and has no lane."),
        };
    }

    private IHeadlessAgent CcGlm() => settings.CcGlm.HeadlessScript is { } script ? new CcGlmScriptAgent(script, settings.AgentRetries) : new ClaudeCodeAgent(settings.AgentRetries);

    private ModelSource ModelsOf(WorkflowDescription workflow) => scripts is not null ? new ModelSource { Scripts = scripts }
        : cassette is not null ? new ModelSource { Cassette = cassette }
        : new ModelSource { Upstream = upstreams[workflow.Id] = UpstreamOf(settings.Live[workflow.System]) };

    private UpstreamTarget UpstreamOf(UpstreamSettings live) => new(live.BaseUrl, readVariable(live.KeyVariable)!);
}
