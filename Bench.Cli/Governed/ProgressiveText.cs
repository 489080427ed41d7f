using Bench.Fixtures;

namespace Bench.Cli.Governed;

/// <summary>Where a progressive run stands, for people.</summary>
internal static class ProgressiveText
{
    /// <summary>Prints a line per phase.</summary>
    public static void Write(ProgressiveState state, string commit, TextWriter output)
    {
        var due = state.DueIndex(commit);
        output.WriteLine($"Phases for commit {commit}:");
        foreach (var phase in ProgressivePhase.All)
        {
            var word = phase.Index < due ? "passed" : phase.Index == due ? "due" : "blocked";
            output.WriteLine($"  {phase.Id,-24} {word,-8} {LastOf(state, phase, commit)}".TrimEnd());
        }

        if (due == 0 && state.LastPassedPhase is { } last)
        {
            output.WriteLine($"  {last} had passed for commit {state.Commit}; for another commit the first phase is due again.");
        }
    }

    private static string LastOf(ProgressiveState state, ProgressivePhase phase, string commit) => state.LastOf(phase, commit) is { } record
        ? FormattableString.Invariant($"last: {(record.Passed ? "passed" : record.ReasonCode)}, success {Percent(record.SuccessRate)} (at least {Percent(record.MinSuccessRate)}), at most {record.PeakInFlight?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} in flight{(record.Forced ? ", forced: does not count" : "")}, {record.RunId}")
        : "";

    private static string Percent(double? share) => share is { } value ? Percentage.Of(value, 1) + " %" : "-";
}
