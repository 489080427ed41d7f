namespace Bench.Fixtures.Gateway;

/// <summary>What the scripted model says to one prompt. See docs/formats/scripted-answer.md.</summary>
public sealed record ScriptedAnswer
{
    /// <summary>The file format's version.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>Id of the prompt that it answers.</summary>
    public required string PromptId { get; init; }

    /// <summary>The model's turns, in order; never empty; the last one calls no tools.</summary>
    public required IReadOnlyList<ScriptedTurn> Turns { get; init; }

    /// <summary>The turn of this number, from 0; past the end the last one, since a model that has said all says it again.</summary>
    internal ScriptedTurn TurnAt(int index) => Turns[Math.Min(index, Turns.Count - 1)];
}

/// <summary>One turn of the scripted model: what it answers to one request.</summary>
public sealed record ScriptedTurn
{
    /// <summary>Reasoning before the answer; empty for none.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>The answer's text; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>Tools that the model calls after its text.</summary>
    public IReadOnlyList<ScriptedToolCall> ToolCalls { get; init; } = [];

    /// <summary>Why the turn ends.</summary>
    public ScriptedFinish Finish { get; init; }
}

/// <summary>Why a scripted turn ends.</summary>
public enum ScriptedFinish
{
    /// <summary>The model has said all.</summary>
    Stop,

    /// <summary>The model waits for its tools.</summary>
    ToolCalls,

    /// <summary>The output limit was reached.</summary>
    Length,

    /// <summary>The provider's filter stopped it.</summary>
    ContentFilter,
}

/// <summary>A call of a neutral tool, given to the agent under the name and arguments of the tool that it offers.</summary>
/// <param name="Tool"><c>shell</c>, <c>write_file</c> or <c>read_file</c>.</param>
/// <param name="Arguments">The neutral arguments: <c>command</c>; <c>path</c>, <c>content</c>; <c>path</c>.</param>
public sealed record ScriptedToolCall(string Tool, IReadOnlyDictionary<string, string> Arguments);
