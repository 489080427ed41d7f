namespace Bench.Fixtures.Prompts;

/// <summary>One entry of a prompt set: what is asked, and how an answer is judged.</summary>
public sealed record Prompt
{
    /// <summary>Unique in its set; lower-case letters, digits and underscores, so that paths can be built from it.</summary>
    public required string Id { get; init; }

    /// <summary>What the prompt measures, e.g. <c>coding_ability</c>; free text of the set's author.</summary>
    public required string Category { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>The text that is sent to the agent, verbatim.</summary>
    public required string Text { get; init; }

    /// <summary>Every check must pass for an answer to succeed; empty when any non-empty answer will do.</summary>
    public IReadOnlyList<PromptCheck> Checks { get; init; } = [];
}
