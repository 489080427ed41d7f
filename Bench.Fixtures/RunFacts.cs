using System.Runtime.InteropServices;
using System.Text;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>Gathers what a manifest says about the world around a run.</summary>
internal static class RunFacts
{
    /// <summary>How attempts are kept apart; numbers of different levels are not to be compared.</summary>
    private const string Isolation = "host; own git work tree, home, XDG folders, environment and process session per attempt";

    private static readonly TimeSpan GitLimit = TimeSpan.FromSeconds(20);

    /// <summary>The facts of this process and machine.</summary>
    public static async Task<ManifestFacts> GatherAsync(IReadOnlyList<ManifestAgent> agents, string? nodeVersion, string processMark, TimeProvider clock, CancellationToken cancellationToken)
    {
        var folder = Directory.GetCurrentDirectory();
        var gitVersion = await GitAsync(folder, clock, cancellationToken, "--version");
        var commit = await GitAsync(folder, clock, cancellationToken, "rev-parse", "HEAD");
        var changes = commit is null ? null : await GitAsync(folder, clock, cancellationToken, "status", "--porcelain");
        return new ManifestFacts
        {
            CreatedAt = clock.GetUtcNow(),
            WorkingFolder = folder,
            Agents = agents,
            Isolation = Isolation,
            ProcessMark = processMark,
            Tools = new ManifestTools
            {
                Bench = typeof(RunFacts).Assembly.GetName().Version!.ToString(3),
                Dotnet = global::System.Environment.Version.ToString(),
                Git = gitVersion?.Replace("git version ", "", StringComparison.Ordinal),
                Node = nodeVersion,
            },
            Repository = commit is null ? null : new ManifestRepository { Commit = commit, Dirty = !string.IsNullOrEmpty(changes) },
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
        Sha256 = binary.Sha256,
    };

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

    // Null when there is no git, no repository, or git fails.
    private static async Task<string?> GitAsync(string folder, TimeProvider clock, CancellationToken cancellationToken, params string[] arguments)
    {
        var path = global::System.Environment.GetEnvironmentVariable("PATH") ?? "";
        var git = path.Split(Path.PathSeparator).Select(f => Path.Combine(f, OperatingSystem.IsWindows() ? "git.exe" : "git")).FirstOrDefault(File.Exists);
        if (git is null)
        {
            return null;
        }

        using var output = new MemoryStream();
        var home = global::System.Environment.GetFolderPath(global::System.Environment.SpecialFolder.UserProfile);
        var spec = new ProcessSpec
        {
            FileName = git,
            Arguments = arguments,
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string> { ["PATH"] = path, ["HOME"] = home, ["LC_ALL"] = "C", ["GIT_OPTIONAL_LOCKS"] = "0" },
            StdoutLog = output,
        };
        await using var process = AgentProcess.Start(spec, observer: null, clock);
        try
        {
            var exit = await process.Completion.WaitAsync(GitLimit, clock, cancellationToken);
            return exit.ExitCode == 0 ? Encoding.UTF8.GetString(output.ToArray()).Trim() : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
