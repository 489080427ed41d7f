using System.Globalization;
using Bench.Cli.Commands;
using Bench.Fixtures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Governed;

/// <summary>Makes the record of a phase from the governed run that it was.</summary>
internal static class ProgressiveRecords
{
    /// <summary>The reason of a phase during which another commit was checked out.</summary>
    public const string CommitMoved = "commit_moved";

    private const int MostText = 500;
    private const string OpenCode = "opencode";

    /// <summary>The record.</summary>
    public static ProgressiveRecord Of(ProgressivePhase phase, GovernedRequest request, GovernedOutcome outcome, string commit, bool forced)
    {
        var report = outcome.Report;
        var lanes = (outcome.Summary?.Lanes ?? []).Where(lane => lane.System == OpenCode).Select(lane => lane.Outcomes).ToList();
        var attempted = lanes.Sum(lane => lane.Attempted);
        return new()
        {
            Phase = phase.Id,
            Commit = commit,
            Forced = forced,
            RunId = report.RunId,
            RunDir = outcome.Folder?.Name,
            Model = report.Model,
            ModelSelected = report.ModelSelected,
            FallbackReason = report.FallbackReason,
            Workflows = phase.Workflows,
            PromptIds = phase.Prompts,
            Trials = phase.Trials,
            Parallel = request.Launch.Inputs.Settings.Parallel,
            PeakInFlight = outcome is { Folder: { } folder, Summary: not null } ? PeakOf(folder) : null,
            SuccessRate = attempted == 0 ? null : (double)lanes.Sum(lane => lane.Passed) / attempted,
            MinSuccessRate = phase.MinSuccessRate,
            Passed = outcome.ExitCode == ExitCodes.Ok && report.Passed,
            ExitCode = outcome.ExitCode,
            ReasonCode = report.ReasonCode,
            Taxonomy = report.Taxonomy,
            Preflight = report.Preflight,
            BaselineGate = report.BaselineGate,
            IntegrityGate = report.IntegrityGate,
            Launch = report.Launch is { } launch ? launch with { Stdout = Last(launch.Stdout), Stderr = Last(launch.Stderr) } : null,
            Collect = StepOf(outcome, CollectCommand.CollectFailed, isReached: report.Failure?.ReasonCode is GateReasons.CollectFailed or GateReasons.SummarizeFailed || outcome.Summary is not null),
            Summarize = StepOf(outcome, SummarizeCommand.SummarizeFailed, isReached: report.Failure?.ReasonCode is GateReasons.SummarizeFailed || (report.Failure is null && outcome.Summary is not null)),
            GeneratedAt = report.GeneratedAt,
        };
    }

    /// <summary>The record of a phase that would have passed, but during which another commit was checked out: what it ran is not known.</summary>
    public static ProgressiveRecord Moved(ProgressiveRecord record) => record with { Passed = false, ReasonCode = CommitMoved, Taxonomy = null };

    private static ProgressiveStep? StepOf(GovernedOutcome outcome, int failure, bool isReached) => isReached ? new(outcome.ExitCode == failure ? failure : ExitCodes.Ok) : null;

    private static string Last(string text) => text.Length <= MostText ? text : text[^MostText..];

    // By the attempts: a job's slot is free again a moment before its record is closed. What ends when another begins was not in flight together with it.
    private static int? PeakOf(RunFolder folder)
    {
        try
        {
            var (now, peak) = (0, 0);
            foreach (var (_, change) in RunReader.FinalRecords(folder, CancellationToken.None).Values.SelectMany(record => record.Attempts).SelectMany(ChangesOf).OrderBy(change => change.At).ThenBy(change => change.Change))
            {
                now += change;
                peak = Math.Max(peak, now);
            }

            return peak == 0 ? null : peak;
        }
        catch (Exception e) when (e is BenchUsageException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<(DateTimeOffset At, int Change)> ChangesOf(AttemptRecord attempt) =>
        DateTimeOffset.TryParse(attempt.AttemptStartedAt, CultureInfo.InvariantCulture, out var started) && DateTimeOffset.TryParse(attempt.AttemptCompletedAt, CultureInfo.InvariantCulture, out var completed)
            ? [(started, 1), (completed, -1)]
            : [];
}
