using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Planning;

/// <summary>Prompts and settings written out.</summary>
internal static class PlanningData
{
    public static PromptSet Prompts(params string[] ids) => new()
    {
        Name = "set",
        Version = 3,
        Path = "/bench/prompts/set.json",
        Sha256 = new string('a', 64),
        Prompts = [.. ids.Select(id => new Prompt { Id = id, Category = $"category of {id}", Title = $"Title of {id}", Text = $"Text of {id}" })],
    };

    public static BenchSettings Settings(params string[] workflows) => new()
    {
        RunId = "run-1",
        PromptsFile = "/bench/prompts/set.json",
        OutputDir = "/bench/artifacts",
        Workflows = workflows.Length > 0 ? workflows : [.. WorkflowCatalog.All.Where(workflow => workflow.IsDefault).Select(workflow => workflow.Id)],
        Model = new(),
    };
}
