using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>What failed in a finished run, which a run of its own does again.</summary>
internal static class RerunJobs
{
    /// <summary>The plan with those jobs only that have not passed in the run that the settings name; the plan itself when they name none.</summary>
    /// <exception cref="BenchUsageException">There is no such run, it has not finished, nothing failed in it, or what failed is not in the plan.</exception>
    public static RunPlan Select(RunPlan plan, BenchSettings settings)
    {
        if (settings.RerunOf is not { } path)
        {
            return plan;
        }

        var folder = new RunFolder(path);
        var manifest = Read(folder, settings);
        var passed = RunReader.Read(folder, () => new PassedSink(), CancellationToken.None).Sink.JobIds;
        var failed = manifest.Jobs.Where(job => job.NotRun is null && !passed.Contains(job.JobId)).Select(job => job.JobId).ToList();
        if (failed.Count == 0)
        {
            throw new BenchUsageException(FormattableString.Invariant(
                $"Rerun names the run '{folder.Name}', in which nothing failed: all {passed.Count} of its jobs passed, and there is nothing to run again. Leave Rerun out to run all."));
        }

        var unknown = failed.Except(plan.Jobs.Select(job => job.JobId)).Order(StringComparer.Ordinal).ToList();
        return unknown.Count == 0 ? plan.Select(failed) : throw new BenchUsageException([.. unknown.Select(job =>
            $"The job '{job}' failed in the run '{folder.Name}' and is not in the plan now. Take back what was changed in prompts, workflows, trials or faults, or leave Rerun out.")]);
    }

    /// <summary>How the manifest of the new run names the first; null when none is run again.</summary>
    public static ManifestRerun? NameOf(BenchSettings settings, RunPlan plan) => settings.RerunOf is not { } path ? null : new()
    {
        RunId = Read(new RunFolder(path), settings).RunId,
        Folder = path,
        Jobs = plan.Jobs.Count,
    };

    private static Manifest Read(RunFolder folder, BenchSettings settings)
    {
        if (!File.Exists(folder.Manifest))
        {
            var known = Directory.Exists(settings.OutputDir) ? Directory.GetDirectories(settings.OutputDir).Select(f => Path.GetFileName(f)).ToList() : [];
            throw new BenchUsageException(
                $"Rerun names the run '{folder.Name}', but '{folder.Manifest}' does not exist.{NearestName.Hint(folder.Name, known)} Name a run in OutputDir ('{settings.OutputDir}') or the path of its folder.");
        }

        var manifest = Manifest.Parse(File.ReadAllBytes(folder.Manifest), folder.Manifest);
        return manifest switch
        {
            { Status: not RunStatuses.Completed } => throw new BenchUsageException(
                $"Rerun names the run '{folder.Name}', which has not finished: it is {manifest.Status}. Go on with it first: -p:BenchResume={folder.Root}"),
            { Soak: not null } => throw new BenchUsageException(
                $"Rerun names the run '{folder.Name}', which is a soak: its rounds count as a whole. Run the soak again."),
            _ => manifest,
        };
    }

    private sealed class PassedSink : IRecordSink<PassedSink>
    {
        public HashSet<string> JobIds { get; } = new(StringComparer.Ordinal);

        public void Add(in RecordRow row)
        {
            if (row.Success)
            {
                JobIds.Add(row.JobId);
            }
        }

        public void Merge(PassedSink other) => JobIds.UnionWith(other.JobIds);
    }
}
