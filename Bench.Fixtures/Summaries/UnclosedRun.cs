using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>A run whose manifest says that it is running, and which no process writes any more.</summary>
internal static class UnclosedRun
{
    /// <summary>The summary with what is true of such a run: how it ended as far as it said so itself, else that it crashed, and a warning. Others as they are.</summary>
    public static RunSummary Told(RunSummary summary, string? endStatus, RunFolder folder) =>
        summary.Status != RunStatuses.Running || RunOwnership.IsTaken(folder) is not false ? summary
        : endStatus is not null ? summary with { Status = endStatus }
        : summary with { Status = RunStatuses.Crashed, Warnings = [Warning(summary.RunId), .. summary.Warnings] };

    private static string Warning(string runId) =>
        $"The run was never closed: its process is gone (killed or crashed). To run what has no result: dotnet test with -p:BenchResume={runId} (or the path of the run's folder).";
}
