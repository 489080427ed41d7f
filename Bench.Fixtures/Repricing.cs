using Bench.Fixtures.Agents;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>Prices a record anew, as its attempts would have been priced by another table.</summary>
internal static class Repricing
{
    /// <summary>The record with its cost by this table; null is unknown, also when one of its attempts has no price. The record itself where that is what it says.</summary>
    public static JobRecord Of(JobRecord record, PriceTable? prices)
    {
        var asked = WorkflowCatalog.Find(record.WorkflowId) is { } workflow ? ModelNames.Bare(workflow.Agent, record.Model) : record.Model;
        var costs = record.Attempts.Select(attempt => prices?.CostOf(attempt.ModelSelected ?? asked, TokensOf(attempt))).ToList();
        var cost = costs.Count == 0 || costs.Contains(null) ? null : costs.Sum();
        return cost == record.CostUsd ? record : record with { CostUsd = cost };
    }

    private static TokenUsage TokensOf(AttemptRecord attempt) => new()
    {
        Input = attempt.InputTokens,
        Output = attempt.OutputTokens,
        Cached = attempt.CachedInputTokens,
        Reasoning = attempt.ReasoningTokens,
    };
}
