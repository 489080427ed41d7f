using System.Text.Json;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>Reads OpenCode's <c>tokens</c> object into Bench's convention.</summary>
internal static class OpenCodeTokens
{
    /// <summary>
    /// OpenCode counts apart what Bench counts together: its <c>input</c> is without cached tokens, its <c>output</c> without reasoning.
    /// A provider that reported nothing leaves zeros and no <c>total</c>: null, not 0.
    /// </summary>
    public static TokenUsage Of(JsonElement? tokens)
    {
        if (tokens is not { } value || value.Number("input") is not { } input)
        {
            return new TokenUsage();
        }

        var output = value.Number("output");
        var reasoning = value.Number("reasoning") ?? 0;
        var cached = value.Number("cache", "read") ?? 0;
        var written = value.Number("cache", "write") ?? 0;
        return value.Number("total") is null && input + (output ?? 0) + reasoning + cached + written == 0
            ? new TokenUsage()
            : new TokenUsage { Input = input + cached + written, Output = output + reasoning, Cached = cached, Reasoning = reasoning };
    }
}
