namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>One model request and its answer on a cassette. Of the request there is a hash and its shape, never its text.</summary>
public sealed record CassetteExchange
{
    /// <summary>The job.</summary>
    public required string Job { get; init; }

    /// <summary>The attempt, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>The prompt's id.</summary>
    public required string Prompt { get; init; }

    /// <summary>The API, as in usage.jsonl.</summary>
    public required string Api { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Hash of the request without what differs from run to run: SHA-256, lower-case hexadecimal.</summary>
    public required string Key { get; init; }

    /// <summary>How often the attempt had sent an equal request before, from 0.</summary>
    public required int Repeat { get; init; }

    /// <summary>Who said how much: role and characters of each message, e.g. <c>user:85 assistant:12 tool:30</c>.</summary>
    public required string Shape { get; init; }

    /// <summary>HTTP status; null when the agent left before the answer began.</summary>
    public int? Status { get; init; }

    /// <summary>The answer's headers that count, by lower-case name.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The answer's body, in order, redacted.</summary>
    public required IReadOnlyList<CassetteChunk> Chunks { get; init; }

    /// <summary><c>complete</c>; <c>broken</c>: the connection was cut after the last chunk; <c>open</c>: the agent left while the answer was still coming.</summary>
    public required string Ending { get; init; }

    /// <summary>The figures of the request, as in usage.jsonl.</summary>
    public required CassetteUsage Usage { get; init; }
}

/// <summary>A piece of an answer.</summary>
/// <param name="AtMs">When it was sent, in milliseconds since the request's arrival.</param>
/// <param name="Text">Whole events of a stream, or a whole document; <see cref="AnswerText.FolderMark"/> stands for the attempt's folder.</param>
public sealed record CassetteChunk(double AtMs, string Text);

/// <summary>The figures of a recorded request; unknown is null.</summary>
public sealed record CassetteUsage
{
#pragma warning disable CS1591 // as in usage.jsonl
    public string? ModelAnswered { get; init; }
    public long? InputTokens { get; init; }
    public long? OutputTokens { get; init; }
    public long? CachedTokens { get; init; }
    public long? ReasoningTokens { get; init; }
    public double? TtftMs { get; init; }
    public string? FinishReason { get; init; }
    public string? Error { get; init; }
    public string? ErrorName { get; init; }
    public double? RetryAfterMs { get; init; }
#pragma warning restore CS1591
}

/// <summary>The words of <see cref="CassetteExchange.Ending"/>.</summary>
internal static class CassetteEndings
{
    public const string Complete = "complete";
    public const string Broken = "broken";
    public const string Open = "open";

    public static bool IsKnown(string ending) => ending is Complete or Broken or Open;
}
