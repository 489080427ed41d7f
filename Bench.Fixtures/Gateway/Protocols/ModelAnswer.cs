using System.Text.Json.Nodes;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>A tool call in the agent's own words.</summary>
internal sealed record AnsweredToolCall(string Id, string Name, JsonObject Arguments, long Tokens);

/// <summary>Tokens of one answer: input with cached ones, output with reasoning.</summary>
internal sealed record AnswerTokens(long Input, long Cached, long Output, long Reasoning);

/// <summary>What the scripted model answers, free of any API's spelling.</summary>
internal sealed record ModelAnswer
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string Reasoning { get; init; } = "";

    public string Text { get; init; } = "";

    public IReadOnlyList<AnsweredToolCall> ToolCalls { get; init; } = [];

    public ScriptedFinish Finish { get; init; }

    public required AnswerTokens Tokens { get; init; }
}

/// <summary>One event of a streamed answer.</summary>
/// <param name="Event">The SSE event name; null sends data alone.</param>
/// <param name="Data">One line.</param>
/// <param name="Tokens">Tokens that it carries; 0 for framing.</param>
internal readonly record struct AnswerFrame(string? Event, string Data, long Tokens);
