using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>Gathers what a manifest says about the world around a run.</summary>
internal static class RunFacts
{
    /// <summary>How attempts are kept apart; numbers of different levels are not to be compared.</summary>
    private const string Isolation = "host; own git work tree, home, XDG folders, environment and process session per attempt";
    private const string IsolationButForTree = "host; one git work tree for all attempts; own home, XDG folders, environment and process session per attempt";

    /// <summary>The facts of this process and machine.</summary>
    public static async Task<ManifestFacts> GatherAsync(
        BenchSettings settings, IReadOnlyList<ManifestAgent> agents, string? nodeVersion, string processMark, TimeProvider clock, CancellationToken cancellationToken)
    {
        var folder = Directory.GetCurrentDirectory();
        var git = new GitCli(folder, global::System.Environment.GetEnvironmentVariable("PATH"), clock);
        var gitVersion = await AskAsync(git, cancellationToken, "--version");
        var (commit, problem) = await CommitAsync(git, cancellationToken);
        var changes = commit is null ? null : await AskAsync(git, cancellationToken, "status", "--porcelain");
        return new ManifestFacts
        {
            CreatedAt = clock.GetUtcNow(),
            WorkingFolder = folder,
            Agents = agents,
            Isolation = settings.WorkTree is null ? Isolation : IsolationButForTree,
            ProcessMark = processMark,
            Tools = new ManifestTools
            {
                Bench = typeof(RunFacts).Assembly.GetName().Version!.ToString(3),
                Dotnet = global::System.Environment.Version.ToString(),
                Git = gitVersion?.Replace("git version ", "", StringComparison.Ordinal),
                Node = nodeVersion,
            },
            Repository = commit is null ? null : new ManifestRepository { Commit = commit, Dirty = !string.IsNullOrEmpty(changes) },
            RepositoryProblem = problem,
            Host = new ManifestHost
            {
                Os = RuntimeInformation.OSDescription,
                Architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
                CpuCount = global::System.Environment.ProcessorCount,
                MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            },
        };
    }

    /// <summary>An agent as the manifest names it.</summary>
    public static ManifestAgent AgentOf(AgentBinary binary) => new()
    {
        Kind = SettingNames.Of(binary.Kind),
        Path = binary.LeadingArguments.Count > 0 ? binary.LeadingArguments[0] : binary.Path,
        FoundIn = binary.FoundIn,
        Version = binary.Version,
        PinnedVersion = binary.PinnedVersion,
        Sha256 = binary.Sha256,
    };

    /// <summary>The files beside the prompts that decide what the jobs do or cost, each with its hash as it is now.</summary>
    public static IReadOnlyList<ManifestFile> FilesOf(BenchSettings settings, RunPlan plan)
    {
        var prompts = settings.Profile == Profile.Embedded ? plan.Jobs.Select(job => job.PromptId).Distinct().Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        IEnumerable<(string Kind, string? Path)> files =
        [
            .. prompts.Select(id => (ManifestFile.ScriptedAnswer, (string?)ScriptedAnswers.PathOf(settings.ScriptedDir, id))),
            (ManifestFile.FaultPlan, settings.Gateway.FaultPlan),
            (ManifestFile.FaultExpectations, settings.Faults.Count > 0 ? settings.FaultExpectations ?? RunResources.DefaultExpectations(settings) : null),
            (ManifestFile.CcGlmScript, settings.CcGlm.HeadlessScript),
            (ManifestFile.Prices, settings.PricesFile),
        ];
        return [.. files.Where(file => File.Exists(file.Path)).Select(file => new ManifestFile { Kind = file.Kind, Path = file.Path!, Sha256 = HashOf(file.Path!) })];
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>A cassette as the manifest names it.</summary>
    public static ManifestCassette? CassetteOf(Cassette? cassette) => cassette is null ? null : new()
    {
        Path = cassette.Path,
        Sha256 = cassette.Sha256,
        RecordedAt = cassette.Header.RecordedAt,
        Bench = cassette.Header.Bench,
        Profile = cassette.Header.Profile,
        Agents = cassette.Header.Agents,
        CutOff = cassette.IsCutOff,
    };

    // What is checked out, or why nobody can say.
    private static async Task<(string? Commit, string? Problem)> CommitAsync(GitCli git, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await git.RunAsync(cancellationToken, "rev-parse", "--verify", "HEAD");
            return answer.ExitCode == 0 ? (answer.Output.Trim(), null)
                : git.RefusalOf(answer) is { } refusal ? (null, $"{refusal.Message} {refusal.NextAction}")
                : answer.Error.Contains("Needed a single revision", StringComparison.Ordinal) ? (null, "the repository has no commit yet")
                : (null, $"git failed: {answer.Error.Split('\n')[0]}");
        }
        catch (GitException problem)
        {
            return (null, problem.Message);
        }
    }

    // Null when there is no git, no repository, or git fails.
    private static async Task<string?> AskAsync(GitCli git, CancellationToken cancellationToken, params string[] arguments)
    {
        try
        {
            var answer = await git.RunAsync(cancellationToken, arguments);
            return answer.ExitCode == 0 ? answer.Output.Trim() : null;
        }
        catch (GitException)
        {
            return null;
        }
    }
}
