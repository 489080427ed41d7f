namespace Bench.Fixtures.Prompts;

/// <summary>How an answer is judged.</summary>
public enum CheckKind
{
    /// <summary>The answer contains the value, letter case ignored (the <c>success_hints</c> of the original harness).</summary>
    Contains,

    /// <summary>The answer matches the regular expression (.NET syntax, 1 s limit).</summary>
    Regex,

    /// <summary>The answer, or its first fenced block, is a JSON object with the shape that the value draws.</summary>
    Json,

    /// <summary>The shell command, run in the job's work tree after the agent has ended, exits with 0.</summary>
    Command,
}

/// <summary>One check of a prompt.</summary>
/// <param name="Kind">The way of judging.</param>
/// <param name="Value">The text, pattern, shape (JSON text) or command.</param>
public sealed record PromptCheck(CheckKind Kind, string Value);
