using System.Text;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>What an earlier process left of a run that goes on.</summary>
internal sealed class ResumedRun : IDisposable
{
    // They say where things are and what happens to a test, not what a job does. Agents are compared by version and hash.
    private static readonly HashSet<string> FreeSettings =
        ["RunId", "Resume", "Rerun", "OutputDir", "OnEnvFailure", "KeepWorkspaces", "JUnitFile", "Gateway:Port", "Agents:Dir", "Agents:OpenCode", "Agents:Claude", "Agents:Gemini", "Agents:SearchPath"];

    // They may differ, and the manifest says since when: how much is done at once, how long is waited, how much is kept, what tokens cost.
    private static readonly HashSet<string> ChangeableSettings = ["Parallel", "Timeout", "StallThreshold", "MaxLogBytes", "PricesFile"];

    private readonly Manifest manifest;
    private RunOwnership? ownership;

    private ResumedRun(RunFolder folder, RunOwnership ownership, Manifest manifest, IReadOnlyDictionary<string, JobRecord> records)
    {
        Folder = folder;
        this.ownership = ownership;
        this.manifest = manifest;
        Records = records;
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The records of jobs that are over, by job id; the others run again.</summary>
    public IReadOnlyDictionary<string, JobRecord> Records { get; private set; }

    /// <summary>Takes the run that the settings name, and reads it: from now on nobody else can add to it.</summary>
    /// <exception cref="BenchUsageException">There is no such run, its manifest cannot be read, or another process writes it.</exception>
    public static ResumedRun Take(BenchSettings settings, CancellationToken cancellationToken)
    {
        var folder = RunFolder.Of(settings.OutputDir, settings.RunId);
        if (!File.Exists(folder.Manifest))
        {
            throw new BenchUsageException(
                $"Resume names the run '{settings.RunId}', but '{folder.Manifest}' does not exist.{Hint(settings)} Name a run in OutputDir ('{settings.OutputDir}') or the path of its folder.");
        }

        var ownership = RunOwnership.Take(folder);
        try
        {
            return new ResumedRun(folder, ownership, Manifest.Parse(File.ReadAllBytes(folder.Manifest), folder.Manifest), RunReader.FinalRecords(folder, cancellationToken));
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Gives the ownership to the one who goes on writing.</summary>
    public RunOwnership HandOver()
    {
        var given = ownership ?? throw new InvalidOperationException("The ownership was handed over before.");
        ownership = null;
        return given;
    }

    /// <summary>Lets go of the run, unless it was handed over.</summary>
    public void Dispose() => ownership?.Dispose();

    /// <summary>The manifest of the run as it goes on: begun when it began.</summary>
    /// <param name="now">The manifest that these inputs would give a new run.</param>
    /// <exception cref="BenchUsageException">The plan is another one; names all that differs.</exception>
    public Manifest Continue(Manifest now)
    {
        var differences = Differences(now).ToList();
        return differences.Count == 0
            ? now with { CreatedAt = manifest.CreatedAt, PlanHash = manifest.PlanHash, Changes = [.. manifest.Changes, .. Changes(now)] }
            : throw new BenchUsageException(
                [.. differences.Select(d => $"The run '{manifest.RunId}' cannot be resumed: {d}"), "Take back what differs, or start a new run: records of two plans are not one run."]);
    }

    /// <summary>The settings that differ now from those that the run was last gone on with, and may.</summary>
    public IReadOnlyList<ManifestChange> Changes(Manifest now)
    {
        var (before, after) = (ValuesOf(manifest), ValuesOf(now));
        return [.. ChangeableSettings.Order(StringComparer.Ordinal)
            .Select(key => new ManifestChange { At = now.CreatedAt, Key = key, Value = after.GetValueOrDefault(key), Was = before.GetValueOrDefault(key) })
            .Where(change => change.Value != change.Was)];
    }

    /// <summary>Prices all records anew when the price table is another one.</summary>
    /// <param name="now">The manifest of these inputs.</param>
    /// <param name="price">Prices one record.</param>
    /// <returns>The records that cost something else now; null when the table is the same.</returns>
    public IReadOnlyList<JobRecord>? Reprice(Manifest now, Func<JobRecord, JobRecord> price)
    {
        if (HashOf(manifest, ManifestFile.Prices) == HashOf(now, ManifestFile.Prices))
        {
            return null;
        }

        var before = Records;
        Records = before.ToDictionary(record => record.Key, record => price(record.Value));
        return [.. Records.Where(record => !ReferenceEquals(record.Value, before[record.Key])).Select(record => record.Value)];
    }

    private static string? HashOf(Manifest manifest, string kind) => manifest.Files.FirstOrDefault(file => file.Kind == kind)?.Sha256;

    private static Dictionary<string, string> ValuesOf(Manifest manifest) => manifest.Settings.ToDictionary(s => s.Key, s => s.Value);

    private static string Hint(BenchSettings settings)
    {
        var known = Directory.Exists(settings.OutputDir) ? Directory.GetDirectories(settings.OutputDir).Select(f => Path.GetFileName(f)).ToList() : [];
        return Prompts.NearestName.Hint(settings.RunId, known);
    }

    private IEnumerable<string> Differences(Manifest now)
    {
        if (now.PromptSet.Sha256 != manifest.PromptSet.Sha256)
        {
            yield return $"the prompt file '{now.PromptsFile}' has another content (SHA-256 {now.PromptSet.Sha256[..12]}, was {manifest.PromptSet.Sha256[..12]}).";
        }

        var (before, after) = (ValuesOf(manifest), ValuesOf(now));
        foreach (var key in before.Keys.Union(after.Keys).Where(key => !FreeSettings.Contains(key) && !ChangeableSettings.Contains(key)).Order(StringComparer.Ordinal))
        {
            var (old, current) = (before.GetValueOrDefault(key, ""), after.GetValueOrDefault(key, ""));
            if (old != current)
            {
                yield return $"{key} is '{current}' and was '{old}'.";
            }
        }

        if (now.Cassette?.Sha256 != manifest.Cassette?.Sha256)
        {
            yield return "the cassette has another content.";
        }

        foreach (var difference in FileDifferences(now).Concat(JobDifferences(now)).Concat(AgentDifferences(now)))
        {
            yield return difference;
        }

        if (now.Tools.Bench != manifest.Tools.Bench)
        {
            yield return $"this is Bench {now.Tools.Bench}, and the run was begun by {manifest.Tools.Bench}.";
        }
    }

    // By name, for the folder may have moved with the prompts. A run of a Bench that did not hash them says nothing of them.
    private IEnumerable<string> FileDifferences(Manifest now)
    {
        var (before, after) = (FilesOf(manifest), FilesOf(now));
        return from file in before.Keys.Union(after.Keys).Order()
               let old = before.GetValueOrDefault(file)
               let current = after.GetValueOrDefault(file)
               where old?.Sha256 != current?.Sha256
               select current is null ? $"'{old!.Path}' ({file.Kind}) is gone."
                   : old is null ? $"'{current.Path}' ({file.Kind}) was not there."
                   : $"'{current.Path}' ({file.Kind}) has another content (SHA-256 {current.Sha256[..12]}, was {old.Sha256[..12]}).";
    }

    private static Dictionary<(string Kind, string Name), ManifestFile> FilesOf(Manifest manifest) =>
        manifest.Files.Where(file => file.Kind != ManifestFile.Prices).ToDictionary(file => (file.Kind, Path.GetFileName(file.Path)));

    private IEnumerable<string> JobDifferences(Manifest now)
    {
        var before = manifest.Jobs.Select(j => j.JobId).ToHashSet(StringComparer.Ordinal);
        var after = now.Jobs.Select(j => j.JobId).ToHashSet(StringComparer.Ordinal);
        var (more, fewer) = (after.Except(before).ToList(), before.Except(after).ToList());
        if (more.Count > 0)
        {
            yield return $"{Counted(more)} not in its plan. {CureOf(now) ?? "Was a test filter given then? Give the same one."}";
        }

        if (fewer.Count > 0)
        {
            yield return $"{Counted(fewer)} in its plan and not selected now. {CureOf(now) ?? "Leave the test filter out, or give the same one."}";
        }

        // Limits of time are part of the hash, and may differ; all else of it was compared above, but for the order.
        var isSameOrder = Changes(now).Count > 0 && now.Jobs.Select(j => (j.JobId, j.Model)).SequenceEqual(manifest.Jobs.Select(j => (j.JobId, j.Model)));
        if (more.Count + fewer.Count == 0 && now.PlanHash != manifest.PlanHash && !isSameOrder)
        {
            yield return $"the plan's hash is {now.PlanHash[..12]} and was {manifest.PlanHash[..12]}.";
        }
    }

    private IEnumerable<string> AgentDifferences(Manifest now) =>
        from kind in manifest.Agents.Concat(now.Agents).Select(a => a.Kind).Distinct()
        let old = manifest.Agents.FirstOrDefault(a => a.Kind == kind)
        let agent = now.Agents.FirstOrDefault(a => a.Kind == kind)
        where (old?.Version, old?.Sha256) != (agent?.Version, agent?.Sha256)
        select $"{kind} is {Named(agent)} and was {Named(old)}.";

    // Other lanes or prompts by settings are no matter of a filter; null when the settings plan the same.
    private string? CureOf(Manifest now)
    {
        string[] planning = ["Workflows", "Prompts", "Trials", "Faults"];
        var was = planning.Select(key => (Key: key, Old: ValueOf(manifest, key), New: ValueOf(now, key))).Where(setting => setting.Old != setting.New).ToList();
        return was.Count == 0
            ? null
            : $"That follows from {string.Join(" and ", was.Select(setting => setting.Key))}: give what it was, {string.Join(" ", was.Select(setting => setting.Old.Length == 0 ? $"no {setting.Key}" : $"-p:Bench{setting.Key}={setting.Old.Replace(',', '+')}"))}.";
    }

    private static string ValueOf(Manifest of, string key) => of.Settings.FirstOrDefault(setting => setting.Key == key)?.Value ?? "";

    private static string Named(ManifestAgent? agent) => agent is null ? "missing" : $"{agent.Version} ({agent.Sha256[..12]})";

    private static string Counted(List<string> jobs)
    {
        const int MostNamed = 5;
        var text = new StringBuilder(string.Join(", ", jobs.Take(MostNamed).Select(j => $"'{j}'")));
        if (jobs.Count > MostNamed)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" and {jobs.Count - MostNamed} more");
        }

        return text.Append(jobs.Count == 1 ? " is" : " are").ToString();
    }
}
