using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Workflows;

/// <summary>How an answer did against its prompt's checks.</summary>
/// <param name="Checks">In the prompt's order.</param>
/// <param name="HintMatchRatio">Contained hints ÷ hints; 1 when the prompt has none.</param>
public sealed record AnswerVerdict(IReadOnlyList<CheckResult> Checks, double HintMatchRatio)
{
    private const int MaxValueChars = 60;

    /// <summary>The failed ones and why, as <c>kind: value (why)</c>.</summary>
    public IReadOnlyList<string> Failed => [.. Checks.Where(c => !c.Passed).Select(c => $"{c.Kind}: {EvidenceText.Line(c.Value, MaxValueChars)} ({c.Detail})")];
}
