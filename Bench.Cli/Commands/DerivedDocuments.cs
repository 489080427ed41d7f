using Bench.Fixtures.Prompts;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.Commands;

/// <summary>What the commands that derive documents from a run have in common.</summary>
internal static class DerivedDocuments
{
    /// <summary>Does the work; a folder that cannot be read or written ends it with this exit code and a message.</summary>
    public static int Write(CliHost host, int failureCode, string done, Action work)
    {
        try
        {
            work();
            return ExitCodes.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            host.Error.WriteLine($"The run could not be {done}: {exception.Message} What was there before is unchanged; make the folder writable and run the command again.");
            return failureCode;
        }
    }

    /// <summary>Says on standard error what is missing from the summary, and what was left out of it.</summary>
    public static void ReportProblems(CliHost host, RunSummary summary)
    {
        if (summary.LostJobs.Count > 0)
        {
            host.Error.WriteLine($"Lost: {Counted.Of(summary.LostJobs.Count, "planned job")} left no record, e.g. {summary.LostJobs[0].JobId}.");
        }

        foreach (var note in summary.Warnings.Concat(summary.Notes))
        {
            host.Error.WriteLine(note);
        }
    }
}
