using System.Globalization;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

/// <summary>
/// Every path of the folder that holds dispatched jobs. A job's id is unique over all providers; started again it gets another instance beside the earlier ones:
/// <code>
/// .lock                       held while jobs are placed, started and closed
/// {beads}/{n}/
///   job.json                  what was asked for, and the worker
///   prompt.txt
///   tree.json                 the work tree as the worker found it
///   heartbeat.json            what the worker last saw
///   stop.json                 somebody asked for the end
///   outcome.json              how it ended
///   seen-{machine}.json       what another machine saw last of its worker, and since when
///   .closing                  held while what a dead worker left is closed
///   worker.log
///   {beads}-{n}/              the run's folder
/// </code>
/// </summary>
public sealed class DispatchFolder
{
    private const int LongestId = 100;

    /// <summary>The folder at this absolute path, which need not exist.</summary>
    public DispatchFolder(string root) => Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>The folder's absolute path.</summary>
    public string Root { get; }

    internal string Lock => Path.Combine(Root, ".lock");

    /// <summary>Whether a text may be a job's id: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, no leading dot, at most 100 characters.</summary>
    public static bool IsId(string beads) => beads.Length <= LongestId && RunFolder.IsId(beads);

    /// <summary>The ids of all jobs, sorted.</summary>
    public IReadOnlyList<string> Ids() => Directory.Exists(Root)
        ? [.. Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)).Where(IsId).Where(id => Instances(id).Count > 0).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The instances of a job, the first first; empty when there is none.</summary>
    public IReadOnlyList<DispatchInstance> Instances(string beads) => Directory.Exists(JobPath(beads))
        ? [.. Directory.EnumerateDirectories(JobPath(beads)).Select(path => NumberOf(path)).OfType<int>().Order().Select(number => Instance(beads, number))]
        : [];

    /// <summary>One instance, which need not exist; numbers count from 1.</summary>
    public DispatchInstance Instance(string beads, int number) =>
        new(beads, number, Path.Combine(JobPath(beads), number.ToString(CultureInfo.InvariantCulture)));

    internal string JobPath(string beads) => IsId(beads) ? Path.Combine(Root, beads) : throw new ArgumentException($"'{beads}' cannot stand in a path.", nameof(beads));

    /// <summary>A folder beside the jobs that is none: what is made or deleted in it is never seen half.</summary>
    internal string NewHiddenPath() => Path.Combine(Root, HiddenPrefix + Path.GetRandomFileName());

    internal IEnumerable<string> HiddenPaths() => Directory.Exists(Root) ? Directory.EnumerateDirectories(Root, HiddenPrefix + "*") : [];

    private const string HiddenPrefix = ".tmp-";

    private static int? NumberOf(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && File.Exists(Path.Combine(path, DispatchInstance.JobFile)) ? number : null;
}

/// <summary>One instance of a job: the paths of its files.</summary>
/// <param name="Beads">The job's id.</param>
/// <param name="Number">From 1; higher than 1 when the job was started again.</param>
/// <param name="Root">The folder's absolute path.</param>
public sealed record DispatchInstance(string Beads, int Number, string Root)
{
    internal const string JobFile = "job.json";

    /// <summary>The id of the instance, and of its run.</summary>
    public string RunId => string.Create(CultureInfo.InvariantCulture, $"{Beads}-{Number}");

    /// <summary>What was asked for.</summary>
    public string Job => Path.Combine(Root, JobFile);

    /// <summary>The prompt as it was given; redacted as soon as the worker has read it, or the job is over.</summary>
    public string Prompt => Path.Combine(Root, "prompt.txt");

    /// <summary>The work tree as the worker found it; until then as it was when the job was dispatched.</summary>
    public string Tree => Path.Combine(Root, "tree.json");

    /// <summary>What the worker last saw.</summary>
    public string Heartbeat => Path.Combine(Root, "heartbeat.json");

    /// <summary>There when somebody asked for the end.</summary>
    public string StopRequest => Path.Combine(Root, "stop.json");

    /// <summary>How it ended.</summary>
    public string Outcome => Path.Combine(Root, "outcome.json");

    /// <summary>What a machine saw last of the worker, which runs on another one.</summary>
    internal string SeenFrom(string machine) => Path.Combine(Root, $"seen-{string.Concat(machine.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_'))}.json");

    /// <summary>Held while what a dead worker left is closed.</summary>
    internal string Closing => Path.Combine(Root, ".closing");

    /// <summary>What the worker printed.</summary>
    public string WorkerLog => Path.Combine(Root, "worker.log");

    /// <summary>The run's folder; there once the worker has opened it.</summary>
    public RunFolder Run => RunFolder.Of(Root, RunId);

    /// <summary>The agent's output as it was kept, standard output first, attempt by attempt; empty before the agent started.</summary>
    public IReadOnlyList<string> AgentLogs() => Directory.Exists(Run.Raw)
        ? [.. Directory.EnumerateFiles(Run.Raw, "*__attempt*.log").Order(StringComparer.Ordinal).OrderByDescending(path => path.EndsWith(".stdout.log", StringComparison.Ordinal))]
        : [];
}
