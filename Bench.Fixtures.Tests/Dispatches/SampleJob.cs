using Bench.Fixtures.Dispatches;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>A job as start makes it.</summary>
internal static class SampleJob
{
    /// <summary>The job, with no worker.</summary>
    public static DispatchJob Of(string beads) => new()
    {
        Beads = beads,
        Provider = "cc-glm",
        RunInstance = beads + "-1",
        Retries = 0,
        Profile = "embedded",
        Model = "glm-5",
        PromptFile = "/task.prompt",
        PromptId = "task",
        PromptSha256 = new string('0', 64),
        Version = "0.1.0",
        Host = Environment.MachineName,
        Cwd = "/",
        CreatedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Project = "/project",
        Settings = new Dictionary<string, string>(),
    };
}
