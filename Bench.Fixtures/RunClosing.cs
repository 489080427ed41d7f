using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures;

/// <summary>The end of a run: what is left, what changed, what leaked, and the derived documents.</summary>
internal static class RunClosing
{
    private const int MostShown = 20;

    /// <summary>Closes the run.</summary>
    /// <returns>What makes the run fail although its jobs may have passed; empty when all is well.</returns>
    public static async Task<IReadOnlyList<string>> CloseAsync(RunResources resources, RunWriter writer, string status)
    {
        var left = ProcessReaper.Count(resources.Mark);
        ProcessReaper.Kill(resources.Mark);

        var manifest = resources.Manifest.Ended(status, resources.Clock.GetUtcNow(), await resources.AgentsNowAsync(CancellationToken.None));
        var scan = ScanOf(resources, writer.Folder.Root, []);
        var kept = resources.KeptWorkspaces is { } workspaces ? ScanOf(resources, workspaces, resources.Expired) : null;
        manifest = manifest with
        {
            Closing = new ManifestClosing
            {
                ProcessesLeft = left,
                ServerCpuMs = resources.ServerCpuTime?.TotalMilliseconds,
                RedactionFindings = [.. scan is null ? [] : FindingsOf(scan, ""), .. kept is null ? [] : FindingsOf(kept, resources.KeptWorkspaces + "/")],
                Unsearched = [.. scan is null ? [] : UnsearchedOf(scan, ""), .. kept is null ? [] : UnsearchedOf(kept, resources.KeptWorkspaces + "/")],
                KeptWorkspaces = resources.KeptWorkspaces,
                ChangedAgents = [.. manifest.ChangedAgents.Select(ChangeOf)],
                WriteProblems = [.. new[] { WriteProblemOf(resources.WriteProblem), resources.UsageProblem }.OfType<string>()],
                Leftovers = resources.Leftovers,
                ClockStepMs = resources.ClockStep?.TotalMilliseconds,
            },
        };
        var closing = Write(writer, manifest, status) is { } problem
            ? manifest.Closing with { WriteProblems = [.. manifest.Closing.WriteProblems.Append(problem).Distinct()] }
            : manifest.Closing;
        return ProblemsOf(closing, writer.Folder);
    }

    // Null when the folder is gone, also in the middle of the scan: the run folder's writing fails next, and says so.
    private static RedactionScan? ScanOf(RunResources resources, string folder, IReadOnlyList<string> expired)
    {
        try
        {
            return Directory.Exists(folder) ? resources.Redactor.ScanFolder(folder, expired, CancellationToken.None) : null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    // What was not written; null when all was. The journal gets its last line even when the manifest does not get its own.
    private static string? Write(RunWriter writer, Manifest manifest, string status)
    {
        try
        {
            try
            {
                writer.WriteManifest(manifest.ToJson());
            }
            finally
            {
                writer.Finish(status);
            }

            RunFinalizer.Finalize(writer.Folder, status);
            SoakArtifacts.Refresh(writer.Folder, CancellationToken.None);
            return null;
        }
        catch (Exception problem) when (ArtifactException.IsCause(problem))
        {
            return WriteProblemOf(problem as ArtifactException ?? new ArtifactException(writer.Folder.Root, problem));
        }
    }

    private static string? WriteProblemOf(Exception? problem) => FailureOf(problem) is { } failure
        ? $"{failure.Category.ToString().ToLowerInvariant()}/{failure.Reason}: {problem!.Message} {FailureAdvice.For(failure)}"
        : null;

    private static Failure? FailureOf(Exception? problem) =>
        problem is null ? null : FailureClassifier.Classify(new AttemptEvidence { ModelAsked = "", Exception = problem });

    private static IEnumerable<string> FindingsOf(RedactionScan scan, string folder) =>
        scan.Findings.Select(f => $"{folder}{f.File}:{f.Line} {f.Rule}");

    private static IEnumerable<string> UnsearchedOf(RedactionScan scan, string folder) =>
        scan.Unsearched.Select(f => $"{folder}{f.File}: not searched, {f.Why}");

    // Places in the workspaces are whole paths.
    private static string WhereOf(ManifestClosing closing, RunFolder folder)
    {
        var inKept = closing.KeptWorkspaces is { } kept ? closing.RedactionFindings.Count(f => f.StartsWith(kept + "/", StringComparison.Ordinal)) : 0;
        return inKept == 0 ? $"the run folder '{folder.Root}'"
            : inKept == closing.RedactionFindings.Count ? $"the kept workspaces '{closing.KeptWorkspaces}'"
            : $"the run folder '{folder.Root}' and the kept workspaces '{closing.KeptWorkspaces}'";
    }

    // All of them are in the manifest.
    private static string Shown(IReadOnlyList<string> findings) =>
        string.Join("; ", findings.Take(MostShown)) + (findings.Count > MostShown ? FormattableString.Invariant($"; and {findings.Count - MostShown} more, see the manifest") : "");

    private static string ChangeOf(ManifestAgent agent) =>
        $"{FailureReasons.CliVersionMismatch}: {agent.Kind} was {agent.Version} ({agent.Sha256[..12]}) at the start and is {agent.VersionAfter ?? "gone"} ({agent.Sha256After?[..12] ?? "-"}) at the end";

    /// <summary>What makes a run fail although its jobs may have passed, as its closing found it; empty when all is well.</summary>
    public static List<string> ProblemsOf(ManifestClosing closing, RunFolder folder)
    {
        var problems = new List<string>();
        if (closing.RedactionFindings.Count > 0)
        {
            problems.Add($"Secrets were found in {WhereOf(closing, folder)}: {Shown(closing.RedactionFindings)}. Delete the files, and change the secrets if they were shared.");
        }

        if (closing.Unsearched.Count > 0)
        {
            problems.Add($"Nobody knows whether a secret is in what could not be searched: {Shown(closing.Unsearched)}. Look at it, or delete it, before you share the folder.");
        }

        problems.AddRange(closing.ChangedAgents.Select(change => $"env/{change}. The run's numbers mix two versions; keep agents from updating themselves and run again."));
        problems.AddRange(closing.WriteProblems.Select(problem => $"The run folder is not whole: {problem}"));
        return problems;
    }
}
