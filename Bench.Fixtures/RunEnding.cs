using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures;

/// <summary>The last screen of a run, printed by whoever shows its progress; finishes a run whose process died.</summary>
public static class RunEnding
{
    // A run that is told to stop has 20 s for it before its process exits by itself.
    private static readonly TimeSpan OwnerLimit = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Prints the table, the denominator and the path; a run that did not end by itself is finalized first, and what it left running is stopped.
    /// A folder that cannot be written, or is gone, ends the screen with what to do; never throws for it.
    /// </summary>
    /// <param name="folder">The run.</param>
    /// <param name="output">The screen.</param>
    /// <param name="limit">How long a run that is being written is waited for; null for 25 s.</param>
    public static void Print(RunFolder folder, TextWriter output, TimeSpan? limit = null)
    {
        try
        {
            if (!File.Exists(folder.Manifest))
            {
                throw new FileNotFoundException($"'{folder.Manifest}' is gone: somebody removed it while the run went on.");
            }

            if (!RunStatuses.IsFinal(ManifestHeader.Read(folder.Manifest).Status) && !FinishDead(folder, limit ?? OwnerLimit, output))
            {
                return;
            }

            Print(folder, Finished(folder), output);
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem) || problem is BenchUsageException)
        {
            PrintUnfinished(folder, problem, output);
        }
    }

    /// <summary>Prints why there is no run, on GitHub as an annotation too.</summary>
    /// <param name="why">What the tests and their host said; empty when nobody said anything.</param>
    /// <param name="output">The screen.</param>
    public static void PrintUnopened(IReadOnlyList<string> why, TextWriter output)
    {
        const int MostShown = 5;
        if (why.Count == 0)
        {
            output.WriteLine("Bench: no run was opened and no job was executed.");
            return;
        }

        output.WriteLine("Bench: no run was opened and no job was executed:");
        foreach (var reason in why.Take(MostShown))
        {
            output.WriteLine(reason);
        }

        GitHubReport.OfProcess(output).WriteError("No run was opened", string.Join('\n', why.Take(MostShown)));
    }

    /// <summary>Whether the folder that the test process was about to make is there and its own.</summary>
    public static bool IsOf(RunNote note) =>
        ManifestHeader.Read(new RunFolder(note.RunFolder).Manifest).ProcessMark == note.ProcessMark;

    private static void Print(RunFolder folder, RunSummary summary, TextWriter output)
    {
        var soak = SoakArtifacts.Refresh(folder, CancellationToken.None);
        output.WriteLine();
        output.Write(soak is not null ? SoakText.Whole(soak, SoakArtifacts.JsonPath(folder), SoakArtifacts.MarkdownPath(folder)) : SummaryText.Of(summary));
        var manifest = Manifest.Parse(File.ReadAllBytes(folder.Manifest), folder.Manifest);
        if (soak is not null && summary.Crowding.Notice is { } crowded)
        {
            output.WriteLine(crowded);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Processes left: {ProcessesLeft(folder, manifest)}"));
        foreach (var leftover in manifest.Closing?.Leftovers ?? [])
        {
            output.WriteLine($"Not removed: {leftover}");
        }

        foreach (var problem in ProblemsOf(folder, manifest, summary))
        {
            output.WriteLine($"FAILED: {problem}");
        }

        if (summary.Status != RunStatuses.Completed)
        {
            output.WriteLine($"To run what has no result: dotnet test with -p:BenchResume={folder.Root}");
        }
        else if (summary.Outcomes.Passed < summary.Outcomes.Attempted && soak is null)
        {
            output.WriteLine($"To run again what failed: dotnet test with -p:BenchRerun={folder.Root}");
        }

        output.WriteLine($"Run folder: {folder.Root} ({summary.Status}, profile {ProfileWords.Label(summary.Profile)}); summary: {folder.Relative(folder.SummaryMarkdown)}");

        GitHubReport.OfProcess(output).Write(folder, [.. soak is null ? [] : new[] { SoakArtifacts.MarkdownPath(folder) }, folder.SummaryMarkdown]);
    }

    // What the run found at its end; of a run that died, what is there now.
    private static int ProcessesLeft(RunFolder folder, Manifest manifest) =>
        manifest.Closing?.ProcessesLeft ?? (manifest.ProcessMark is { } mark ? ProcessReaper.Count(new RunMark(folder.Name, mark)) : 0);

    // Why the tests' exit code is not 0 although no job may have failed.
    private static IEnumerable<string> ProblemsOf(RunFolder folder, Manifest manifest, RunSummary summary)
    {
        if (summary.RecordCount > 0 && summary.Lanes.All(lane => lane.Outcomes.Passed == 0) && manifest.Faults.Count == 0)
        {
            yield return "not one job passed.";
        }

        foreach (var problem in manifest.Closing is { } closing ? RunClosing.ProblemsOf(closing, folder) : [])
        {
            yield return problem;
        }
    }

    // A run that closed itself has its documents; where they cannot be written once more, what they hold is shown all the same.
    private static RunSummary Finished(RunFolder folder)
    {
        try
        {
            return RunFinalizer.Finalize(folder);
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem) && File.Exists(folder.SummaryMarkdown) && RunStatuses.IsFinal(ManifestHeader.Read(folder.Manifest).Status))
        {
            return RunSummarizer.Read(folder, CancellationToken.None);
        }
    }

    // The tests may all have passed: the line that VSTest prints behind this says so, and the exit code is 1.
    private static void PrintUnfinished(RunFolder folder, Exception problem, TextWriter output)
    {
        output.WriteLine($"FAILED: the run folder '{folder.Root}' could not be finished: {problem.Message}");
        GitHubReport.OfProcess(output).WriteError("The run folder is not whole", problem.Message);
        output.WriteLine(Directory.Exists(folder.Root)
            ? $"What to do: make room or correct its rights, then run `dotnet bench collect {folder.Root}` and `dotnet bench summarize {folder.Root}`; jobs without a record have to run again."
            : "What to do: run again, and keep the folder until the run has ended; nothing of this run is left.");
    }

    // False when the run turned out to be alive: then it is not ours to finish.
    private static bool FinishDead(RunFolder folder, TimeSpan limit, TextWriter output)
    {
        // The test host may be gone while the test executable, which has seen that, is still tidying up.
        using var ownership = RunOwnership.Await(folder, limit);
        if (RunStatuses.IsFinal(ManifestHeader.Read(folder.Manifest).Status))
        {
            return true;
        }

        if (ownership is null)
        {
            output.WriteLine($"Bench: the run '{folder.Root}' is still being written by a process that does not end. Stop that process, then run `dotnet bench collect {folder.Root}` and `dotnet bench summarize {folder.Root}`.");
            return false;
        }

        var killed = ManifestHeader.Read(folder.Manifest).ProcessMark is { } mark ? ProcessReaper.Kill(new RunMark(folder.Name, mark)) : 0;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Bench: the run was not closed: its process died, or its folder could not be written. Records of finished jobs are kept, jobs in flight are lost; {Counted.Of(killed, "process")} that it left {(killed == 1 ? "was" : "were")} stopped."));
        return true;
    }
}
