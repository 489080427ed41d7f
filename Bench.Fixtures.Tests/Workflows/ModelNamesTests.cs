using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

public sealed class ModelNamesTests
{
    [Theory]
    [InlineData(AgentKind.OpenCode, "zhipuai-coding-plan/glm-5", "glm-5")]
    [InlineData(AgentKind.OpenCode, "openrouter/z-ai/glm-5", "z-ai/glm-5")]
    [InlineData(AgentKind.OpenCode, "glm-5", "glm-5")]
    [InlineData(AgentKind.ClaudeCode, "z-ai/glm-5", "z-ai/glm-5")]
    [InlineData(AgentKind.Gemini, "gemini-3-flash-preview", "gemini-3-flash-preview")]
    public void Only_OpenCode_spells_the_provider_before_the_model(AgentKind agent, string model, string bare) =>
        Assert.Equal(bare, ModelNames.Bare(agent, model));

    [Theory]
    [InlineData("glm-5", "glm-5")]
    [InlineData("glm-5", "GLM-5")]
    [InlineData("glm-5", "glm-5[1m]")]
    [InlineData("glm-5", "z-ai/glm-5")]
    [InlineData("z-ai/glm-5", "glm-5")]
    [InlineData("gemini-3-flash-preview", "models/gemini-3-flash-preview")]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929")]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06")]
    [InlineData("gemini-2.5-pro", "gemini-2.5-pro-001")]
    public void Another_spelling_is_the_same_model(string asked, string answered) => Assert.True(ModelNames.AreSame(asked, answered));

    [Theory]
    [InlineData("glm-5", "glm-4.6")]
    [InlineData("glm-5", "glm-5-air")]
    [InlineData("glm-5", "my-glm-5")]
    [InlineData("glm", "glm-5")]
    [InlineData("glm-5", "")]
    [InlineData("gemini-2.5-flash", "gemini-3.8-flash")]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4-5")]
    public void Another_model_is_another_model(string asked, string answered) => Assert.False(ModelNames.AreSame(asked, answered));
}
