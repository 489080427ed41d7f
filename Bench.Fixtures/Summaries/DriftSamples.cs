using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Summaries;

/// <summary>The completion latencies of a lane's passed jobs, by prompt and trial.</summary>
internal sealed class DriftSamples
{
    private readonly List<(string PromptId, int Trial, double Log)> values = [];

    /// <summary>Takes a passed job in; a latency that has no logarithm does not count.</summary>
    public void Add(string promptId, int trial, double? completionMs)
    {
        if (completionMs is > 0 and < double.PositiveInfinity)
        {
            values.Add((promptId, trial, Math.Log(completionMs.Value)));
        }
    }

    /// <summary>Takes the other's jobs in.</summary>
    public void Merge(DriftSamples other) => values.AddRange(other.values);

    /// <summary>The analysis; null where the trials are too few, or share no prompts.</summary>
    public LaneDrift? Of()
    {
        // Most runs have one trial: nothing is sorted for them. Sums must not depend on the order in which the records came.
        if (values.Count == 0 || values.TrueForAll(value => value.Trial == values[0].Trial))
        {
            return null;
        }

        values.Sort((a, b) => (a.Trial, a.Log).CompareTo((b.Trial, b.Log)) is var order && order != 0 ? order : string.CompareOrdinal(a.PromptId, b.PromptId));
        return TrialDrift.Of(values) is not { } drift
            ? null
            : new LaneDrift
            {
                PValue = Rounding.To(drift.P, 6),
                Drifts = drift.P < LaneDrift.Level,
                Trials = [.. values.GroupBy(value => value.Trial).Select(LevelOf)],
            };
    }

    private static TrialLevel LevelOf(IGrouping<int, (string PromptId, int Trial, double Log)> trial) =>
        new(trial.Key, trial.Count(), Rounding.Milliseconds(Math.Exp(trial.Average(value => value.Log))));
}
