using System.Globalization;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures;

/// <summary>The last screen of a run, printed by whoever shows its progress; finishes a run whose process died.</summary>
public static class RunEnding
{
    // A run that is told to stop has 20 s for it before its process exits by itself.
    private static readonly TimeSpan OwnerLimit = TimeSpan.FromSeconds(25);

    /// <summary>Prints the table, the denominator and the path; a run that did not end by itself is finalized first, and what it left running is stopped.</summary>
    public static void Print(RunFolder folder, TextWriter output)
    {
        if (!RunStatuses.IsFinal(ManifestHeader.Read(folder.Manifest).Status))
        {
            FinishDead(folder, output);
        }

        var summary = RunFinalizer.Finalize(folder);
        output.WriteLine();
        output.Write(SummaryText.Of(summary));
        output.WriteLine($"Run folder: {folder.Root} ({summary.Status}); summary: {folder.Relative(folder.SummaryMarkdown)}");
        if (summary.Status != RunStatuses.Completed)
        {
            output.WriteLine($"To run what has no result: dotnet test with the same settings and -p:BenchResume={folder.Root}");
        }
    }

    private static void FinishDead(RunFolder folder, TextWriter output)
    {
        // The test host may be gone while the test executable, which has seen that, is still tidying up.
        using var ownership = RunOwnership.Await(folder, OwnerLimit);
        if (RunStatuses.IsFinal(ManifestHeader.Read(folder.Manifest).Status))
        {
            return;
        }

        var killed = ManifestHeader.Read(folder.Manifest).ProcessMark is { } mark ? ProcessReaper.Kill(new RunMark(folder.Name, mark)) : 0;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Bench: the test process died before the run ended. Records of finished jobs are kept, jobs in flight are lost; {killed} processes that it left were stopped."));
    }
}
