namespace Bench.Fixtures.Workflows;

/// <summary>How an answer did against its prompt's checks.</summary>
/// <param name="Checks">In the prompt's order.</param>
/// <param name="HintMatchRatio">Contained hints ÷ hints; 1 when the prompt has none.</param>
public sealed record AnswerVerdict(IReadOnlyList<CheckResult> Checks, double HintMatchRatio)
{
    /// <summary>The failed ones, as <c>kind: value</c>.</summary>
    public IReadOnlyList<string> Failed => [.. Checks.Where(c => !c.Passed).Select(c => $"{c.Kind}: {c.Value}")];
}
