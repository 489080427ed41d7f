namespace Bench.Fixtures.Records;

/// <summary>
/// What a run of the original harness was to do. Its manifest lists lanes and no jobs, and every lane ran every prompt; a lane that had begun a job by command
/// line left the prompt's file.
/// </summary>
internal sealed class OriginalPlan
{
    private const string PromptEnding = ".prompt.txt";

    private readonly SortedDictionary<string, string> jobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> begun = new(StringComparer.Ordinal);

    private OriginalPlan(RunFolder folder, IReadOnlyList<string> lanes, IEnumerable<string> recordedPrompts)
    {
        var prompts = recordedPrompts.ToHashSet(StringComparer.Ordinal);
        foreach (var jobId in JobsWithPrompt(folder))
        {
            var cut = jobId.IndexOf("__", StringComparison.Ordinal);
            jobs[jobId] = jobId[..cut];
            begun.Add(jobId);
            prompts.Add(jobId[(cut + 2)..]);
        }

        foreach (var (lane, prompt) in lanes.SelectMany(lane => prompts.Select(prompt => (lane, prompt))))
        {
            jobs[$"{lane}__{prompt}"] = lane;
        }

        PlannedByWorkflow = jobs.Count == 0 || lanes.Count == 0 ? null : new SortedDictionary<string, int>(
            jobs.Values.CountBy(lane => lane).ToDictionary(), StringComparer.Ordinal);
    }

    /// <summary>Planned jobs per lane; null when the manifest names no lane, or nothing tells what was asked.</summary>
    public IReadOnlyDictionary<string, int>? PlannedByWorkflow { get; }

    /// <summary>What the folder says of it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="lanes">The lanes of its manifest.</param>
    /// <param name="recordedPrompts">The prompts of its records.</param>
    public static OriginalPlan Of(RunFolder folder, IReadOnlyList<string> lanes, IEnumerable<string> recordedPrompts) => new(folder, lanes, recordedPrompts);

    /// <summary>The jobs without a record, by job id.</summary>
    public IReadOnlyList<LostJob> Lost(ICollection<string> recordedJobs) =>
        [.. jobs.Where(job => !recordedJobs.Contains(job.Key)).Select(job => new LostJob(job.Key, job.Value, begun.Contains(job.Key)))];

    private static IEnumerable<string> JobsWithPrompt(RunFolder folder) => !Directory.Exists(folder.Raw)
        ? []
        : Directory.EnumerateFiles(folder.Raw, "*__*" + PromptEnding).Select(path => Path.GetFileName(path)[..^PromptEnding.Length]);
}
