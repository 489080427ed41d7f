using System.Globalization;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Summaries;

/// <summary>What a reader has to know before any number: said at the head of summary.md, on the console, by <c>show</c> and in <c>warnings</c> of summary.json, in the same words.</summary>
public static class SummaryNotices
{
    // A run of a hundred trials is not listed.
    private const int MostTrials = 6;

    /// <summary>All of them: a run that is no benchmark, one without a real model, a crowded one, the warnings.</summary>
    public static IReadOnlyList<string> Of(RunSummary summary) =>
    [
        .. summary.InjectedFaults ? [SummaryTables.NoBenchmark] : Array.Empty<string>(),
        .. ProfileWords.Proof(summary.Profile) is { } proof ? [proof] : Array.Empty<string>(),
        .. summary.Crowding.Notice is { } crowded ? [crowded] : Array.Empty<string>(),
        .. summary.Warnings,
    ];

    /// <summary>A sentence or two per lane whose trials drift.</summary>
    internal static IEnumerable<string> Drifts(IEnumerable<LaneSummary> lanes) =>
        from lane in lanes
        where lane.Drift is { Drifts: true }
        select string.Create(
            CultureInfo.InvariantCulture,
            $"The trials of {lane.WorkflowId} differ by more than chance (p {Chance(lane.Drift!.PValue)}): {string.Join(" → ", Levels(lane.Drift.Trials))}. Its numbers are means of something that moved: look for what warmed up, or filled, while the run went on, and run again.");

    private static string Chance(double p) => p < 0.001 ? "< 0.001" : string.Create(CultureInfo.InvariantCulture, $"= {Rounding.To(p, 3):0.000}");

    private static IEnumerable<string> Levels(IReadOnlyList<TrialLevel> trials) => trials.Count <= MostTrials
        ? trials.Select(Level)
        : [.. trials.Take(MostTrials / 2).Select(Level), "…", .. trials.TakeLast(MostTrials / 2).Select(Level)];

    private static string Level(TrialLevel trial) => string.Create(CultureInfo.InvariantCulture, $"trial {trial.Trial} {Rounding.To(trial.GeometricMeanMs / 1000, 2):0.00} s (n={trial.N})");
}
