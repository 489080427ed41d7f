using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Xunit.Sdk;

namespace Bench.Fixtures;

/// <summary>Turns a soak's report into the outcome of the row of a round, or of the gate.</summary>
internal static class SoakVerdict
{
    /// <summary>Returns when the round is clean, or the gate is passed.</summary>
    /// <param name="report">The report; null when it could not be written.</param>
    /// <param name="round">The round, from 1; null for the gate.</param>
    /// <param name="folder">The run.</param>
    /// <param name="isCancelled">The run was cancelled.</param>
    /// <exception cref="SoakFailedException">It is not; names every offender.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static void Throw(SoakReport? report, int? round, RunFolder folder, bool isCancelled)
    {
        if (isCancelled)
        {
            throw new OperationCanceledException("The run was cancelled before the soak was decided.");
        }

        if (report is null)
        {
            throw new SoakFailedException($"The soak's artifacts could not be written ('{SoakArtifacts.JsonPath(folder)}'); the end of the run says why.");
        }

        if (round is { } number)
        {
            ThrowRound(report, report.Rounds[number - 1], folder);
        }
        else if (report.Decision != SoakDecision.Passed)
        {
            throw new SoakFailedException(FormattableString.Invariant($"""
                {report.RoundsRequired} clean {(report.RoundsRequired == 1 ? "round is" : "rounds in a row are")} required; {report.RoundsTried} tried, {report.ConsecutiveClean} clean in a row at the end.
                {Offenders(report.Offenders, folder)}Artifacts: {SoakArtifacts.JsonPath(folder)}, {SoakArtifacts.MarkdownPath(folder)}
                """));
        }
    }

    private static void ThrowRound(SoakReport report, SoakRound round, RunFolder folder)
    {
        if (round.Status == SoakRoundStatuses.NotRun)
        {
            throw SkipException.ForSkip(FormattableString.Invariant($"round {round.RoundNum} was not run: {round.Reason}."));
        }

        if (!round.Passed)
        {
            var passed = round.Jobs.Count(job => job.Success);
            throw new SoakFailedException(FormattableString.Invariant(
                $"Round {round.RoundNum} is not clean: {passed} of {round.JobCount} jobs passed.\n{Offenders(report.Offenders.Where(offender => offender.RoundNum == round.RoundNum), folder)}"));
        }
    }

    private static string Offenders(IEnumerable<SoakOffender> offenders, RunFolder folder) =>
        string.Concat(offenders.Select(offender => SoakText.Offender(offender, Path.GetDirectoryName(folder.Root)!)));
}
