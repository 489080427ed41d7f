using System.Buffers;
using System.Globalization;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>
/// Every path of a run's folder. The folder's name is the run id:
/// <code>
/// manifest.json
/// governance_report.json
/// run_results.json
/// raw/
///   journal.ndjson
///   journal.lock
///   {job}.json
///   {job}.prompt.txt
///   {job}__attempt{n}.stdout.log
///   {job}__attempt{n}.stderr.log
///   {job}__attempt{n}.events.ndjson
///   {server}__server.log
///   interrupted/{n}/
/// gateway/
///   usage.jsonl
///   failures.log
/// collected/
///   results.json
///   records.ndjson
///   summary.json
///   summary.md
///   faults.md
///   report.html
/// </code>
/// <c>raw/</c> and <c>manifest.json</c> are the truth; <c>run_results.json</c> and <c>collected/</c> can be deleted and rebuilt from them.
/// </summary>
public sealed class RunFolder
{
    /// <summary>Where run folders are when nothing else is said, relative to the repository.</summary>
    public const string DefaultOutputDir = "artifacts/opencode-cc-glm-bench";

    private static readonly SearchValues<char> IdChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>The folder at this path, which need not exist yet.</summary>
    public RunFolder(string root)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    }

    /// <summary>The folder's absolute path, without a trailing separator.</summary>
    public string Root { get; }

    /// <summary>The folder's own name: the run id, unless somebody renamed the folder.</summary>
    public string Name => Path.GetFileName(Root);

    /// <summary>What the run will do; written before the first job.</summary>
    public string Manifest => At("manifest.json");

    /// <summary>The gates' verdicts; there when a gate was asked about the run.</summary>
    public string GovernanceReport => At("governance_report.json");

    /// <summary>All records in one document.</summary>
    public string RunResults => At("run_results.json");

    /// <summary>The folder of what was written while the run went on.</summary>
    public string Raw => At("raw");

    /// <summary>The run's events, one per line, appended as they happen.</summary>
    public string Journal => At("raw", "journal.ndjson");

    /// <summary>Locked by the process that writes the run, and gone after it.</summary>
    public string OwnerLock => At("raw", "journal.lock");

    /// <summary>The folder of the gateway's files.</summary>
    public string Gateway => At("gateway");

    /// <summary>One line per model request that the gateway saw.</summary>
    public string GatewayUsage => At("gateway", "usage.jsonl");

    /// <summary>Defects of the gateway itself, with their stacks; as a rule not there.</summary>
    public string GatewayFailures => At("gateway", "failures.log");

    /// <summary>The folder of what is derived from <see cref="Raw"/>.</summary>
    public string Collected => At("collected");

    /// <summary>All records with their aggregates.</summary>
    public string Results => At("collected", "results.json");

    /// <summary>All records, one per line.</summary>
    public string Records => At("collected", "records.ndjson");

    /// <summary>The summary for programs.</summary>
    public string SummaryJson => At("collected", "summary.json");

    /// <summary>The summary for people.</summary>
    public string SummaryMarkdown => At("collected", "summary.md");

    /// <summary>How each lane ended under each fault; only in a run with faults.</summary>
    public string Faults => At("collected", "faults.md");

    /// <summary>The one-file HTML report.</summary>
    public string ReportHtml => At("collected", "report.html");

    /// <summary>The record of a job.</summary>
    public string JobRecord(string jobId) => InRaw(jobId, ".json");

    /// <summary>The prompt that a job sent, verbatim.</summary>
    public string PromptText(string jobId) => InRaw(jobId, ".prompt.txt");

    /// <summary>Standard output of an attempt; attempts count from 0.</summary>
    public string StdoutLog(string jobId, int attempt) => InRaw(jobId, Suffix(attempt, ".stdout.log"));

    /// <summary>Standard error of an attempt.</summary>
    public string StderrLog(string jobId, int attempt) => InRaw(jobId, Suffix(attempt, ".stderr.log"));

    /// <summary>Events of an attempt on a server lane.</summary>
    public string EventsLog(string jobId, int attempt) => InRaw(jobId, Suffix(attempt, ".events.ndjson"));

    /// <summary>Output of an agent server.</summary>
    public string ServerLog(string serverId) => InRaw(serverId, "__server.log");

    /// <summary>What attempts left that were interrupted before the n-th resume; resumes count from 1.</summary>
    public string Interrupted(int resume) => At("raw", "interrupted", resume.ToString(CultureInfo.InvariantCulture));

    /// <summary>The path below the run folder, with forward slashes, as records and messages name it.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The folder of a run id below an output folder.</summary>
    /// <exception cref="BenchUsageException">The run id cannot be a folder's name.</exception>
    public static RunFolder Of(string outputDir, string runId)
    {
        return IsId(runId)
            ? new RunFolder(Path.Combine(outputDir, runId))
            : throw new BenchUsageException(
                $"RunId '{runId}' cannot be the name of a folder: it may hold letters, digits, '.', '_' and '-' and must not begin with a dot. " +
                "Correct RunId in bench.json or BENCH__RunId.");
    }

    /// <summary>An existing run: the path of its folder, or its id below <paramref name="outputDir"/>.</summary>
    /// <exception cref="BenchUsageException">There is no such run.</exception>
    public static RunFolder Find(string run, string outputDir)
    {
        string[] candidates = [Path.GetFullPath(run), Path.GetFullPath(Path.Combine(outputDir, run))];
        foreach (var candidate in candidates.Where(Directory.Exists))
        {
            var folder = new RunFolder(candidate);
            if (File.Exists(folder.Manifest) || Directory.Exists(folder.Raw))
            {
                return folder;
            }
        }

        throw new BenchUsageException(
            $"There is no run '{run}': neither '{candidates[0]}' nor '{candidates[1]}' is a folder with a manifest.json or a raw/ in it. " +
            "Name a run's folder, or its id together with the output folder that holds it.");
    }

    /// <summary>Whether a text may stand in a path: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, no leading dot, at most 200 characters.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= 200 && text[0] != '.' && !text.AsSpan().ContainsAnyExcept(IdChars);

    private static string Suffix(int attempt, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"__attempt{attempt}{extension}");

    private string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private string InRaw(string id, string suffix) => IsId(id)
        ? At("raw", id + suffix)
        : throw new ArgumentException($"'{id}' cannot stand in a path.", nameof(id));
}
