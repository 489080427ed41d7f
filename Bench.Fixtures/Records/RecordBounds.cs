using Bench.Fixtures.Agents;

namespace Bench.Fixtures.Records;

/// <summary>
/// The numbers of a record that may be lower bounds, by the names of their fields: a limit ended the job before the value was known, or a part of the
/// sum is unknown.
/// </summary>
[Flags]
public enum RecordBounds
{
#pragma warning disable CS1591 // docs/formats/record.md
    None = 0,
    StartupLatencyMs = 1,
    FirstOutputLatencyMs = 1 << 1,
    CompletionLatencyMs = 1 << 2,
    TimeToResultMs = 1 << 3,
    FirstAttemptFirstOutputLatencyMs = 1 << 4,
    FirstAttemptCompletionLatencyMs = 1 << 5,
    ModelRequests = 1 << 6,
    HiddenModelRequests = 1 << 7,
    InputTokens = 1 << 8,
    OutputTokens = 1 << 9,
    CachedInputTokens = 1 << 10,
    ReasoningTokens = 1 << 11,
    CostUsd = 1 << 12,
#pragma warning restore CS1591
}

/// <summary>The bounds as a record lists them, in <c>at_least</c>.</summary>
internal static class RecordBoundNames
{
    private static readonly (RecordBounds Bound, string Name, byte[] Quoted)[] All =
    [
        .. Enum.GetValues<RecordBounds>()
            .Where(bound => bound != RecordBounds.None)
            .Select(bound => (bound, global::System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(bound.ToString())))
            .Select(entry => (entry.bound, entry.Item2, global::System.Text.Encoding.UTF8.GetBytes($"\"{entry.Item2}\""))),
    ];

    private static readonly (TokenCounts Count, RecordBounds Bound)[] Counts =
    [
        (TokenCounts.Input, RecordBounds.InputTokens),
        (TokenCounts.Output, RecordBounds.OutputTokens),
        (TokenCounts.Cached, RecordBounds.CachedInputTokens),
        (TokenCounts.Reasoning, RecordBounds.ReasoningTokens),
    ];

    /// <summary>The fields' names, in the order in which a record has them.</summary>
    public static IReadOnlyList<string> Names(this RecordBounds bounds) => [.. All.Where(entry => bounds.HasFlag(entry.Bound)).Select(entry => entry.Name)];

    /// <summary>The bounds that a list names; names that this version does not know are left out.</summary>
    public static RecordBounds Parse(IReadOnlyList<string>? names) => names is null or { Count: 0 }
        ? RecordBounds.None
        : All.Where(entry => names.Contains(entry.Name)).Aggregate(RecordBounds.None, (sum, entry) => sum | entry.Bound);

    /// <summary>The bounds that a JSON array of names lists.</summary>
    public static RecordBounds Parse(ReadOnlySpan<byte> json)
    {
        var sum = RecordBounds.None;
        if (json.Length > 2)
        {
            foreach (var (bound, _, quoted) in All)
            {
                sum |= json.IndexOf(quoted) >= 0 ? bound : RecordBounds.None;
            }
        }

        return sum;
    }

    /// <summary>The bounds of token counts.</summary>
    public static RecordBounds Of(TokenCounts counts) =>
        Counts.Where(entry => counts.HasFlag(entry.Count)).Aggregate(RecordBounds.None, (sum, entry) => sum | entry.Bound);

    /// <summary>The token counts among the bounds.</summary>
    public static TokenCounts Tokens(this RecordBounds bounds) =>
        Counts.Where(entry => bounds.HasFlag(entry.Bound)).Aggregate(TokenCounts.None, (sum, entry) => sum | entry.Count);
}
