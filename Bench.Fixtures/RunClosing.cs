using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures;

/// <summary>The end of a run: what is left, what changed, what leaked, and the derived documents.</summary>
internal static class RunClosing
{
    /// <summary>Closes the run.</summary>
    /// <returns>What makes the run fail although its jobs may have passed; empty when all is well.</returns>
    public static async Task<IReadOnlyList<string>> CloseAsync(RunResources resources, RunWriter writer, string status)
    {
        var left = ProcessReaper.Count(resources.Mark);
        ProcessReaper.Kill(resources.Mark);

        var manifest = resources.Manifest.Ended(status, resources.Clock.GetUtcNow(), await resources.AgentsNowAsync(CancellationToken.None));
        var scan = resources.Redactor.ScanFolder(writer.Folder.Root, CancellationToken.None);
        manifest = manifest with
        {
            Closing = new ManifestClosing
            {
                ProcessesLeft = left,
                RedactionFindings = [.. scan.Findings.Select(f => $"{f.File}:{f.Line} {f.Rule}"), .. scan.Unreadable.Select(f => $"{f}: unreadable")],
                ChangedAgents = [.. manifest.ChangedAgents.Select(ChangeOf)],
                WriteProblems = [.. new[] { resources.WriteProblem?.Message, resources.UsageProblem }.OfType<string>()],
                Leftovers = resources.Leftovers,
            },
        };
        writer.WriteManifest(manifest.ToJson());
        writer.Finish(status);
        RunFinalizer.Finalize(writer.Folder, status);
        return ProblemsOf(manifest.Closing, writer.Folder);
    }

    private static string ChangeOf(ManifestAgent agent) =>
        $"{FailureReasons.CliVersionMismatch}: {agent.Kind} was {agent.Version} ({agent.Sha256[..12]}) at the start and is {agent.VersionAfter ?? "gone"} ({agent.Sha256After?[..12] ?? "-"}) at the end";

    private static List<string> ProblemsOf(ManifestClosing closing, RunFolder folder)
    {
        var problems = new List<string>();
        if (closing.RedactionFindings.Count > 0)
        {
            problems.Add($"Secrets were found in the run folder '{folder.Root}': {string.Join("; ", closing.RedactionFindings)}. Delete the folder, and change the secrets if it was shared.");
        }

        problems.AddRange(closing.ChangedAgents.Select(change => $"env/{change}. The run's numbers mix two versions; keep agents from updating themselves and run again."));
        problems.AddRange(closing.WriteProblems.Select(problem => $"The run folder is not whole: {problem}"));
        return problems;
    }
}
