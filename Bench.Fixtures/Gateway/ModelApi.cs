namespace Bench.Fixtures.Gateway;

/// <summary>The model APIs that the gateway speaks.</summary>
public enum ModelApi
{
    /// <summary>OpenAI chat completions, as OpenCode's <c>@ai-sdk/openai-compatible</c> asks for them.</summary>
    OpenAiChat,

    /// <summary>Anthropic Messages, as Claude Code asks for them.</summary>
    AnthropicMessages,

    /// <summary>Gemini <c>generateContent</c> and <c>streamGenerateContent</c>.</summary>
    GeminiGenerate,
}
